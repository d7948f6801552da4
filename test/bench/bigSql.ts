/**
 * About 1 MB of SQL that PostgreSQL's parser accepts: 4,000 statements and 1,500 functions, with comments, strings, dollar
 * quotes, bodies in SQL, and letters of several alphabets. Always the same.
 */
export function bigSql(): string {
  const parts: string[] = [];
  for (let number = 0; number < statementCount; number += 1) {
    parts.push(statements[number % statements.length]!(number));
    // Spread evenly among the statements.
    if (
      Math.floor((number * functionCount) / statementCount) !==
      Math.floor(((number + 1) * functionCount) / statementCount)
    ) {
      parts.push(functions[number % functions.length]!(number));
    }
  }
  return parts.join('\n\n');
}

export const statementCount = 4_000;
export const functionCount = 1_500;

const statements: readonly ((number: number) => string)[] = [
  number => `-- Umsätze im Monat ${number}; nur ausgelieferte
SELECT o.ship_country, sum(i.quantity * i.price) AS "Umsatz €"
  FROM orders o JOIN order_items i USING (order_id)
 WHERE o.status = 'geliefert; bezahlt' AND o.ordered_at >= '2024-01-01'::date + ${number}
 GROUP BY o.ship_country;`,
  number =>
    `INSERT INTO customers (name, city, note) VALUES ('Łukasz', 'Kraków', 'it''s ${number}'), ('山田', '東京', $$;$$);`,
  number => `/* nested /* comment; */ */
UPDATE products SET price = price * 1.${number % 10}, name = U&'\\00e9t\\00e9'
 WHERE product_id = ${number} AND category IN ('книги', 'music');`,
  number => `WITH recent AS (SELECT * FROM events WHERE at > now() - interval '${number} hours')
DELETE FROM sessions s USING recent r WHERE s.id = r.session_id AND r.kind = E'log\\'out';`,
  number => `CREATE INDEX events_${number}_idx ON events (kind, at DESC) WHERE kind <> 'heart;beat';`,
  number => `CREATE TABLE summary_${number} AS
  SELECT kind, count(*) AS n, max(at) AS "zuletzt" FROM events GROUP BY kind HAVING count(*) > ${number};`,
];

const functions: readonly ((number: number) => string)[] = [
  number => `CREATE OR REPLACE FUNCTION price_${number}(net numeric, rate numeric DEFAULT 0.19) RETURNS numeric
  LANGUAGE plpgsql STABLE AS $body$
BEGIN
  -- 含税 price; the semicolons below do not end the statement
  IF net IS NULL THEN RETURN 0; END IF;
  RETURN round(net * (1 + rate), 2);
END;
$body$;`,
  number => `CREATE FUNCTION shipped_${number}(status text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE WHEN status = 'доставлено' THEN true ELSE false END;
END;`,
];
