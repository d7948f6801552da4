import type { JSX } from 'preact';
import { Button, Dropdown, ProgressRing } from '../kit/toolkit';
import { visibleText } from '../kit/visibleText';
import type { PlanPageState } from '../../src/page/planPage';
import { Overrides } from './overrides';

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
  const options = overrideSets.map(({ name, description }) => ({ value: name, tooltip: visibleText(description) }));
  const chosenSet = overrideSets.find(({ name }) => name === chosen);
  const isOther = chosen !== run.overrideSet && chosenSet !== undefined;
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
        <Dropdown
          label="Override set"
          options={chosenSet ? options : [...options, { value: chosen, tooltip: '' }]}
          value={chosen}
          describedBy={isOther ? 'chosenSet' : undefined}
          onChange={onChoose}
        />
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
      {isOther && (
        <p class="chosenSet" id="chosenSet">
          {visibleText(chosen)}:{' '}
          {chosenSet.overrides.length === 0 ? (
            visibleText(chosenSet.description)
          ) : (
            <Overrides of={chosenSet.overrides} />
          )}
        </p>
      )}
    </header>
  );
}

/** `server_version_num` as people say it: 180004 is 18.4. */
function versionText(serverVersion: number): string {
  return `${Math.floor(serverVersion / 10_000)}.${serverVersion % 10_000}`;
}
