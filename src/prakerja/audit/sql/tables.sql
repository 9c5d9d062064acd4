-- One table for all that happened. lane is the participant's lane, 0 for what belongs to no participant.
CREATE TABLE events (
    lane smallint NOT NULL,
    event_id uuid NOT NULL,
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    actor text NOT NULL,
    programme_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    -- The transaction orders the log as commits do: whatever is below the oldest running one is complete.
    recorded_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    payload jsonb NOT NULL DEFAULT '{}',
    -- In the order of commits, so that sealing reads along the key and one index fewer is written.
    CONSTRAINT events_pkey PRIMARY KEY (lane, recorded_xid, event_id),
    CONSTRAINT every_event_has_an_actor CHECK (actor <> ''),
    CONSTRAINT every_event_has_a_kind CHECK (kind <> '')
);
CREATE INDEX events_by_subject ON events (subject_id, event_id);

-- A seal covers the events of the transactions from (exclusive) the one before until (exclusive) until_xid.
CREATE TABLE seals (
    seal_number bigint NOT NULL,
    until_xid xid8 NOT NULL,
    event_count bigint NOT NULL,
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL,
    sealed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT seals_pkey PRIMARY KEY (seal_number),
    CONSTRAINT a_seal_follows_one_seal UNIQUE (previous_hash),
    CONSTRAINT a_seal_holds_events CHECK (event_count > 0)
);

CREATE FUNCTION refuse_to_change_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'history_is_append_only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER history_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();
CREATE TRIGGER history_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON seals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();

-- The bytes that a seal hashes for one event: every column, so that nothing can be changed unseen.
CREATE FUNCTION event_digest(e events) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(concat_ws(
        E'\x1f', e.lane, e.event_id, e.kind, e.subject_id, e.actor,
        extract(epoch FROM e.programme_at), extract(epoch FROM e.recorded_at), e.recorded_xid, e.payload
    ), 'UTF8'))
$$;

-- Seals what is committed since the last seal, at most about p_most events (a transaction is never split).
-- Returns the number of events sealed. One sealer at a time: the unique previous_hash refuses a second.
CREATE FUNCTION seal_events(p_most integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    last_seal seals;
    horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
    counted bigint;
    digest bytea;
BEGIN
    SELECT * INTO last_seal FROM seals ORDER BY seal_number DESC LIMIT 1;
    IF last_seal IS NULL THEN
        last_seal.seal_number := 0;
        last_seal.until_xid := '0'::xid8;
        last_seal.hash := sha256('prakerja'::bytea);
    END IF;
    SELECT recorded_xid INTO horizon
    FROM events
    WHERE recorded_xid >= last_seal.until_xid AND recorded_xid < horizon
    ORDER BY recorded_xid, lane, event_id
    OFFSET p_most LIMIT 1;
    IF horizon IS NULL OR horizon = last_seal.until_xid THEN
        -- Fewer than p_most are waiting, or one transaction holds more: take up to the horizon, or that whole transaction.
        IF horizon IS NULL THEN
            horizon := pg_snapshot_xmin(pg_current_snapshot());
        ELSE
            horizon := (horizon::text::bigint + 1)::text::xid8;
        END IF;
    END IF;
    SELECT count(*), sha256(string_agg(event_digest(e), ''::bytea ORDER BY e.recorded_xid, e.lane, e.event_id))
    INTO counted, digest
    FROM events e
    WHERE e.recorded_xid >= last_seal.until_xid AND e.recorded_xid < horizon;
    IF counted = 0 THEN
        RETURN 0;
    END IF;
    INSERT INTO seals (seal_number, until_xid, event_count, previous_hash, hash)
    VALUES (last_seal.seal_number + 1, horizon, counted, last_seal.hash, sha256(last_seal.hash || digest));
    RETURN counted;
END
$$;

-- The seals that no longer fit the events which they cover.
CREATE FUNCTION broken_seals() RETURNS TABLE (broken_seal_number bigint) LANGUAGE sql STABLE AS $$
    WITH stretch AS (
        SELECT
            seal_number,
            lag(until_xid, 1, '0'::xid8) OVER (ORDER BY seal_number) AS from_xid,
            until_xid,
            lag(hash, 1, sha256('prakerja'::bytea)) OVER (ORDER BY seal_number) AS hash_before,
            hash,
            previous_hash,
            event_count
        FROM seals
    )
    SELECT s.seal_number
    FROM stretch s
    CROSS JOIN LATERAL (
        SELECT
            count(*) AS counted,
            sha256(string_agg(event_digest(e), ''::bytea ORDER BY e.recorded_xid, e.lane, e.event_id)) AS digest
        FROM events e
        WHERE e.recorded_xid >= s.from_xid AND e.recorded_xid < s.until_xid
    ) found
    WHERE s.previous_hash <> s.hash_before
        OR found.counted <> s.event_count
        OR s.hash IS DISTINCT FROM sha256(s.previous_hash || found.digest)
    ORDER BY s.seal_number
$$;
