-- Indexes: the pages of a B-tree are shared among the processes as the blocks of a
-- table are.

-- Parallel Index Only Scan: the index alone answers it
SELECT count(*)
  FROM orders
 WHERE ordered_at >= timestamptz '2024-02-01 00:00+00'
   AND ordered_at < timestamptz '2025-06-01 00:00+00';

-- Parallel Index Scan: a range of the index, with columns of the table
SELECT status, sum(total) AS revenue
  FROM orders
 WHERE ordered_at >= timestamptz '2024-06-01 00:00+00'
   AND ordered_at < timestamptz '2024-12-01 00:00+00'
 GROUP BY status;

-- Parallel Bitmap Heap Scan: one process builds the bitmap, all read the blocks it
-- names
SELECT count(*), sum(with_vat(total)) AS revenue
  FROM orders
 WHERE customer_id BETWEEN 1000 AND 3000;

-- Parallel Bitmap Heap Scan: the bitmaps of two indexes are combined before the
-- table is read
SELECT status, count(*), avg(total)
  FROM orders
 WHERE customer_id BETWEEN 1000 AND 5000
    OR ordered_at < timestamptz '2024-02-15 00:00+00'
 GROUP BY status;
