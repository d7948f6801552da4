-- Scans that several processes share: each takes the next blocks of the table.
-- Put the cursor in a statement and run "Planpool: Explain".

-- Parallel Seq Scan: which larger orders went to the neighbour at number 42?
SELECT order_id, customer_id, ordered_at, total
  FROM orders
 WHERE note LIKE '%number 42'
   AND total > 800;

-- Parallel Seq Scan: bots with a full cart, found in a wide table without a
-- fitting index
SELECT event_id, happened_at, page, browser, cart_value
  FROM events
 WHERE is_bot
   AND cart_value > 450;

-- Parallel Seq Scan: an expensive filter pays even more, for every process
-- computes it for its own rows
SELECT order_id, note
  FROM orders
 WHERE note ~ 'number (1[0-9])?7$'
   AND status = 'returned'
   AND ship_country IN ('SE', 'PL');
