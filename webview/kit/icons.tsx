import type { JSX } from 'preact';

/** Drawn for the eye alone: say the same in words. */
export function WarningIcon(): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M8 2 14.5 13.5H1.5Z M8 6.2V9.8 M8 11.1V12.2" />
    </svg>
  );
}
