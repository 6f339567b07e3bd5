import { Button, Checkbox, Field, Input, makeStyles, Tab, TabList } from '@fluentui/react-components';
import { useState } from 'react';
import { useNow } from '../../api/app-state';
import { useConnection } from '../../api/connection';
import { Card, NumberRing } from '../../components/card';
import { CopyButton, CopyTable } from '../../components/copy';
import { useLayout } from '../../components/layout';
import { OpenButton } from '../../components/links';
import { StepPage } from '../../components/page';
import { StepFindings } from '../../components/step-findings';
import { Tag } from '../../components/status';
import { ClockRegular } from '../../components/icons';
import type { DomainSettings } from '../../generated/bridge';
import { canSaveFiles, saveTextFile } from '../../platform/browser';
import { t } from '../../text/messages';
import { DomainCheckCard } from './DomainCheckCard';
import { fileName, looksLikeLine, verificationText } from './verification';

const useStyles = makeStyles({ form: { display: 'grid', rowGap: '12px' } });

const DAY = 86_400_000;
/** GoTo issues a new code after ten days. */
const CODE_DAYS = 10;

/** Step 3: prove to GoTo that the domain is ours. */
export function PrepareGotoStep() {
  const layout = useLayout();
  const { id, tools } = useConnection();
  const { domain } = tools.draft;
  const set = (change: Partial<DomainSettings>) => tools.edit((previous) => ({ ...previous, domain: { ...previous.domain, ...change } }));
  return (
    <StepPage
      step="prepare-goto"
      lead={domain.name === '' ? t('prepare-lead') : t('prepare-lead-domain', { domain: domain.name })}
      actions={<OpenButton link="organization-center" connection={id} label={t('open-organization-center')} />}
      note={domain.confirmed ? t('prepare-note-done') : t('prepare-note')}
    >
      <div className={layout.halves}>
        <div className={layout.stack}>
          <CodeCard domain={domain} set={set} />
          <PublishCard domain={domain} />
        </div>
        <DomainCheckCard domain={domain} />
      </div>
      <Card title={t('prepare-verify-title')} lead={<NumberRing n={4} current={domain.code !== ''} />} end={<OpenButton link="organization-center" connection={id} label={t('open')} size="small" appearance="secondary" />}>
        <p className={layout.body}>{t('prepare-verify-body')}</p>
        <Checkbox label={t('prepare-confirm')} checked={domain.confirmed} onChange={(_, data) => set({ confirmed: data.checked === true })} data-testid="prepare-confirmed" />
      </Card>
      <StepFindings step="prepare-goto" />
    </StepPage>
  );
}

function CodeCard({ domain, set }: { domain: DomainSettings; set: (change: Partial<DomainSettings>) => void }) {
  const styles = useStyles();
  const now = useNow();
  const wrong = domain.code !== '' && !looksLikeLine(domain.code);
  return (
    <Card title={t('prepare-code-title')} lead={<NumberRing n={1} current={domain.code === ''} />} end={<DaysLeft domain={domain} />}>
      <div className={styles.form}>
        <Field label={t('prepare-domain')} hint={t('prepare-domain-hint')}>
          <Input value={domain.name} onChange={(_, data) => set({ name: data.value.trim().toLowerCase() })} placeholder="example.com" data-testid="prepare-domain" />
        </Field>
        <Field label={t('prepare-code')} {...(wrong ? { validationMessage: t('prepare-code-wrong') } : { hint: t('prepare-code-hint') })}>
          <Input
            value={domain.code}
            onChange={(_, data) => {
              const value = data.value.trim();
              set({ code: value === '' ? '' : verificationText(value), received: value === '' ? '' : domain.received === '' ? (now ?? new Date().toISOString()) : domain.received });
            }}
            data-testid="prepare-code"
          />
        </Field>
      </div>
    </Card>
  );
}

/** Days left of the ten, from the date the admin brought the code. */
function DaysLeft({ domain }: { domain: DomainSettings }) {
  const now = useNow();
  if (now === undefined || domain.code === '' || domain.received === '' || domain.confirmed) return null;
  const left = CODE_DAYS - Math.floor((new Date(now).getTime() - new Date(domain.received).getTime()) / DAY);
  return (
    <Tag tone={left < 3 ? 'danger' : 'warning'} icon={<ClockRegular />}>
      {left <= 0 ? t('prepare-code-ended') : t('prepare-days-left', { count: left })}
    </Tag>
  );
}

function PublishCard({ domain }: { domain: DomainSettings }) {
  const layout = useLayout();
  const [tab, setTab] = useState<'dns' | 'web'>('dns');
  const text = domain.code === '' ? '' : verificationText(domain.code);
  const zone = `${domain.name}. IN TXT "${text}"`;
  const mail = t('prepare-mail', { domain: domain.name, value: text });
  const ready = domain.name !== '' && text !== '';
  return (
    <Card title={t('prepare-publish-title')} lead={<NumberRing n={2} current={ready} />}>
      {!ready ? (
        <p className={layout.body}>{t('prepare-publish-waits')}</p>
      ) : (
        <div className={layout.tight}>
          <TabList selectedValue={tab} onTabSelect={(_, data) => setTab(data.value === 'web' ? 'web' : 'dns')} aria-label={t('prepare-publish-title')}>
            <Tab value="dns" data-testid="prepare-tab-dns">{t('prepare-dns')}</Tab>
            <Tab value="web" data-testid="prepare-tab-web">{t('prepare-web')}</Tab>
          </TabList>
          {tab === 'dns' ? (
            <>
              <CopyTable
                values={[
                  { name: t('dns-type'), value: 'TXT' },
                  { name: t('dns-host'), value: '@' },
                  { name: t('dns-value'), value: text, testId: 'prepare-value' },
                  { name: t('dns-zone'), value: zone },
                ]}
              />
              <div className={layout.row}>
                <CopyButton text={`TXT\t@\t${text}\n${zone}`} name={t('copy-all')} label={t('copy-all')} appearance="secondary" />
                <CopyButton text={mail} name={t('prepare-mail-copy')} label={t('prepare-mail-copy')} />
              </div>
              <p className={layout.muted}>{t('prepare-subdomains')}</p>
            </>
          ) : (
            <>
              <CopyTable values={[{ name: t('web-location'), value: `http://${domain.name}/${fileName(text)}` }, { name: t('web-contents'), value: text }]} />
              {canSaveFiles ? (
                <div className={layout.row}>
                  <Button size="small" onClick={() => saveTextFile(fileName(text), text)} data-testid="prepare-save-file">{t('web-save')}</Button>
                </div>
              ) : null}
              <p className={layout.muted}>{t('web-note')}</p>
            </>
          )}
        </div>
      )}
    </Card>
  );
}
