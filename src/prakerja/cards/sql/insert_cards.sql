-- New cards of one lane, batch and channel: a digital one is active, a physical one printed.
-- Rules: SCHEME-01, SCHEME-04. Constraints do the refusing: one live card per participant, a number once. Returns how many.
CREATE OR REPLACE FUNCTION insert_cards(
    p_lane smallint,
    p_batch_id uuid,
    p_channel text,
    p_issued_at timestamptz,
    p_card_ids uuid[],
    p_participant_ids uuid[],
    p_numbers text[]
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    v_inserted integer;
BEGIN
    INSERT INTO cards (lane, card_id, participant_id, channel, number, state, issued_at, activated_at, batch_id)
    SELECT
        p_lane, given.card_id, given.participant_id, p_channel, given.number,
        CASE p_channel WHEN 'digital' THEN 'active' ELSE 'printed' END,
        p_issued_at,
        CASE p_channel WHEN 'digital' THEN p_issued_at END,
        p_batch_id
    FROM unnest(p_card_ids, p_participant_ids, p_numbers) AS given (card_id, participant_id, number);
    GET DIAGNOSTICS v_inserted = ROW_COUNT;
    RETURN v_inserted;
END
$$;
