import type { JSX } from 'preact';
import type { Run } from '../../src/plan/run';
import { visibleText } from '../kit/visibleText';

/** Planner settings with their values, to stand in one line that may wrap between them. */
export function Overrides({ of: overrides }: { readonly of: Run['overrides'] }): JSX.Element {
  return (
    <>
      {overrides.map(({ name, value }) => (
        <span key={name}>
          {visibleText(name)} = {visibleText(value)}
        </span>
      ))}
    </>
  );
}
