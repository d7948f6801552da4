import type { Backend } from './activity';
import { isActive } from './activity';
import { commonWaitEvents, parallelWaitEvents } from './waitEvents';

export type Role = 'leader' | 'worker' | 'alone';

const events = new Map(
  [...parallelWaitEvents, ...commonWaitEvents].map(event => [keyOf(event.type, event.name), event]),
);

/** What a backend does now, without a subject: `runs`, `waits for rows from workers`, `idle in transaction`. Never empty. */
export function waitWords(backend: Backend, role: Role): string {
  const { state, waitEventType: type, waitEvent: name } = backend;
  if (backend.query.kind === 'hidden') {
    return 'hidden';
  }
  // Outside of a statement a session always waits for its client; its state says more.
  if (state !== null && !isActive(backend)) {
    return state === 'disabled' ? 'does not report what it does (track_activities is off)' : state;
  }
  if (type === null || name === null) {
    return 'runs';
  }
  const event = events.get(keyOf(type, name));
  if (event === undefined) {
    return otherWords(type, name);
  }
  return (role === 'alone' ? undefined : event[role]) ?? event.words;
}

function keyOf(type: string, name: string): string {
  return `${type} ${name}`.toLowerCase();
}

/** Extensions and newer versions have events of their own: their names are PostgreSQL's. */
function otherWords(type: string, name: string): string {
  switch (type) {
    case 'Activity':
      return `waits for something to do (${name})`;
    case 'BufferPin':
    case 'Buffer':
      return `waits for a page that another process uses (${name})`;
    case 'Client':
      return `waits for its client (${name})`;
    case 'Extension':
      return `waits in an extension (${name})`;
    case 'IO':
      return `waits for a file (${name})`;
    case 'IPC':
      return `waits for another process (${name})`;
    case 'Lock':
      return `waits for a lock (${name})`;
    case 'LWLock':
      return `waits for its turn at shared memory (${name})`;
    case 'Timeout':
      return `waits for a set time (${name})`;
    default:
      return `waits: ${type} · ${name}`;
  }
}
