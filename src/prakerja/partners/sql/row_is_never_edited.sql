-- Without arguments no column may be set later.
CREATE OR REPLACE FUNCTION row_is_never_edited()
RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    set_later text[] := coalesce(TG_ARGV, '{}'::text[]);
BEGIN
    IF TG_OP = 'DELETE' OR (to_jsonb(OLD) - set_later) IS DISTINCT FROM (to_jsonb(NEW) - set_later) THEN
        RAISE EXCEPTION '% is never edited', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END
$$;
