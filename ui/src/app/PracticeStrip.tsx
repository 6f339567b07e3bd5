import { Button, makeStyles, Menu, MenuDivider, MenuItem, MenuList, MenuPopover, MenuTrigger, tokens } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { BeakerRegular, ChevronDownRegular, FastForwardRegular } from '../components/icons';
import { useLayout } from '../components/layout';
import { useToast } from '../components/toast';
import type { PracticeWorld } from '../generated/bridge';
import { call } from '../platform/call';
import { asCommandError } from '../platform/transport';
import { moment } from '../text/format';
import { id, say, t } from '../text/messages';

const useStyles = makeStyles({
  strip: {
    display: 'flex',
    alignItems: 'center',
    columnGap: '12px',
    minHeight: '36px',
    padding: '0 20px',
    fontSize: '13px',
    backgroundColor: tokens.colorNeutralBackground4,
    color: tokens.colorNeutralForeground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    flexShrink: 0,
  },
  icon: { fontSize: '18px', display: 'inline-flex' },
  whole: { whiteSpace: 'nowrap', flexShrink: 0 },
  words: { flexGrow: 1, minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  muted: { color: tokens.colorNeutralForeground2 },
});

/** What the practice world can be made to do. The names belong to `practice_fault`. */
const faults = [
  { fault: 'role-missing', label: id('fault-role-missing') },
  { fault: 'sign-in-withdrawn', label: id('fault-sign-in-withdrawn') },
  { fault: 'too-many-requests', label: id('fault-too-many-requests') },
  { fault: 'goto-unreachable', label: id('fault-goto-unreachable') },
] as const;

/** Practice mode is always visible, with the controls of the practice world. */
export function PracticeStrip({ world, now }: { world: PracticeWorld; now: string }) {
  const styles = useStyles();
  const layout = useLayout();
  const client = useQueryClient();
  const toast = useToast();
  const again = () => client.invalidateQueries();
  const failed = (error: unknown) => toast(say(asCommandError(error).message), undefined, 'error');
  const [skipped, setSkipped] = useState(0);
  const advance = useMutation({
    mutationFn: () => call('practice_advance', { minutes: 40 }),
    onSuccess: async () => {
      setSkipped((before) => before + 40);
      await again();
    },
    onError: failed,
  });
  const fault = useMutation({
    mutationFn: (name: string) => call('practice_fault', { fault: name }),
    onSuccess: async (_, name) => {
      toast(name === 'none' ? t('fault-mended') : t('fault-set'));
      await again();
    },
    onError: failed,
  });
  return (
    <aside className={styles.strip} aria-label={t('practice-label')} data-testid="practice-strip">
      <span className={styles.icon} aria-hidden>
        <BeakerRegular />
      </span>
      <span className={styles.words}>
        {t('practice-strip')} <span className={styles.muted}>{t('practice-world', { tenant: world.tenant, people: world.people, time: moment(now, now) })}</span>
      </span>
      <Button size="small" className={styles.whole} icon={<FastForwardRegular />} disabled={advance.isPending} onClick={() => advance.mutate()} data-testid="practice-advance">
        {t('practice-advance')}
      </Button>
      <div className={layout.visuallyHidden} role="status">{skipped === 0 ? '' : t('practice-skipped', { minutes: skipped })}</div>
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <Button size="small" className={styles.whole} icon={<ChevronDownRegular />} iconPosition="after" data-testid="practice-faults">
            {t('practice-faults')}
          </Button>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {faults.map((row) => (
              <MenuItem key={row.fault} onClick={() => fault.mutate(row.fault)} data-testid={`fault-${row.fault}`}>
                {t(row.label)}
              </MenuItem>
            ))}
            <MenuDivider />
            <MenuItem onClick={() => fault.mutate('none')} data-testid="fault-none">
              {t('fault-none')}
            </MenuItem>
          </MenuList>
        </MenuPopover>
      </Menu>
    </aside>
  );
}
