import * as v from 'valibot';
import type { ServerErrorFields } from './errors';

const text = v.fallback(v.nullable(v.string()), null);

/** What the driver makes of an ErrorResponse; only a SQLSTATE proves that a server wrote it. */
const errorResponse = v.object({
  code: v.pipe(v.string(), v.length(5)),
  message: v.string(),
  severity: v.fallback(v.string(), 'ERROR'),
  detail: text,
  hint: text,
  where: text,
  position: v.fallback(v.nullable(v.pipe(v.string(), v.regex(/^[1-9]\d*$/), v.transform(Number))), null),
  length: v.number(),
});

/** The server's own error in something the driver threw; null when it did not come from a server. */
export function serverErrorFields(thrown: unknown): ServerErrorFields | null {
  const decoded = v.safeParse(errorResponse, thrown);
  if (!decoded.success) {
    return null;
  }
  const { code, message, severity, detail, hint, where, position } = decoded.output;
  return { code, message, severity, detail, hint, where, position };
}

/** The server closes the session behind such an error. */
export function endsSession(error: ServerErrorFields): boolean {
  return error.severity === 'FATAL' || error.severity === 'PANIC';
}
