-- Revokes the proposed participants of one lane: state, money back to the treasury, card withdrawn, NIK on the blacklist.
-- Rules: CARD-01 (whoever has bought meanwhile, or is not late, stays), ELIG-06, REV-01 (who was never eligible, or forged
-- who they are, is revoked behind the end too), money 5.1. All or nothing.
-- Whom the second person took off stays too.
-- Locks accounts before participants, as a purchase does. Returns who was revoked and what each gave back.
CREATE OR REPLACE FUNCTION revoke_participants(
    p_lane smallint,
    p_decree_id uuid,
    p_reason text,
    p_revoked_at timestamptz,
    p_effective_date date
) RETURNS TABLE (participant_id uuid, budget_id uuid, training_idr bigint, incentive_idr bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    v_proposed uuid[];
    v_revoked uuid[];
    v_transfers transfer_request[];
    v_states text[] := CASE WHEN p_reason IN ('ineligible', 'fraud')
        THEN ARRAY['active', 'suspended', 'finished', 'expired'] ELSE ARRAY['active', 'suspended'] END;
BEGIN
    SELECT array_agg(s.participant_id ORDER BY s.participant_id)
    INTO v_proposed
    FROM revocation_proposals AS s
    WHERE s.lane = p_lane
        AND s.decree_id = p_decree_id
        AND NOT EXISTS (
            SELECT FROM revocation_removals AS x
            WHERE x.lane = s.lane AND x.decree_id = s.decree_id AND x.participant_id = s.participant_id
        );
    PERFORM lock_accounts(p_lane, v_proposed, ARRAY['training', 'incentive']);
    SELECT array_agg(late.participant_id ORDER BY late.participant_id)
    INTO v_revoked
    FROM (
        SELECT p.participant_id
        FROM participants AS p
        WHERE p.lane = p_lane
            AND p.participant_id = ANY (v_proposed)
            AND p.state = ANY (v_states)
            AND (
                p_reason <> 'no_first_purchase'
                OR (p.first_purchase_at IS NULL AND p.first_purchase_deadline_at <= p_revoked_at)
            )
        ORDER BY p.participant_id
        FOR NO KEY UPDATE
    ) AS late;
    IF v_revoked IS NULL THEN
        RETURN;
    END IF;

    INSERT INTO revocations (
        lane, participant_id, number, decree_id, reason, state_before, training_idr, incentive_idr, revoked_at
    )
    SELECT
        p_lane, p.participant_id,
        (
            SELECT coalesce(max(r.number), 0) + 1
            FROM revocations AS r
            WHERE r.lane = p_lane AND r.participant_id = p.participant_id
        ),
        p_decree_id, p_reason, p.state, left_over.training_idr, left_over.incentive_idr, p_revoked_at
    FROM (
        SELECT
            a.holder_id,
            coalesce(sum(a.balance_idr) FILTER (WHERE a.kind = 'training'), 0) AS training_idr,
            coalesce(sum(a.balance_idr) FILTER (WHERE a.kind = 'incentive'), 0) AS incentive_idr
        FROM accounts AS a
        WHERE a.lane = p_lane AND a.holder_id = ANY (v_revoked) AND a.kind IN ('training', 'incentive')
        GROUP BY a.holder_id
    ) AS left_over
    JOIN participants AS p ON p.lane = p_lane AND p.participant_id = left_over.holder_id;

    -- A transfer stands once for what it is about: the participant, or the reinstatement whose package is taken back.
    SELECT array_agg(
        ROW(
            'revoke_' || a.kind, coalesce(given.reinstatement_id, a.holder_id), a.budget_number, a.kind, a.holder_id,
            'returned', b.id, a.balance_idr
        )::transfer_request
        ORDER BY a.holder_id, a.kind
    )
    INTO v_transfers
    FROM accounts AS a
    JOIN budgets AS b ON b.number = a.budget_number
    LEFT JOIN LATERAL (
        SELECT i.reinstatement_id
        FROM reinstatements AS i
        WHERE i.lane = p_lane AND i.participant_id = a.holder_id AND i.state = 'done'
        ORDER BY i.revocation_number DESC
        LIMIT 1
    ) AS given ON true
    WHERE a.lane = p_lane
        AND a.holder_id = ANY (v_revoked)
        AND a.kind IN ('training', 'incentive')
        AND a.balance_idr > 0;
    IF v_transfers IS NOT NULL THEN
        PERFORM write_transfers(p_lane, v_transfers, p_effective_date);
    END IF;

    UPDATE participants AS p
    SET state = 'revoked'
    WHERE p.lane = p_lane AND p.participant_id = ANY (v_revoked);

    UPDATE cards AS c
    SET state = 'withdrawn'
    WHERE c.lane = p_lane
        AND c.participant_id = ANY (v_revoked)
        AND c.state NOT IN ('replaced', 'withdrawn');

    INSERT INTO blacklist AS b (lane, nik_index, nik_index_next, reason, source_id, blacklisted_at)
    SELECT a.lane, a.nik_index, a.nik_index_next, p_reason, p_decree_id, p_revoked_at
    FROM participants AS p
    JOIN applicants AS a ON a.lane = p.lane AND a.applicant_id = p.applicant_id
    WHERE p.lane = p_lane AND p.participant_id = ANY (v_revoked)
    ORDER BY a.nik_index
    ON CONFLICT (lane, nik_index) DO UPDATE
    SET reason = excluded.reason,
        source_id = excluded.source_id,
        blacklisted_at = excluded.blacklisted_at,
        lifted_at = NULL;

    RETURN QUERY
    SELECT r.participant_id, budgets.id, r.training_idr, r.incentive_idr
    FROM revocations AS r
    JOIN participants AS p ON p.lane = r.lane AND p.participant_id = r.participant_id
    JOIN budgets ON budgets.number = p.budget_number
    WHERE r.lane = p_lane AND r.participant_id = ANY (v_revoked) AND r.decree_id = p_decree_id
    ORDER BY r.participant_id;
END
$$;
