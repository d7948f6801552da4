-- Customers, products, orders and their items. One transaction: PostgreSQL writes no WAL for a table made in it.

-- A number from 0 to below `size` that looks random and is the same in every load.
CREATE FUNCTION pg_temp.pick(id bigint, seed bigint, size integer) RETURNS integer
  LANGUAGE sql IMMUTABLE AS $$ SELECT abs(hashint8extended(id, seed) % size)::integer $$;

CREATE TABLE customers (
  customer_id integer NOT NULL,
  name        text NOT NULL,
  email       text NOT NULL,
  country     char(2) NOT NULL,
  segment     text NOT NULL,
  created_at  timestamptz NOT NULL
);
INSERT INTO customers
SELECT id,
       (ARRAY['Ada', 'Ben', 'Chloe', 'Dana', 'Emil', 'Freya', 'Goran', 'Hana', 'Ines', 'Jonas'])[1 + pg_temp.pick(id, 1, 10)]
         || ' ' ||
       (ARRAY['Moreau', 'Novak', 'Olsen', 'Petit', 'Quist', 'Rossi', 'Santos', 'Tamm'])[1 + pg_temp.pick(id, 2, 8)],
       'customer' || id || '@example.com',
       (ARRAY['DE', 'FR', 'GB', 'IT', 'NL', 'PL', 'SE', 'US'])[1 + pg_temp.pick(id, 3, 8)],
       (ARRAY['consumer', 'consumer', 'consumer', 'business', 'wholesale'])[1 + pg_temp.pick(id, 4, 5)],
       timestamptz '2022-01-01 00:00+00' + pg_temp.pick(id, 5, 1000) * interval '1 day'
  FROM generate_series(1, 50000) AS id;

CREATE TABLE products (
  product_id integer NOT NULL,
  name       text NOT NULL,
  category   text NOT NULL,
  price      numeric(10, 2) NOT NULL,
  weight_g   integer NOT NULL
);
INSERT INTO products
SELECT id,
       (ARRAY['Oak', 'Steel', 'Linen', 'Cork', 'Glass', 'Wool'])[1 + pg_temp.pick(id, 11, 6)]
         || ' ' ||
       (ARRAY['lamp', 'chair', 'basket', 'mug', 'rug', 'shelf', 'clock'])[1 + pg_temp.pick(id, 12, 7)]
         || ' no. ' || id,
       (ARRAY['garden', 'kitchen', 'living', 'office', 'bath'])[1 + pg_temp.pick(id, 13, 5)],
       (499 + pg_temp.pick(id, 14, 19500)) / 100.0,
       100 + pg_temp.pick(id, 15, 9900)
  FROM generate_series(1, 5000) AS id;

CREATE TABLE orders (
  order_id     integer NOT NULL,
  customer_id  integer NOT NULL,
  status       text NOT NULL,
  ordered_at   timestamptz NOT NULL,
  shipped_at   timestamptz,
  total        numeric(10, 2) NOT NULL,
  ship_country char(2) NOT NULL,
  note         text NOT NULL
);
INSERT INTO orders
SELECT id,
       1 + pg_temp.pick(id, 21, 50000),
       (ARRAY['delivered', 'delivered', 'delivered', 'delivered', 'shipped', 'paid', 'open', 'returned'])[1 + pg_temp.pick(id, 22, 8)],
       timestamptz '2024-01-01 00:00+00' + id * interval '2 minutes',
       CASE WHEN pg_temp.pick(id, 22, 8) < 5 THEN timestamptz '2024-01-03 00:00+00' + id * interval '2 minutes' END,
       (500 + pg_temp.pick(id, 23, 90000)) / 100.0,
       (ARRAY['DE', 'FR', 'GB', 'IT', 'NL', 'PL', 'SE', 'US'])[1 + pg_temp.pick(id, 24, 8)],
       'Please leave the parcel with the neighbour at number ' || pg_temp.pick(id, 25, 200)
  FROM generate_series(1, 500000) AS id;

CREATE TABLE order_items (
  order_id   integer NOT NULL,
  line       smallint NOT NULL,
  product_id integer NOT NULL,
  quantity   smallint NOT NULL,
  price      numeric(10, 2) NOT NULL
);
INSERT INTO order_items
SELECT id,
       line,
       1 + pg_temp.pick(id * 8 + line, 31, 5000),
       1 + pg_temp.pick(id * 8 + line, 32, 4),
       (499 + pg_temp.pick(id * 8 + line, 33, 19500)) / 100.0
  FROM generate_series(1, 500000) AS id, generate_series(1, 1 + id % 4) AS line;

ALTER TABLE customers ADD PRIMARY KEY (customer_id);
ALTER TABLE products ADD PRIMARY KEY (product_id);
ALTER TABLE orders ADD PRIMARY KEY (order_id);
ALTER TABLE order_items ADD PRIMARY KEY (order_id, line);
CREATE INDEX orders_customer_id_idx ON orders (customer_id);
CREATE INDEX orders_ordered_at_idx ON orders (ordered_at);
ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;
ALTER TABLE order_items ADD FOREIGN KEY (order_id) REFERENCES orders;
ALTER TABLE order_items ADD FOREIGN KEY (product_id) REFERENCES products;
