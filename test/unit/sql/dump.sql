--
-- PostgreSQL database dump
--

\restrict hX3;jq9T'w

-- Dumped from database version 18.0
-- Dumped by pg_dump version 18.0

SET statement_timeout = 0;
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);

--
-- Name: mood; Type: TYPE; Schema: public; Owner: -
--

CREATE TYPE public.mood AS ENUM (
    'sad; very',
    'ok',
    'it''s fine'
);

CREATE FUNCTION public.body(a integer) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN (a > 0) THEN 1
             ELSE 0
         END AS "case";
 SELECT body.a
    FROM public.body(1) body(a);
END;

CREATE FUNCTION public.quoted() RETURNS trigger
    LANGUAGE plpgsql
    AS $_$
begin
  execute 'select $$;$$';
  return new;
end;
$_$;

CREATE PROCEDURE public."begin atomic"()
    LANGUAGE sql
    AS $$ select 1; $$;

CREATE TABLE public."semi;colon" (
    id integer NOT NULL,
    "quo""te;" text DEFAULT 'a''b;'::text,
    ünïcode text DEFAULT E'\\'';'
);

CREATE VIEW public.v AS
 SELECT id -- the key; of it
   FROM public."semi;colon";

CREATE TABLE public.empty (
);

COPY public."semi;colon" (id, "quo""te;", ünïcode) FROM stdin;
1	it's; $$ /* "	\N
2	\\.	\.x
\.

COPY public.empty  FROM stdin;
\.

COPY public.other (a) FROM stdin WITH (FORMAT csv);
'; SELECT 'not this';
\.


SELECT pg_catalog.setval('public.s', 1, false);

ALTER TABLE ONLY public."semi;colon"
    ADD CONSTRAINT k PRIMARY KEY (id);

CREATE RULE r AS
    ON INSERT TO public.v DO INSTEAD ( INSERT INTO public.a VALUES (1);
 DELETE FROM public.b;
);

CREATE TRIGGER begin BEFORE INSERT ON public.empty FOR EACH ROW EXECUTE FUNCTION public.quoted();

--
-- PostgreSQL database dump complete
--

\unrestrict hX3;jq9T'w

