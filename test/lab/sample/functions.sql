-- Functions of every label, and what is built on them.

-- No label: PARALLEL UNSAFE by default, although it only reads.
CREATE FUNCTION order_total(wanted_order_id integer) RETURNS numeric
  LANGUAGE plpgsql STABLE AS $$
DECLARE
  total numeric;
BEGIN
  SELECT sum(quantity * price) INTO total FROM order_items WHERE order_id = wanted_order_id;
  RETURN coalesce(total, 0);
END
$$;

CREATE FUNCTION with_vat(net numeric, vat_percent numeric DEFAULT 19) RETURNS numeric
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  RETURN round(net * (1 + vat_percent / 100), 2);
END
$$;

-- Reads a setting of the session, which only the leader should be asked for.
CREATE FUNCTION session_country() RETURNS char(2)
  LANGUAGE plpgsql STABLE PARALLEL RESTRICTED AS $$
BEGIN
  RETURN coalesce(nullif(current_setting('shop.country', true), ''), 'DE');
END
$$;

-- One SQL expression: the planner puts it in the place of the call.
CREATE FUNCTION is_large_order(total numeric) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT total >= 750 $$;

CREATE FUNCTION add_revenue(state numeric, quantity smallint, price numeric) RETURNS numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT state + quantity * price $$;

-- The combine function lets each process aggregate its own rows.
CREATE AGGREGATE revenue(smallint, numeric) (
  SFUNC = add_revenue, STYPE = numeric, INITCOND = 0, COMBINEFUNC = numeric_add, PARALLEL = SAFE);

-- The same without a label: an aggregate is PARALLEL UNSAFE by default too.
CREATE AGGREGATE revenue_unlabelled(smallint, numeric) (
  SFUNC = add_revenue, STYPE = numeric, INITCOND = 0, COMBINEFUNC = numeric_add);

CREATE VIEW order_overview AS
SELECT o.order_id, o.ordered_at, o.status, o.ship_country, c.name AS customer, order_total(o.order_id) AS items_total
  FROM orders o
  JOIN customers c USING (customer_id);
