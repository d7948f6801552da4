import type { Client } from 'pg';

/** What everything in the trap says when it is touched. */
export const trapped = 'the trap has shut';

/**
 * A schema with a like of everything in pg_catalog that a name, an operator or a type without a schema could mean: functions and
 * aggregates of the same arguments, operators of the same operands, types of the same names, views of the same names. Each raises
 * `trapped`. In front of pg_catalog in a search_path, no other thing of pg_catalog can be had without its schema.
 */
export async function createTrapSchema(superuser: Client, schema: string): Promise<void> {
  await superuser.query(`SET search_path = pg_catalog; CREATE SCHEMA ${schema}`);
  await superuser.query(`
    CREATE FUNCTION ${schema}.shut() RETURNS pg_catalog.bool LANGUAGE plpgsql AS $$ BEGIN RAISE '${trapped}'; END $$`);
  await superuser.query(String.raw`
    CREATE PROCEDURE ${schema}.make(kind text, statement text) LANGUAGE plpgsql AS $$
    BEGIN
      EXECUTE statement;
    EXCEPTION WHEN OTHERS THEN
      -- Pseudo-types that only C functions may have, and the like; what matters is counted by the caller.
      NULL;
    END $$`);
  await superuser.query(`
    DO $$
    DECLARE one record;
    BEGIN
      FOR one IN SELECT p.proname, pg_get_function_identity_arguments(p.oid) AS arguments, p.proretset,
                        format_type(p.prorettype, NULL) AS result, p.prokind, p.provariadic <> 0 AS variadic,
                        ARRAY(SELECT format_type(t, NULL) FROM unnest(p.proargtypes::oid[]) AS t) AS types
                   FROM pg_proc AS p WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind IN ('f', 'a', 'w')
      LOOP
        CALL ${schema}.make('function', format(
          'CREATE FUNCTION ${schema}.%I(%s) RETURNS %s LANGUAGE plpgsql AS ''BEGIN RAISE ''''${trapped}''''; END''',
          one.proname,
          CASE WHEN one.variadic AND cardinality(one.types) > 0
               THEN array_to_string(one.types[:cardinality(one.types) - 1] || ('VARIADIC ' || one.types[cardinality(one.types)]), ', ')
               ELSE array_to_string(one.types, ', ') END,
          CASE WHEN one.proretset THEN 'SETOF ' ELSE '' END || one.result));
      END LOOP;
      FOR one IN SELECT o.oprname, o.oprleft, o.oprright, o.oprresult, o.oid,
                        CASE WHEN o.oprleft = 0 THEN NULL ELSE format_type(o.oprleft, NULL) END AS left_type,
                        format_type(o.oprright, NULL) AS right_type, format_type(o.oprresult, NULL) AS result
                   FROM pg_operator AS o WHERE o.oprnamespace = 'pg_catalog'::regnamespace AND o.oprright <> 0
      LOOP
        CALL ${schema}.make('operator', format(
          'CREATE FUNCTION ${schema}.%I(%s) RETURNS %s LANGUAGE plpgsql AS ''BEGIN RAISE ''''${trapped}''''; END''',
          'operator_' || one.oid, concat_ws(', ', one.left_type, one.right_type), one.result));
        CALL ${schema}.make('operator', format('CREATE OPERATOR ${schema}.%s (%s FUNCTION = ${schema}.%I)', one.oprname,
          concat(CASE WHEN one.left_type IS NULL THEN NULL ELSE 'LEFTARG = ' || one.left_type || ', ' END,
                 'RIGHTARG = ', one.right_type, ','), 'operator_' || one.oid));
      END LOOP;
      FOR one IN SELECT t.typname FROM pg_type AS t WHERE t.typnamespace = 'pg_catalog'::regnamespace AND t.typtype = 'b'
                    AND t.typelem = 0
      LOOP
        CALL ${schema}.make('type', format('CREATE DOMAIN ${schema}.%I AS pg_catalog.%I CHECK (${schema}.shut())',
          one.typname, one.typname));
      END LOOP;
      FOR one IN SELECT c.relname FROM pg_class AS c
                  WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind IN ('r', 'v')
      LOOP
        CALL ${schema}.make('relation', format('CREATE VIEW ${schema}.%I AS SELECT ${schema}.shut()', one.relname));
      END LOOP;
    END $$`);
  await superuser.query(`GRANT USAGE ON SCHEMA ${schema} TO PUBLIC; RESET search_path`);
}
