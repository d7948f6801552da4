-- Partitions: the processes of a Parallel Append spread over the partitions. Sales
-- are split by quarter.

-- Parallel Append: all twelve quarters
SELECT store_id, sum(amount) AS revenue
  FROM sales
 GROUP BY store_id
 ORDER BY revenue DESC;

-- Parallel Append: only the partitions of one year are read, the others are pruned
SELECT product_id, sum(quantity) AS sold
  FROM sales
 WHERE sold_on >= date '2025-01-01'
   AND sold_on < date '2026-01-01'
 GROUP BY product_id
 ORDER BY sold DESC
 LIMIT 20;

-- Parallel Append: UNION ALL of different tables
SELECT count(*), sum(amount)
  FROM (SELECT total AS amount FROM orders WHERE status = 'returned'
        UNION ALL
        SELECT amount FROM sales WHERE quantity > 4) AS turnover;
