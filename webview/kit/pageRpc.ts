import { Rpc } from '../../src/page/rpc';
import type { Listeners, Port } from '../../src/page/rpc';
import type { Events, Requests, Wire } from '../../src/page/wire';
import { afterTimeout } from './host';

type None = Record<string, never>;

/** A page's end of the way to its host: the page asks, the host tells. */
export function connectToHost<R extends Requests, E extends Events>(
  port: Port,
  outgoing: Wire<R, None>,
  incoming: Wire<None, E>,
  listeners: Listeners<E>,
): Rpc<R, None, None, E> {
  return new Rpc({
    port,
    outgoing,
    incoming,
    handlers: {},
    listeners,
    after: afterTimeout,
    timeoutMs: 10_000,
    // A state can be large, and it comes from our own host.
    maxInboundSize: Number.POSITIVE_INFINITY,
    report: sentence => {
      reportError(new Error(sentence));
    },
  });
}
