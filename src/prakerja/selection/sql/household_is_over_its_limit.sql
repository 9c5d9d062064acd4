-- Whether a household of a wave's selected would have more recipients than it may. Rule: ELIG-07.
-- Only households with more applicants than may receive can be over the limit; all their members are locked in one order, so
-- that two approvals cannot each name the last one.
CREATE FUNCTION household_is_over_its_limit(p_wave_id uuid, p_kk_max integer) RETURNS boolean
LANGUAGE plpgsql
-- Household by household: the other joins would read all who ever signed up, for a wave that is a small part of them.
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
BEGIN
    RETURN EXISTS (
        WITH crowded AS MATERIALIZED (
            SELECT household.kk_index
            FROM (
                SELECT chosen.kk_index
                FROM joinings AS j
                JOIN applicants AS chosen ON chosen.lane = j.lane AND chosen.applicant_id = j.applicant_id
                WHERE j.wave_id = p_wave_id AND j.outcome = 'selected'
                -- In the index's order a look-up costs half as much; OFFSET keeps the order where it is.
                ORDER BY chosen.kk_index
                OFFSET 0
            ) AS household
            WHERE (SELECT count(*) FROM applicants AS a WHERE a.kk_index = household.kk_index) > p_kk_max
        ), kin AS (
            SELECT a.lane, a.applicant_id, a.kk_index, a.state
            FROM applicants AS a
            WHERE a.kk_index IN (SELECT kk_index FROM crowded)
            ORDER BY a.kk_index, a.applicant_id
            FOR NO KEY UPDATE
        )
        SELECT
        FROM kin
        LEFT JOIN joinings AS j
            ON j.lane = kin.lane AND j.wave_id = p_wave_id AND j.applicant_id = kin.applicant_id
            AND j.outcome = 'selected'
        GROUP BY kin.kk_index
        HAVING count(*) FILTER (WHERE j.applicant_id IS NOT NULL OR kin.state = 'decreed') > p_kk_max
    );
END
$$;
