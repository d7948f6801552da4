-- Aggregates in two steps: every process aggregates its own rows (Partial), the
-- leader puts the results together (Finalize). Only a handful of rows crosses the Gather.

-- Partial Aggregate: one figure over all orders
SELECT count(*) AS orders, sum(total) AS revenue, avg(total) AS average
  FROM orders;

-- Partial HashAggregate: a few groups, so each process fits its own in memory
SELECT ship_country, status, count(*) AS orders, sum(total) AS revenue
  FROM orders
 GROUP BY ship_country, status
 ORDER BY revenue DESC;

-- Finalize HashAggregate: many groups, so the leader hashes what the processes send
SELECT product_id, sum(quantity) AS sold
  FROM order_items
 GROUP BY product_id;

-- Finalize GroupAggregate: a few groups are sorted in each process and merged
SELECT ship_country, avg(total) AS average
  FROM orders
 GROUP BY ship_country
 ORDER BY ship_country;

-- Gather Merge: every process sorts its own rows, the leader only merges
SELECT order_id, line, quantity * price AS amount
  FROM order_items
 ORDER BY amount DESC, order_id, line
 LIMIT 100;

-- Partial Aggregate: an aggregate of our own, which has a combine function
SELECT revenue(quantity, price)
  FROM order_items;

-- Parallel Seq Scan: DISTINCT is computed in each process first (PostgreSQL 15 and
-- later)
SELECT DISTINCT status, ship_country
  FROM orders;
