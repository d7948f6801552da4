import type { RawExplain, RawNode, RawQuery } from './decode';
import type { ActualFigures, ParentRelationship, Plan, PlannedQuery, PlanNode } from './model';
import { nodeName } from './nodeName';
import { objectOf } from './object';
import { FieldReader, type Place } from './problems';
import { isRawObject, setOwn, without, type RawObject } from './rawObject';
import { findRegions } from './regions';
import { readWorkers } from './workers';

/**
 * The model of EXPLAIN's answer. Never throws: what is not as PostgreSQL 13 to 18 print it is read as missing and listed in
 * `problems`. The nodes keep the raw objects as their `properties`.
 */
export function buildPlan(raw: RawExplain): Plan {
  const reader = new FieldReader();
  const drafts: Draft[] = [];
  const queries: PlannedQuery[] = [];
  for (const query of raw.queries) {
    const root = drafts.length;
    queries.push(plannedQuery(query, root, reader));
    for (const node of query.nodes) {
      drafts.push(readNode(node, drafts.length, root, reader));
    }
  }
  closeSubtrees(drafts);
  const { regions, regionOf } = findRegions(drafts, queries);
  for (const draft of drafts) {
    draft.region = regionOf[draft.id] ?? null;
  }
  const analyzed = drafts.some(node => node.actual !== null);
  return { queries, nodes: drafts, regions, analyzed, problems: [...raw.problems, ...reader.problems] };
}

/** A node while `subtreeEnd` and `region` are still to come. */
type Draft = { -readonly [Key in keyof PlanNode]: PlanNode[Key] };

function readNode(node: RawNode, id: number, root: number, reader: FieldReader): Draft {
  const { fields, workers, parent, depth, place } = node;
  if (fields['Node Type'] === undefined) {
    reader.note(place, 'This plan node has no Node Type.');
  }
  return {
    id,
    parent: parent === null ? null : root + parent,
    depth,
    subtreeEnd: id + 1,
    name: nodeName(fields),
    nodeType: reader.string(fields, 'Node Type', place) ?? '',
    object: objectOf(fields),
    relationship: readRelationship(fields, place, reader),
    subplanName: reader.string(fields, 'Subplan Name', place),
    parallelAware: reader.boolean(fields, 'Parallel Aware', place) ?? false,
    region: null,
    startupCost: reader.number(fields, 'Startup Cost', place),
    totalCost: reader.number(fields, 'Total Cost', place),
    planRows: reader.number(fields, 'Plan Rows', place),
    planWidth: reader.number(fields, 'Plan Width', place),
    actual: readActual(fields, place, reader),
    workersPlanned: reader.number(fields, 'Workers Planned', place),
    workersLaunched: reader.number(fields, 'Workers Launched', place),
    workers: readWorkers(workers, place, reader),
    properties: fields,
  };
}

function readActual(raw: RawObject, place: Place, reader: FieldReader): ActualFigures | null {
  const rows = reader.number(raw, 'Actual Rows', place);
  const loops = reader.number(raw, 'Actual Loops', place);
  if (rows === null || loops === null) {
    return null;
  }
  return {
    startupMs: reader.number(raw, 'Actual Startup Time', place),
    totalMs: reader.number(raw, 'Actual Total Time', place),
    rows,
    loops,
  };
}

function plannedQuery({ fields, place }: RawQuery, root: number, reader: FieldReader): PlannedQuery {
  const settings: Record<string, string> = {};
  const rawSettings = fields['Settings'];
  if (isRawObject(rawSettings)) {
    for (const name of Object.keys(rawSettings)) {
      const value = reader.string(rawSettings, name, { up: place, step: 'Settings' });
      if (value !== null) {
        setOwn(settings, name, value);
      }
    }
  } else if (rawSettings !== undefined) {
    reader.note({ up: place, step: 'Settings' }, 'Here should be an object; it is read as missing.');
  }
  return {
    root,
    planningMs: reader.number(fields, 'Planning Time', place),
    executionMs: reader.number(fields, 'Execution Time', place),
    settings,
    properties: without(fields, ['Planning Time', 'Execution Time', 'Settings']),
  };
}

/** From the last node to the first, each one's end is known when its parent asks. */
function closeSubtrees(drafts: readonly Draft[]): void {
  for (let id = drafts.length - 1; id >= 0; id -= 1) {
    const draft = drafts[id];
    const parent = drafts[draft?.parent ?? -1];
    if (draft && parent) {
      parent.subtreeEnd = Math.max(parent.subtreeEnd, draft.subtreeEnd);
    }
  }
}

const relationships: ReadonlyMap<string | null, ParentRelationship> = new Map(
  (['Outer', 'Inner', 'Member', 'Subquery', 'InitPlan', 'SubPlan'] as const).map(name => [name, name]),
);

/** A custom scan may name its inputs otherwise (`child`); that says nothing about how they are executed. */
function readRelationship(raw: RawObject, place: Place, reader: FieldReader): ParentRelationship | null {
  return relationships.get(reader.string(raw, 'Parent Relationship', place)) ?? null;
}
