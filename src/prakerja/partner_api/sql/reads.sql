-- Reads of every batch, as functions: a session plans each once, where a bare statement would be planned for every batch.

-- Whether keys are live and their partners active, and what the programme's clock needs: all that a batch asks before it works.
CREATE OR REPLACE FUNCTION partner_standings(p_client_codes text[]) RETURNS TABLE (
    client_code text,
    revoked boolean,
    expires_at timestamptz,
    partner_role text,
    partner_state text,
    programme_at timestamptz,
    machine_at timestamptz,
    running boolean
) LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN QUERY
    SELECT
        k.client_code, k.revoked_at IS NOT NULL, k.expires_at, k.partner_role, coalesce(p.state, i.state),
        clock.programme_at, clock.machine_at, clock.running
    FROM api_keys AS k
    LEFT JOIN platforms AS p ON p.id = k.platform_id
    LEFT JOIN institutions AS i ON i.id = k.institution_id
    LEFT JOIN programme_clock AS clock ON clock.id = 1
    WHERE k.client_code = ANY (p_client_codes);
END
$$;

-- What stands behind redeem codes, with one session of each class; unknown codes are left out.
CREATE OR REPLACE FUNCTION redeem_code_facts(p_lanes smallint[], p_codes bpchar[], p_sequences smallint[])
RETURNS TABLE (
    ordinal bigint,
    lane smallint,
    purchase_id uuid,
    institution_id uuid,
    course_id uuid,
    state text,
    paid_at timestamptz,
    redeemed_at timestamptz,
    invoice_code text,
    course_code text,
    schedule_code text,
    training_type smallint,
    mode text,
    starts_at timestamptz,
    ends_at timestamptz,
    platform_name text,
    session_starts_at timestamptz,
    attended_at timestamptz
) LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
    RETURN QUERY
    SELECT
        g.ordinal, p.lane, p.purchase_id, p.institution_id, p.course_id, p.state, p.paid_at, p.redeemed_at,
        p.invoice_code, coalesce(c.code, ''), s.code, c.training_type, s.mode, s.starts_at, s.ends_at,
        platform.name, session.starts_at, a.attended_at
    FROM unnest(p_lanes, p_codes, p_sequences) WITH ORDINALITY AS g (lane, redeem_code, sequence, ordinal)
    JOIN purchases AS p ON p.lane = g.lane AND p.redeem_code = g.redeem_code
    JOIN schedules AS s ON s.id = p.schedule_id
    JOIN courses AS c ON c.id = p.course_id
    JOIN platforms AS platform ON platform.id = p.platform_id
    LEFT JOIN sessions AS session ON session.schedule_id = s.id AND session.sequence = g.sequence
    LEFT JOIN counted_attendances AS a ON a.lane = p.lane AND a.purchase_id = p.purchase_id AND a.sequence = g.sequence
    ORDER BY g.ordinal;
END
$$;

-- Names of those who paid invoices, as they were when the invoice was first answered: a stored answer stays what it was.
CREATE OR REPLACE FUNCTION names_of_payers(p_lanes smallint[], p_participant_ids uuid[], p_invoice_keys text[])
RETURNS TABLE (ordinal bigint, name text)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
    RETURN QUERY
    SELECT
        g.ordinal,
        coalesce(
            (
                SELECT earlier.name
                FROM former_names AS earlier
                WHERE earlier.lane = p.lane AND earlier.applicant_id = p.applicant_id
                    AND earlier.until_at > (
                        SELECT claim.claimed_at FROM claims AS claim WHERE claim.kind = 'invoice' AND claim.key = g.key
                    )
                ORDER BY earlier.until_at
                LIMIT 1
            ),
            a.name
        )
    FROM unnest(p_lanes, p_participant_ids, p_invoice_keys) WITH ORDINALITY AS g (lane, participant_id, key, ordinal)
    JOIN participants AS p ON p.lane = g.lane AND p.participant_id = g.participant_id
    JOIN applicants AS a ON a.lane = p.lane AND a.applicant_id = p.applicant_id;
END
$$;
