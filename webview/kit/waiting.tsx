import type { JSX } from 'preact';
import { Button } from './toolkit';
import { visibleText } from './visibleText';

export interface WaitingProps {
  /** What the page waits for. */
  readonly text: string;
  /** Why it did not come; null while it may still come. */
  readonly failure: string | null;
  readonly onAskAgain: () => void;
}

/** A page that has nothing to show yet. */
export function Waiting({ text, failure, onAskAgain }: WaitingProps): JSX.Element {
  return (
    <main class="page waiting">
      <p role="status">{failure === null ? text : visibleText(failure)}</p>
      {failure !== null && (
        <Button appearance="secondary" onClick={onAskAgain}>
          Ask again
        </Button>
      )}
    </main>
  );
}
