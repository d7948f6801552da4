import type { LogOutputChannel } from 'vscode';
import { redact } from './redact';

/** The extension's log. Every line passes `redact`, so no password reaches it. */
export interface Log {
  info(text: string): void;
  warn(text: string): void;
  error(text: string, cause?: unknown): void;
  show(): void;
}

/** Wraps VS Code's log channel. */
export function createLog(channel: LogOutputChannel): Log {
  return {
    info: text => channel.info(redact(text)),
    warn: text => channel.warn(redact(text)),
    error: (text, cause) => channel.error(redact(cause === undefined ? text : `${text}: ${describe(cause)}`)),
    show: () => channel.show(),
  };
}

function describe(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
