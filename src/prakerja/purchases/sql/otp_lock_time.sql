-- How long wrong codes of a card at a platform are remembered, and how long too many of them lock it.
CREATE OR REPLACE FUNCTION otp_lock_time() RETURNS interval LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT interval '15 minutes'
$$;
