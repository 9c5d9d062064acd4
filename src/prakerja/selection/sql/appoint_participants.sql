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
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    v_appointed integer;
BEGIN
    INSERT INTO participants (
        lane, participant_id, applicant_id, lane_seed, decree_id, wave_id, budget_number, channel, state, regime_version,
        birth_date, education, decreed_at, first_purchase_deadline_at, balance_until_at
    )
    SELECT
        p_lane, p_participant_ids[chosen.position], chosen.applicant_id, chosen.lane_seed, p_decree_id, p_wave_id,
        p_budget_number, p_channel, 'active', p_regime_version, chosen.birth_date, chosen.education, p_decreed_at,
        p_first_purchase_deadline_at, p_balance_until_at
    FROM (
        SELECT
            j.applicant_id, a.lane_seed, a.birth_date, a.education,
            row_number() OVER (ORDER BY j.applicant_id)::integer AS position
        FROM joinings AS j
        JOIN applicants AS a ON a.lane = j.lane AND a.applicant_id = j.applicant_id
        WHERE j.lane = p_lane AND j.wave_id = p_wave_id AND j.channel = p_channel AND j.outcome = 'selected'
    ) AS chosen
    ORDER BY chosen.position;
    GET DIAGNOSTICS v_appointed = ROW_COUNT;
    UPDATE applicants AS a
    SET state = 'decreed'
    FROM joinings AS j
    WHERE j.lane = p_lane
        AND j.wave_id = p_wave_id
        AND j.channel = p_channel
        AND j.outcome = 'selected'
        AND a.lane = p_lane
        AND a.applicant_id = j.applicant_id;
    UPDATE joinings
    SET outcome = 'decreed'
    WHERE lane = p_lane AND wave_id = p_wave_id AND channel = p_channel AND outcome = 'selected';
    RETURN v_appointed;
END
$$;
