-- What partners have missed, over all processes. Not logged: a crash of the database fills the budgets again.
CREATE UNLOGGED TABLE partner_misses (
    name text NOT NULL,
    key text NOT NULL,
    tokens double precision NOT NULL,
    capacity integer NOT NULL,
    per_minute integer NOT NULL,
    counted_at timestamptz NOT NULL,
    CONSTRAINT partner_misses_pkey PRIMARY KEY (name, key)
) WITH (fillfactor = 50);
