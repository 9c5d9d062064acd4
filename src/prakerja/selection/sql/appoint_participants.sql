-- Makes participants of the selected of one wave, channel and lane, in the order of the applicants' ids.
-- Rules: ELIG-06 (once_in_a_lifetime), CARD-01, CARD-02. The caller has checked and locked; returns how many.
-- p_participant_ids has one id for each: with fewer or more selected than ids the caller sees another number.
CREATE OR REPLACE FUNCTION appoint_participants(
    p_lane smallint,
    p_decree_id uuid,
    p_wave_id uuid,
    p_channel text,
    p_budget_number smallint,
    p_regime_version text,
    p_decreed_at timestamptz,
    p_first_purchase_deadline_at timestamptz,
    p_balance_until_at timestamptz,
    p_participant_ids uuid[]
) RETURNS integer
LANGUAGE plpgsql
-- Each applicant is looked up by key, in the order of the wave: the other joins would read all who ever signed up.
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
DECLARE
    v_appointed integer;
BEGIN
    WITH decreed AS (
        UPDATE applicants AS a
        SET state = 'decreed'
        FROM joinings AS j
        WHERE j.lane = p_lane
            AND j.wave_id = p_wave_id
            AND j.channel = p_channel
            AND j.outcome = 'selected'
            AND a.lane = p_lane
            AND a.applicant_id = j.applicant_id
            -- Whoever is no longer eligible, was blacklisted, or was just named by another approval is missing in the
            -- count, and the caller takes all back.
            AND a.state = 'ready'
            AND a.eligibility = 'eligible'
            AND NOT EXISTS (
                SELECT FROM blacklist AS b WHERE b.lane = p_lane AND b.nik_index = a.nik_index AND b.lifted_at IS NULL
            )
        RETURNING a.applicant_id, a.lane_seed, a.birth_date, a.education
    ), numbered AS (
        SELECT decreed.*, row_number() OVER (ORDER BY decreed.applicant_id)::integer AS position
        FROM decreed
    )
    INSERT INTO participants (
        lane, participant_id, applicant_id, lane_seed, decree_id, wave_id, budget_number, channel, state,
        regime_version, birth_date, education, decreed_at, first_purchase_deadline_at, balance_until_at
    )
    SELECT
        p_lane, p_participant_ids[numbered.position], numbered.applicant_id, numbered.lane_seed, p_decree_id, p_wave_id,
        p_budget_number, p_channel, 'active', p_regime_version, numbered.birth_date, numbered.education, p_decreed_at,
        p_first_purchase_deadline_at, p_balance_until_at
    FROM numbered
    ORDER BY numbered.position;
    GET DIAGNOSTICS v_appointed = ROW_COUNT;
    RETURN v_appointed;
END
$$;
