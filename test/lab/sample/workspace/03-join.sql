-- Joins: with a Parallel Hash all processes build one hash table together and
-- share it.

-- Parallel Hash Join: two large tables
SELECT o.ship_country, sum(i.quantity * i.price) AS revenue
  FROM orders o
  JOIN order_items i USING (order_id)
 WHERE o.status = 'delivered'
 GROUP BY o.ship_country
 ORDER BY revenue DESC;

-- Hash Join: products are few, so every process builds its own hash table of them
SELECT p.category, sum(i.quantity) AS sold
  FROM order_items i
  JOIN products p USING (product_id)
 GROUP BY p.category;

-- Parallel Hash Anti Join: orders of which no item costs more than 20
SELECT o.status, count(*) AS orders
  FROM orders o
 WHERE NOT EXISTS (SELECT FROM order_items i WHERE i.order_id = o.order_id AND i.price > 20)
 GROUP BY o.status;

-- Nested Loop: each process looks up the few rows that its part of the scan leaves
-- over
SELECT o.order_id, o.ordered_at, i.line, i.product_id
  FROM orders o
  JOIN order_items i USING (order_id)
 WHERE o.note LIKE '%number 17'
   AND o.total > 890;
