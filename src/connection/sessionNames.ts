import * as v from 'valibot';
import type { Transaction } from './transaction';

/** A name as a statement has it; a null schema leaves the choice to the search_path. */
export interface WrittenName {
  readonly schema: string | null;
  readonly name: string;
}

/** One of the functions of a name. Which overload a call means is known only to PostgreSQL's analysis of it. */
export interface NamedFunction {
  readonly oid: string;
  /** With its schema where the name alone does not find it. */
  readonly signature: string;
}

const functionRows = v.array(v.object({ oid: v.string(), signature: v.string() }));
const relationRows = v.array(v.object({ place: v.pipe(v.string(), v.transform(Number)), oid: v.string() }));
const nameRows = v.array(v.object({ oid: v.string(), name: v.string() }));

/** The functions that the session's own statements find by these names. */
export async function functionsNamed(
  tx: Transaction,
  names: readonly WrittenName[],
): Promise<readonly NamedFunction[]> {
  return v.parse(functionRows, await ask(tx, functionsQuery, namesOf(names)));
}

/** For each name the relation that the session's own statements find by it; null for none. */
export async function relationsNamed(
  tx: Transaction,
  names: readonly WrittenName[],
): Promise<readonly (string | null)[]> {
  const found = new Map(
    v.parse(relationRows, await ask(tx, relationsQuery, namesOf(names))).map(({ place, oid }) => [place, oid]),
  );
  return names.map((_, place) => found.get(place + 1) ?? null);
}

/** How the session's own statements may write these relations, by oid; what is gone, or not committed yet, is not in it. */
export async function relationNames(tx: Transaction, oids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (oids.length === 0) {
    return new Map();
  }
  const rows = v.parse(nameRows, await ask(tx, namesQuery, [[...new Set(oids)]]));
  // `-` for 0, and for what is not there the oid itself: without quotes no name begins so (`regclassout` in regproc.c).
  return new Map(rows.filter(({ name }) => !/^[-\d]/.test(name)).map(({ oid, name }) => [oid, name]));
}

async function ask(tx: Transaction, sql: string, values: readonly (readonly string[])[]): Promise<unknown> {
  return (await tx.bySessionPath(() => tx.query(sql, values))).rows;
}

function namesOf(names: readonly WrittenName[]): readonly (readonly string[])[] {
  return [names.map(({ schema }) => schema ?? ''), names.map(({ name }) => name)];
}

// These run under the session's path, so operators, too, are written with their schema.

const functionsQuery = `
  SELECT DISTINCT p.oid::pg_catalog.text AS oid, p.oid::pg_catalog.regprocedure::pg_catalog.text AS signature
    FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.text[]),
                    pg_catalog.unnest($2::pg_catalog.text[])) AS f (schema, name)
    JOIN pg_catalog.pg_proc AS p ON p.proname OPERATOR(pg_catalog.=) f.name
    JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace
   WHERE CASE WHEN f.schema OPERATOR(pg_catalog.=) '' THEN pg_catalog.pg_function_is_visible(p.oid)
              ELSE n.nspname OPERATOR(pg_catalog.=) f.schema END
   ORDER BY 2`;

const relationsQuery = `
  SELECT r.place, c.oid::pg_catalog.text AS oid
    FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.text[]),
                    pg_catalog.unnest($2::pg_catalog.text[])) WITH ORDINALITY AS r (schema, name, place)
    JOIN pg_catalog.pg_class AS c ON c.relname OPERATOR(pg_catalog.=) r.name
    JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
   WHERE CASE WHEN r.schema OPERATOR(pg_catalog.=) '' THEN pg_catalog.pg_table_is_visible(c.oid)
              WHEN r.schema OPERATOR(pg_catalog.=) 'pg_temp' THEN n.oid OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()
              ELSE n.nspname OPERATOR(pg_catalog.=) r.schema END`;

const namesQuery = `
  SELECT r.oid::pg_catalog.text AS oid, r.oid::pg_catalog.regclass::pg_catalog.text AS name
    FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS r (oid)`;
