import type { Backend } from './activity';

/** Whether a backend has every word of the filter somewhere in what the view shows of it, in capitals or not. */
export function matcher(filter: string): (backend: Backend, words: string) => boolean {
  const wanted = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return (backend, words) => {
    const { pid, database, user, application, client, backendType, state, query } = backend;
    const text = query.kind === 'text' ? query.text : '';
    const shown = [pid, database, user, application, client, backendType, state, words, text].join('\n').toLowerCase();
    return wanted.every(word => shown.includes(word));
  };
}
