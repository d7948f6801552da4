-- Functions: what a function is declared as decides, not what it does. Without a
-- label it is PARALLEL UNSAFE.

-- Parallel Seq Scan: with_vat is PARALLEL SAFE, so the workers may call it
SELECT count(*)
  FROM order_items
 WHERE with_vat(price) > 220;

-- Parallel Seq Scan: is_large_order is one SQL expression, which the planner puts
-- in the place of the call
SELECT ship_country, count(*)
  FROM orders
 WHERE is_large_order(total)
 GROUP BY ship_country;

-- Parallel Seq Scan: session_country is PARALLEL RESTRICTED, so only the leader
-- calls it, above the Gather
SELECT order_id, total, ship_country = session_country() AS domestic
  FROM orders
 WHERE note LIKE '%number 42'
   AND total > 800;

-- Stays serial: the same restricted function in a WHERE clause keeps the whole
-- scan in the leader
SELECT count(*), sum(total)
  FROM orders
 WHERE ship_country = session_country();

-- Stays serial: order_total has no label, so it is PARALLEL UNSAFE, although it
-- only reads
SELECT order_id, order_total(order_id)
  FROM orders
 WHERE note LIKE '%number 42'
   AND total > 800;

-- Stays serial: an aggregate without a label is PARALLEL UNSAFE too
SELECT revenue_unlabelled(quantity, price)
  FROM order_items;
