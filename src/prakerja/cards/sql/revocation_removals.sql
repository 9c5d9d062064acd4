-- Who was proposed for revocation and is taken off the decree by its second person; declining a decree takes off all.
-- Rules: CARD-01 (a deadline that was judged is not proposed again), REV-01.

CREATE TABLE revocation_removals (
    lane smallint NOT NULL,
    decree_id uuid NOT NULL,
    participant_id uuid NOT NULL,
    reason text NOT NULL,
    removed_by text NOT NULL,
    removed_at timestamptz NOT NULL,
    -- The fact that was judged: the deadline that was missed, or the finding of a register. Other grounds have none.
    deadline_at timestamptz,
    finding_id uuid,
    CONSTRAINT somebody_is_taken_off_once PRIMARY KEY (lane, decree_id, participant_id),
    CONSTRAINT only_who_is_proposed_is_taken_off FOREIGN KEY (lane, decree_id, participant_id)
        REFERENCES revocation_proposals (lane, decree_id, participant_id),
    CONSTRAINT a_removal_says_why CHECK (btrim(reason) <> ''),
    CONSTRAINT a_removal_judges_one_fact CHECK (deadline_at IS NULL OR finding_id IS NULL)
);

CREATE INDEX revocation_removals_of_a_participant ON revocation_removals (lane, participant_id);

-- Decrees that were declined as a whole before this table was there.
INSERT INTO revocation_removals (lane, decree_id, participant_id, reason, removed_by, removed_at, deadline_at)
SELECT
    s.lane, s.decree_id, s.participant_id,
    coalesce(nullif(btrim(e.payload ->> 'reason'), ''), 'declined'), d.approver, e.programme_at,
    CASE WHEN r.reason = 'no_first_purchase' THEN p.first_purchase_deadline_at END
FROM events AS e
JOIN decrees AS d ON d.id = e.subject_id AND d.kind = 'revocation' AND d.state = 'rejected'
JOIN revocation_reasons AS r ON r.decree_id = d.id
JOIN revocation_proposals AS s ON s.decree_id = d.id
JOIN participants AS p ON p.lane = s.lane AND p.participant_id = s.participant_id
WHERE e.kind = 'decree.rejected'
ORDER BY s.lane, s.decree_id, s.participant_id;

CREATE TRIGGER revocation_removals_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON revocation_removals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();

-- Maker and checker: whoever prepared a decree takes nobody off, and what is decided stays.
CREATE FUNCTION a_second_person_takes_off() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM removed
        JOIN decrees AS d ON d.id = removed.decree_id
        WHERE d.kind <> 'revocation' OR d.state <> 'prepared' OR d.maker = removed.removed_by
    ) THEN
        RAISE EXCEPTION 'only a second person takes somebody off a prepared revocation'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_second_person_takes_off';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER a_second_person_takes_off AFTER INSERT ON revocation_removals
    REFERENCING NEW TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION a_second_person_takes_off();

-- A missed deadline for which somebody was taken off is never proposed again; a deadline given anew is another one.
CREATE FUNCTION who_was_taken_off_stays_off() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM proposed
        JOIN revocation_reasons AS r ON r.decree_id = proposed.decree_id AND r.reason = 'no_first_purchase'
        JOIN revocation_removals AS x ON x.lane = proposed.lane AND x.participant_id = proposed.participant_id
        JOIN participants AS p ON p.lane = x.lane AND p.participant_id = x.participant_id
        WHERE x.deadline_at = p.first_purchase_deadline_at
    ) THEN
        RAISE EXCEPTION 'somebody was taken off a revocation for this deadline'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'who_was_taken_off_stays_off';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER who_was_taken_off_stays_off AFTER INSERT ON revocation_proposals
    REFERENCING NEW TABLE AS proposed FOR EACH STATEMENT EXECUTE FUNCTION who_was_taken_off_stays_off();
