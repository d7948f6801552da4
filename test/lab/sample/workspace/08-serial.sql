-- Queries that stay serial, each for another reason.

-- Stays serial: the table is smaller than min_parallel_table_scan_size
SELECT name, value
  FROM shop_settings
 ORDER BY name;

-- Stays serial: the first ten rows come sooner without starting workers
SELECT order_id, total
  FROM orders
 WHERE total > 500
 LIMIT 10;

-- Stays serial: an index finds the one row at once, there is nothing to share
SELECT *
  FROM orders
 WHERE order_id = 4711;

-- Stays serial: so many rows would cross the Gather that parallel_tuple_cost
-- exceeds the gain
SELECT order_id, line, product_id, quantity, price
  FROM order_items;

-- Stays serial: rows are locked (FOR UPDATE)
SELECT order_id, total
  FROM orders
 WHERE note LIKE '%number 42'
   AND total > 800
   FOR UPDATE;

-- Stays serial: the statement writes (UPDATE)
UPDATE orders
   SET status = 'open'
 WHERE note LIKE '%number 42'
   AND total > 890;

-- Stays serial: a WITH query writes, so the reading half stays serial too
WITH cancelled AS (
  DELETE FROM shop_settings WHERE name = 'theme' RETURNING name
)
SELECT count(*), sum(total), (SELECT count(*) FROM cancelled) AS settings
  FROM orders;

-- Stays serial: INSERT … SELECT is one command that writes; CREATE TABLE AS would
-- run its query in parallel
INSERT INTO shop_settings
SELECT 'revenue ' || ship_country, sum(total)::text
  FROM orders
 GROUP BY ship_country;

-- Stays serial: order_total is PARALLEL UNSAFE, and one unsafe function stops the
-- whole statement
SELECT sum(total)
  FROM orders
 WHERE order_total(customer_id) > 2000;

-- Stays serial: the view calls order_total, even though this query does not use
-- that column
SELECT ship_country, count(*)
  FROM order_overview
 GROUP BY ship_country;

-- Stays serial: random() is PARALLEL RESTRICTED, and the scan has to call it
SELECT count(*)
  FROM orders
 WHERE random() < 0.01;

-- Stays serial: a cursor is fetched in portions, so its query is planned without
-- workers
DECLARE all_orders NO SCROLL CURSOR FOR
SELECT ship_country, sum(total)
  FROM orders
 GROUP BY ship_country;

-- Stays serial: a materialized WITH query is read by the leader alone
WITH priced AS MATERIALIZED (
  SELECT ship_country, total FROM orders
)
SELECT ship_country, sum(total)
  FROM priced
 GROUP BY ship_country;

-- Stays serial: DISTINCT inside an aggregate needs all rows in one process
SELECT count(DISTINCT customer_id)
  FROM orders;

-- Stays serial: grouping sets have no partial step, and all rows would cross the
-- Gather
SELECT ship_country, status, sum(total)
  FROM orders
 GROUP BY ROLLUP (ship_country, status);

-- Stays serial: rows of a function cannot be divided among processes
SELECT day::date, count(*)
  FROM generate_series(timestamp '2024-01-01', '2025-12-31', '1 minute') AS day
 GROUP BY day::date;

-- Stays serial: a subquery that depends on the outer row is planned for each row
SELECT count(*)
  FROM customers c
 WHERE (SELECT max(total) FROM orders o WHERE o.customer_id = c.customer_id) > 850;
