import { Button, DrawerBody, DrawerFooter, DrawerHeader, DrawerHeaderTitle, makeStyles, OverlayDrawer } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { t } from '../text/messages';
import { ChevronDownRegular, ChevronUpRegular, DismissRegular } from './icons';

const useStyles = makeStyles({
  drawer: { width: '488px', maxWidth: '100vw' },
  // What does not fit goes to a second row: no button breaks its words.
  footer: { justifyContent: 'flex-start', flexWrap: 'wrap', rowGap: '8px', '& button': { whiteSpace: 'nowrap', flexShrink: 0 } },
});

export interface DrawerMoves {
  previous?: () => void;
  next?: () => void;
}

/** A drawer over the page's end. Esc closes it and the focus goes back to where it came from. */
export function SideDrawer(props: { open: boolean; title: ReactNode; onClose: () => void; children: ReactNode; footer?: ReactNode; moves?: DrawerMoves; testId: string }) {
  const styles = useStyles();
  const { moves } = props;
  return (
    <OverlayDrawer
      open={props.open}
      position="end"
      className={styles.drawer}
      onOpenChange={(_, data) => (data.open ? undefined : props.onClose())}
      data-testid={props.testId}
      data-region="drawer"
      onKeyDown={(event) => {
        if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
        const move = event.key === 'ArrowUp' ? moves?.previous : moves?.next;
        event.preventDefault();
        move?.();
      }}
    >
      <DrawerHeader>
        <DrawerHeaderTitle
          action={
            <>
              {moves === undefined ? null : (
                <>
                  <Button appearance="subtle" aria-label={t('drawer-previous')} icon={<ChevronUpRegular />} disabled={moves.previous === undefined} onClick={moves.previous} />
                  <Button appearance="subtle" aria-label={t('drawer-next')} icon={<ChevronDownRegular />} disabled={moves.next === undefined} onClick={moves.next} />
                </>
              )}
              <Button appearance="subtle" aria-label={t('close')} icon={<DismissRegular />} onClick={props.onClose} data-testid={`${props.testId}-close`} />
            </>
          }
        >
          {props.title}
        </DrawerHeaderTitle>
      </DrawerHeader>
      <DrawerBody>{props.children}</DrawerBody>
      {props.footer === undefined ? null : <DrawerFooter className={styles.footer}>{props.footer}</DrawerFooter>}
    </OverlayDrawer>
  );
}
