import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { HistoryPoint, PoolHistoryState } from '../../src/page/poolHistoryPage';
import { Button, Dropdown } from '../kit/toolkit';
import { visibleText } from '../kit/visibleText';
import { poolText, poolTooltip, timeText } from './words';

export interface HeaderProps {
  readonly state: PoolHistoryState;
  /** The last choice of a pool came to nothing. */
  readonly failed: boolean;
  /** What the figures of all charts are of. */
  readonly point: HistoryPoint | undefined;
  readonly isLatest: boolean;
  readonly onChoose: (poolId: string) => void;
  /** Null when the latest figures are shown anyway. */
  readonly onFollow: (() => void) | null;
  readonly locale: string;
}

/** Which pool is shown, and which moment. */
export function Header({ state, failed, point, isLatest, onChoose, onFollow, locale }: HeaderProps): JSX.Element {
  const { pool } = state;
  const [chosen, setChosen] = useState(pool.id);
  const pools = state.pools.some(({ id }) => id === pool.id) ? state.pools : [...state.pools, pool];
  const severalInstances = new Set(pools.map(({ instance }) => instance)).size > 1;
  useEffect(() => {
    setChosen(pool.id);
  }, [pool.id, failed]);
  return (
    <header class="header">
      <span class="where">
        <bdi>{visibleText(pool.instance)}</bdi>
        <Dropdown
          label="Pool"
          options={pools.map(each => ({
            value: each.id,
            text: poolText(each, severalInstances),
            tooltip: poolTooltip(each),
          }))}
          value={chosen}
          describedBy={undefined}
          onChange={poolId => {
            setChosen(poolId);
            onChoose(poolId);
          }}
        />
      </span>
      <span class="actions">
        {onFollow && (
          <Button appearance="secondary" onClick={onFollow}>
            Follow the latest
          </Button>
        )}
        {point && (
          <span class="moment">
            {isLatest && <span class="quiet">latest</span>} {timeText(point.atMs, locale)}
          </span>
        )}
      </span>
    </header>
  );
}
