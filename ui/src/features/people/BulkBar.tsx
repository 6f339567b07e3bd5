import { Button, Menu, MenuButton, MenuItem, MenuList, MenuPopover, MenuTrigger, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle, Toolbar, ToolbarButton } from '@fluentui/react-components';
import { DeleteRegular, DismissRegular, PersonEditRegular } from '../../components/icons';
import { useLayout } from '../../components/layout';
import { ProgressView } from '../../components/progress';
import type { People, RoleOption } from '../../generated/bridge';
import { id, say, t } from '../../text/messages';
import { outcomeTitle, type Bulk, type Change, type Outcome, type Running } from './bulk';
import type { Selection } from './selection';

/** The roles that may be given: Default Access only where there is no other. */
export function offeredRoles(people: People): readonly RoleOption[] {
  const usable = people.roles.filter((role) => !role.default_access);
  return usable.length > 0 ? usable : people.roles;
}

/** What can be done with the selected rows, and how many they are. */
export function BulkToolbar({ people, selection, busy, onRole, onUnassign }: { people: People; selection: Selection; busy: boolean; onRole: (role: string) => void; onUnassign: () => void }) {
  const layout = useLayout();
  const none = selection.rows.length === 0;
  return (
    <div className={layout.row}>
      <div role="status" className={layout.muted} data-testid="people-selected" data-count={selection.rows.length}>
        {selectedText(selection, people.rows.length)}
      </div>
      <Toolbar size="small" aria-label={t('people-bulk-toolbar')}>
        <Menu>
          <MenuTrigger disableButtonEnhancement>
            <MenuButton size="small" appearance="subtle" icon={<PersonEditRegular />} disabledFocusable={none || busy} data-testid="people-bulk-role">
              {t('people-bulk-role')}
            </MenuButton>
          </MenuTrigger>
          <MenuPopover>
            <MenuList>
              {offeredRoles(people).map((role) => (
                <MenuItem key={role.id} onClick={() => onRole(role.id)} data-testid={`people-bulk-role-${role.id}`}>
                  {role.name}
                </MenuItem>
              ))}
            </MenuList>
          </MenuPopover>
        </Menu>
        <ToolbarButton icon={<DeleteRegular />} disabledFocusable={none || busy} onClick={onUnassign} aria-keyshortcuts="Delete" data-testid="people-bulk-unassign">
          {t('people-remove-confirm')}
        </ToolbarButton>
        <ToolbarButton icon={<DismissRegular />} disabledFocusable={none} onClick={selection.clear} data-testid="people-bulk-clear">
          {t('people-bulk-clear')}
        </ToolbarButton>
      </Toolbar>
    </div>
  );
}

function selectedText({ rows, hidden }: Selection, total: number): string {
  if (rows.length === 0) return t('people-selected-none');
  const text = rows.length === total ? t('people-selected-all', { count: total }) : t('people-selected', { count: rows.length, total });
  return hidden === 0 ? text : t('people-selected-hidden', { text, count: hidden });
}

const phases: Record<Change['kind'], string> = {
  role: id('people-bulk-running-role'),
  unassign: id('people-bulk-running-unassign'),
  'assign-again': id('people-bulk-running-back'),
  'role-back': id('people-bulk-running-back'),
};

/** How far it is. One row is over before it could be read. */
export function BulkProgress({ running, onCancel }: { running: Running; onCancel: () => void }) {
  const { change, done, total, cancelling } = running;
  if (total === 1) return null;
  return (
    <div data-testid="people-bulk-progress">
      <ProgressView
        progress={{ phase: { id: phases[change.kind] }, done, total }}
        end={
          <Button size="small" disabledFocusable={cancelling} onClick={onCancel} data-testid="people-bulk-cancel">
            {cancelling ? t('people-bulk-cancelling') : t('cancel')}
          </Button>
        }
      />
    </div>
  );
}

/** More are counted: the list beside the page's own would be as long as that. */
const NAMED = 10;

/** What was done, what was not and why, with a way on and a way back. */
export function BulkResult({ outcome, bulk }: { outcome: Outcome; bulk: Bulk }) {
  const layout = useLayout();
  const { failed, left, done, cancelled, error, change } = outcome;
  const rest = [...failed.map((each) => each.row), ...left];
  const back = bulk.back(outcome);
  return (
    <MessageBar intent={cancelled && failed.length === 0 ? 'info' : 'error'} layout="multiline" role={cancelled && failed.length === 0 ? 'status' : 'alert'} data-testid="people-bulk-result">
      <MessageBarBody>
        <MessageBarTitle>{outcomeTitle(outcome)}</MessageBarTitle>
        {cancelled ? <div>{t('people-bulk-cancelled')}</div> : null}
        {error === undefined ? null : <div>{`${say(error.message)} ${error.hint === undefined ? '' : say(error.hint)}`}</div>}
        {failed.length === 0 ? null : (
          <ul className={layout.plain}>
            {failed.slice(0, NAMED).map(({ row, error: why, both }) => (
              <li key={row.id} data-testid={`people-bulk-failed-${row.principal}`}>
                {`${both ? t('people-bulk-both', { name: row.name }) : row.name}: ${say(why.message)} ${why.hint === undefined ? '' : say(why.hint)}`}
              </li>
            ))}
            {failed.length > NAMED ? <li>{t('people-bulk-more', { count: failed.length - NAMED })}</li> : null}
          </ul>
        )}
        {left.length === 0 ? null : <div>{t('people-bulk-left', { count: left.length })}</div>}
      </MessageBarBody>
      <MessageBarActions>
        <Button size="small" onClick={() => bulk.start(change, rest, done)} data-testid="people-bulk-again">
          {failed.length > 0 ? t('people-bulk-again', { count: rest.length }) : t('people-bulk-go-on', { count: rest.length })}
        </Button>
        {back === undefined ? null : (
          <Button size="small" onClick={back} data-testid="people-bulk-undo">
            {t('people-bulk-undo', { count: done.length })}
          </Button>
        )}
        <Button size="small" appearance="transparent" onClick={bulk.dismiss} data-testid="people-bulk-dismiss">
          {t('close')}
        </Button>
      </MessageBarActions>
    </MessageBar>
  );
}
