import { sendCancelRequest } from './cancel';
import { openSession } from './openSession';
import type { Session } from './session';
import { settlesWithin } from './timing';

/** How a running statement came to its end. */
export type CancelOutcome = 'cancelRequest' | 'pgCancelBackend' | 'destroyed';

/** One step up when the step before has had no effect for so long. */
const patienceMs = 1000;

/**
 * Ends the statement that `running` waits for: by CancelRequest; after a second without effect by `pg_cancel_backend` from
 * a second, short session; after another second by destroying the session. Resolves, after at most about two seconds, when
 * `running` has settled and no request of ours is under way any more, so that it cannot hit the next statement; when the
 * request could not be confirmed the session is destroyed too. Never rejects.
 * @param backendPid of the real backend, which through a pooler is not that of the session's cancel key.
 */
export async function cancelLadder(
  session: Session,
  backendPid: number,
  running: Promise<unknown>,
): Promise<CancelOutcome> {
  const key = session.cancelKey;
  const request = key === null ? Promise.resolve(false) : sendCancelRequest(session.profile, key, patienceMs);
  if (key !== null && (await settlesWithin(running, patienceMs))) {
    if (await request) {
      return 'cancelRequest';
    }
    session.destroy('A request to cancel may still be on its way');
    return 'destroyed';
  }
  const second = pgCancelBackend(session, backendPid);
  const effect = await settlesWithin(running, patienceMs);
  if (effect && (await second) && (await request)) {
    return 'pgCancelBackend';
  }
  session.destroy('The statement did not end when it was cancelled');
  await settlesWithin(running, patienceMs);
  return 'destroyed';
}

/** True when the server confirmed that the signal was sent. */
async function pgCancelBackend(session: Session, backendPid: number): Promise<boolean> {
  const signal = AbortSignal.timeout(patienceMs);
  try {
    const second = await openSession(session.profile, session.password, {
      signal,
      connectTimeoutMs: patienceMs,
      applicationName: 'planpool cancel',
    });
    const answer = second.query('SELECT pg_catalog.pg_cancel_backend($1::integer) AS sent', [backendPid]);
    const settled = await settlesWithin(answer, patienceMs);
    second.destroy();
    return settled && (await answer).rows[0]?.['sent'] === true;
  } catch {
    return false;
  }
}
