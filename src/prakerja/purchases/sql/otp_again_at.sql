-- From when on a code may be sent again, when it may not now; otherwise NULL. `p_sent`: the moments of the codes that count, in
-- any order, all within 24 hours; `p_now_sent` more are sent at this moment.
CREATE OR REPLACE FUNCTION otp_again_at(
    p_now timestamptz, p_now_sent bigint, p_sent timestamptz[], p_per_hour integer, p_per_day integer
) RETURNS timestamptz LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    sent timestamptz[] := array_fill(p_now, ARRAY[p_now_sent::integer])
        || ARRAY(SELECT one FROM unnest(p_sent) AS one ORDER BY one DESC);
    again_at timestamptz := greatest(sent[p_per_hour] + interval '1 hour', sent[p_per_day] + interval '24 hours');
BEGIN
    RETURN CASE WHEN again_at > p_now THEN again_at END;
END
$$;
