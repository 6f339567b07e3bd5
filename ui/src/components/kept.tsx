import { makeStyles, tokens } from '@fluentui/react-components';
import type { KeptItem } from '../generated/bridge';
import { say, t } from '../text/messages';
import { useLayout } from './layout';

const useStyles = makeStyles({
  table: { width: '100%', borderCollapse: 'collapse', fontSize: '13px', lineHeight: '18px' },
  cell: { textAlign: 'left', fontWeight: tokens.fontWeightRegular, verticalAlign: 'top', padding: '7px 8px 7px 0' },
  row: { '&:not(:first-child)': { borderTop: `1px solid ${tokens.colorNeutralStroke2}` } },
  place: { color: tokens.colorNeutralForeground2 },
});

/** What is kept where. A place is named even while nothing is stored there, and says so. */
export function KeptTable({ kept }: { kept: readonly KeptItem[] }) {
  const styles = useStyles();
  const layout = useLayout();
  return (
    <table className={styles.table} data-testid="kept">
      <thead className={layout.visuallyHidden}>
        <tr>
          <th scope="col">{t('kept-what')}</th>
          <th scope="col">{t('kept-where')}</th>
        </tr>
      </thead>
      <tbody>
        {kept.map((item) => (
          <tr key={say(item.what)} className={styles.row}>
            <th scope="row" className={styles.cell}>
              {say(item.what)}
            </th>
            <td className={styles.cell}>
              <span className={styles.place}>{say(item.place)}</span>
              {item.stored || item.place.id === 'kept-nowhere' ? null : <span className={layout.muted}>{` · ${t('kept-nothing')}`}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
