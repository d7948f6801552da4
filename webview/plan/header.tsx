import type { JSX } from 'preact';
import { Button, Dropdown, ProgressRing } from '../kit/toolkit';
import { visibleText } from '../kit/visibleText';
import type { PlanPageState } from '../../src/page/planPage';

export interface HeaderProps {
  readonly state: PlanPageState;
  readonly chosen: string;
  readonly onChoose: (overrideSet: string) => void;
  readonly onRun: () => void;
  readonly onCancel: () => void;
}

/** Where the run was made, and what can be done with it. */
export function Header({ state, chosen, onChoose, onRun, onCancel }: HeaderProps): JSX.Element {
  const { run, status } = state;
  const { overrideSets, running } = status;
  const options = overrideSets.includes(chosen) ? overrideSets : [...overrideSets, chosen];
  return (
    <header class="header">
      <span class="where">
        <bdi>{visibleText(run.connection)}</bdi>
        <span class="chevron" aria-hidden="true" />
        <bdi>{visibleText(run.database)}</bdi>
        <span class="quiet">PostgreSQL {versionText(run.serverVersion)}</span>
      </span>
      <span class="actions">
        <span role="status" class="running">
          {running && (
            <>
              <ProgressRing />
              Running…
            </>
          )}
        </span>
        <Dropdown label="Override set" options={options} value={chosen} onChange={onChoose} />
        {running ? (
          <Button appearance="secondary" onClick={onCancel}>
            Cancel
          </Button>
        ) : (
          <Button appearance={chosen === run.overrideSet ? 'secondary' : 'primary'} onClick={onRun}>
            Run again
          </Button>
        )}
      </span>
    </header>
  );
}

/** `server_version_num` as people say it: 180004 is 18.4. */
function versionText(serverVersion: number): string {
  return `${Math.floor(serverVersion / 10_000)}.${serverVersion % 10_000}`;
}
