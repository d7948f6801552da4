-- Sales by quarter, the wide log of events and the shop's few settings.

-- The same as in orders.sql: it lives as long as one session.
CREATE FUNCTION pg_temp.pick(id bigint, seed bigint, size integer) RETURNS integer
  LANGUAGE sql IMMUTABLE AS $$ SELECT abs(hashint8extended(id, seed) % size)::integer $$;

CREATE TABLE sales (
  sold_on    date NOT NULL,
  store_id   integer NOT NULL,
  product_id integer NOT NULL,
  quantity   integer NOT NULL,
  amount     numeric(10, 2) NOT NULL
) PARTITION BY RANGE (sold_on);
DO $$
BEGIN
  FOR quarter IN 0..11 LOOP
    EXECUTE format(
      'CREATE TABLE %I PARTITION OF sales FOR VALUES FROM (%L) TO (%L)',
      format('sales_%sq%s', 2023 + quarter / 4, 1 + quarter % 4),
      date '2023-01-01' + quarter * interval '3 months',
      date '2023-01-01' + (quarter + 1) * interval '3 months');
  END LOOP;
END
$$;
INSERT INTO sales
SELECT date '2023-01-01' + id / 820,
       1 + pg_temp.pick(id, 41, 40),
       1 + pg_temp.pick(id, 42, 5000),
       1 + pg_temp.pick(id, 43, 6),
       (499 + pg_temp.pick(id, 44, 60000)) / 100.0
  FROM generate_series(0, 820 * 1096 - 1) AS id;
CREATE INDEX sales_sold_on_idx ON sales (sold_on);

CREATE TABLE events (
  event_id     bigint NOT NULL,
  happened_at  timestamptz NOT NULL,
  kind         text NOT NULL,
  session_id   uuid NOT NULL,
  customer_id  integer,
  order_id     integer,
  product_id   integer,
  page         text NOT NULL,
  referrer     text,
  campaign     text,
  device       text NOT NULL,
  browser      text NOT NULL,
  language     text NOT NULL,
  country      char(2) NOT NULL,
  duration_ms  integer NOT NULL,
  is_bot       boolean NOT NULL,
  screen_width integer NOT NULL,
  cart_value   numeric(10, 2),
  experiment   text,
  details      jsonb NOT NULL
);
INSERT INTO events
SELECT id,
       timestamptz '2025-01-01 00:00+00' + id * interval '2 minutes',
       (ARRAY['view', 'view', 'view', 'search', 'cart', 'checkout', 'error'])[1 + pg_temp.pick(id, 51, 7)],
       md5('session ' || id / 12)::uuid,
       CASE WHEN id % 3 = 0 THEN 1 + pg_temp.pick(id / 12, 52, 50000) END,
       CASE WHEN id % 50 = 0 THEN 1 + pg_temp.pick(id, 53, 500000) END,
       CASE WHEN id % 2 = 0 THEN 1 + pg_temp.pick(id, 54, 5000) END,
       '/products/' || pg_temp.pick(id, 54, 5000),
       CASE WHEN id % 4 = 0 THEN 'https://search.example.com/?q=' || pg_temp.pick(id, 55, 900) END,
       CASE WHEN id % 9 = 0 THEN 'spring-' || pg_temp.pick(id, 56, 12) END,
       (ARRAY['phone', 'phone', 'desktop', 'tablet'])[1 + pg_temp.pick(id / 12, 57, 4)],
       (ARRAY['firefox', 'chrome', 'safari', 'edge'])[1 + pg_temp.pick(id / 12, 58, 4)],
       (ARRAY['de', 'fr', 'en', 'it', 'nl'])[1 + pg_temp.pick(id / 12, 59, 5)],
       (ARRAY['DE', 'FR', 'GB', 'IT', 'NL', 'PL', 'SE', 'US'])[1 + pg_temp.pick(id / 12, 60, 8)],
       10 + pg_temp.pick(id, 61, 4000),
       pg_temp.pick(id / 12, 62, 20) = 0,
       (ARRAY[390, 768, 1280, 1920, 2560])[1 + pg_temp.pick(id / 12, 63, 5)],
       CASE WHEN id % 7 = 0 THEN (999 + pg_temp.pick(id, 64, 50000)) / 100.0 END,
       CASE WHEN id % 5 = 0 THEN 'checkout-' || pg_temp.pick(id, 65, 2) END,
       jsonb_build_object(
         'position', pg_temp.pick(id, 66, 60),
         'scroll', pg_temp.pick(id, 67, 101),
         'tags', jsonb_build_array('tag' || pg_temp.pick(id, 68, 30), 'tag' || pg_temp.pick(id, 69, 30)))
  FROM generate_series(1, 150000) AS id;
ALTER TABLE events ADD PRIMARY KEY (event_id);
CREATE INDEX events_kind_happened_at_idx ON events (kind, happened_at);
CREATE INDEX events_details_idx ON events USING gin (details jsonb_path_ops);

CREATE TABLE shop_settings (
  name  text PRIMARY KEY,
  value text NOT NULL
);
INSERT INTO shop_settings VALUES
  ('currency', 'EUR'), ('free_shipping_from', '60'), ('vat_percent', '19'), ('returns_days', '30'),
  ('support_email', 'help@shop.example.com'), ('theme', 'linen');
