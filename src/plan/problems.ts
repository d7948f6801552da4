import type { PlanProblem } from './model';
import type { RawObject } from './rawObject';

/** Where an object stands in EXPLAIN's JSON, as steps from the outside in. */
export interface Place {
  readonly up: Place | null;
  readonly step: string | number;
}

/** A broken answer can be wrong in every node; the first problems say enough. */
const mostProblems = 100;

/** Reads the fields of EXPLAIN's objects by type. A field of another type is noted as a problem and read as missing. */
export class FieldReader {
  private readonly noted: PlanProblem[] = [];

  get problems(): readonly PlanProblem[] {
    return this.noted;
  }

  number(object: RawObject, key: string, place: Place): number | null {
    const value = object[key];
    if (typeof value === 'number' && Number.isFinite(value)) {
      return value;
    }
    return this.missing(value, 'a number', key, place);
  }

  string(object: RawObject, key: string, place: Place): string | null {
    const value = object[key];
    return typeof value === 'string' ? value : this.missing(value, 'text', key, place);
  }

  boolean(object: RawObject, key: string, place: Place): boolean | null {
    const value = object[key];
    return typeof value === 'boolean' ? value : this.missing(value, 'true or false', key, place);
  }

  /** The elements; none if the value is missing or no list. */
  list(value: unknown, place: Place): readonly unknown[] {
    if (value !== undefined && !Array.isArray(value)) {
      this.note(place, 'Here should be a list; it is read as missing.');
    }
    return Array.isArray(value) ? value : [];
  }

  note(place: Place, problem: string): void {
    if (this.noted.length < mostProblems) {
      this.noted.push({ path: pathOf(place), problem });
    } else if (this.noted.length === mostProblems) {
      this.noted.push({ path: '', problem: 'More is wrong than is listed here.' });
    }
  }

  private missing(value: unknown, wanted: string, key: string, place: Place): null {
    if (value !== undefined) {
      this.note({ up: place, step: key }, `Here should be ${wanted}; it is read as missing.`);
    }
    return null;
  }
}

/** `[0].Plan.Plans[1]["Total Cost"]` */
function pathOf(place: Place): string {
  const steps: string[] = [];
  for (let at: Place | null = place; at !== null; at = at.up) {
    if (typeof at.step === 'number') {
      steps.push(`[${at.step}]`);
    } else {
      steps.push(/^[A-Za-z_]\w*$/.test(at.step) ? `.${at.step}` : `[${JSON.stringify(at.step)}]`);
    }
  }
  return steps.reverse().join('');
}
