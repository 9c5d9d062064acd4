-- Presence that counts no more. History stays: an annulment is a row beside it, and the session can be attended in another
-- round. Rule: LEARN-03.
ALTER TABLE attendances
    ADD COLUMN round smallint NOT NULL DEFAULT 1,
    ADD CONSTRAINT rounds_begin_at_one CHECK (round >= 1),
    DROP CONSTRAINT a_session_is_attended_once,
    ADD CONSTRAINT a_session_is_attended_once_a_round PRIMARY KEY (lane, purchase_id, sequence, round);

CREATE TABLE attendance_annulments (
    lane smallint NOT NULL,
    purchase_id uuid NOT NULL,
    sequence smallint NOT NULL,
    round smallint NOT NULL,
    annulled_at timestamptz NOT NULL,
    reason text NOT NULL,
    CONSTRAINT a_presence_is_annulled_once PRIMARY KEY (lane, purchase_id, sequence, round),
    CONSTRAINT an_annulment_is_of_a_presence FOREIGN KEY (lane, purchase_id, sequence, round)
        REFERENCES attendances (lane, purchase_id, sequence, round),
    CONSTRAINT an_annulment_says_why CHECK (reason <> '')
);

CREATE TRIGGER attendance_annulments_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON attendance_annulments
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();

-- What everybody reads who asks whether somebody was there: at most one row for each session of a purchase.
CREATE VIEW counted_attendances AS
SELECT a.lane, a.purchase_id, a.sequence, a.session_id, a.attended_at, a.presence, a.round
FROM attendances AS a
WHERE NOT EXISTS (
    SELECT FROM attendance_annulments AS gone
    WHERE gone.lane = a.lane AND gone.purchase_id = a.purchase_id AND gone.sequence = a.sequence AND gone.round = a.round
);
