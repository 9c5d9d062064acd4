-- A tie is evidence: it may end, it is never edited. Its value may be written under another key (kit.rotation): what
-- the value is stands in `target_id`, its blind index.
CREATE OR REPLACE FUNCTION tie_is_never_edited()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (to_jsonb(OLD) - 'valid_until' - 'value_cipher') <> (to_jsonb(NEW) - 'valid_until' - 'value_cipher')
        OR (OLD.valid_until IS NOT NULL AND NEW.valid_until IS DISTINCT FROM OLD.valid_until) THEN
        RAISE EXCEPTION 'a tie may end, it is never edited'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tie_is_never_edited';
    END IF;
    RETURN NEW;
END
$$;
