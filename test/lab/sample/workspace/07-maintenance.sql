-- Maintenance uses workers too, but most of it has no plan that EXPLAIN could
-- show: run these to see their workers (max_parallel_maintenance_workers says how
-- many a command may have).

-- Parallel Seq Scan: CREATE TABLE AS can be explained, and its query may run in
-- parallel
CREATE TABLE returned_orders AS
SELECT order_id, customer_id, ordered_at, total
  FROM orders
 WHERE status = 'returned'
   AND total > 850;

-- No plan: workers sort for a B-tree index
CREATE INDEX order_items_product_id_idx ON order_items (product_id);

-- No plan: the same when an index is built anew
REINDEX INDEX orders_customer_id_idx;

-- No plan: workers clean the indexes of a table that has several
VACUUM (PARALLEL 2) orders;

-- Partial HashAggregate: the query of a new materialized view may run in parallel
-- too
CREATE MATERIALIZED VIEW revenue_by_country AS
SELECT ship_country, sum(total) AS revenue
  FROM orders
 GROUP BY ship_country;

-- No plan: from PostgreSQL 14 it is refreshed in parallel as well; explain its
-- query to see how
REFRESH MATERIALIZED VIEW revenue_by_country;
