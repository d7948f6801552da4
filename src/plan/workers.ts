import type { WorkerFigures } from './model';
import type { FieldReader, Place } from './problems';
import { isRawObject, without, type RawObject } from './rawObject';

const ownFields = ['Worker Number', 'Actual Startup Time', 'Actual Total Time', 'Actual Rows', 'Actual Loops'] as const;

const noWorkers: readonly WorkerFigures[] = [];
const noFields: Readonly<Record<string, unknown>> = {};

/** The figures of each worker that reported any at this node, in the server's order. */
export function readWorkers(list: unknown, nodePlace: Place, reader: FieldReader): readonly WorkerFigures[] {
  if (list === undefined) {
    return noWorkers;
  }
  const listPlace: Place = { up: nodePlace, step: 'Workers' };
  const workers: WorkerFigures[] = [];
  for (const [index, raw] of reader.list(list, listPlace).entries()) {
    const place: Place = { up: listPlace, step: index };
    const number = isRawObject(raw) ? reader.number(raw, 'Worker Number', place) : null;
    if (!isRawObject(raw) || number === null) {
      reader.note(place, 'Here should be a worker with its number; it is left out.');
      continue;
    }
    workers.push({
      number,
      startupMs: reader.number(raw, 'Actual Startup Time', place),
      totalMs: reader.number(raw, 'Actual Total Time', place),
      rows: reader.number(raw, 'Actual Rows', place),
      loops: reader.number(raw, 'Actual Loops', place),
      properties: otherFields(raw),
    });
  }
  return workers;
}

/** Without BUFFERS a worker has no other fields, and a copy for each would be felt in a large plan. */
function otherFields(raw: RawObject): Readonly<RawObject> {
  let own = 0;
  for (const key of ownFields) {
    own += Object.hasOwn(raw, key) ? 1 : 0;
  }
  return Object.keys(raw).length === own ? noFields : without(raw, ownFields);
}
