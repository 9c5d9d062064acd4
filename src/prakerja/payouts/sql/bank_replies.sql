-- Replies of the bank as they were entered: what was entered is never edited, what was decided stands.
-- States: states.py (BANK_REPLY_MOVES).

CREATE TRIGGER bank_reply_is_never_edited
    BEFORE UPDATE OR DELETE ON bank_replies
    FOR EACH ROW EXECUTE FUNCTION row_is_never_edited('state', 'decided_by', 'decided_at', 'reason');

CREATE TRIGGER bank_reply_moves_along_its_states
    BEFORE UPDATE OF state ON bank_replies
    FOR EACH ROW EXECUTE FUNCTION state_moves_along_its_table('waiting>booked', 'waiting>refused', 'waiting>lapsed');

CREATE FUNCTION decision_about_a_bank_reply_stands()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF OLD.state <> 'waiting' AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN
        RAISE EXCEPTION 'a decision about a reply of the bank stands'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_about_a_bank_reply_stands';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER decision_about_a_bank_reply_stands
    BEFORE UPDATE ON bank_replies
    FOR EACH ROW EXECUTE FUNCTION decision_about_a_bank_reply_stands();

-- Only a batch that is at the bank is answered, and only by lines whose money adds up to it.
CREATE FUNCTION bank_reply_answers_what_was_sent()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF NOT EXISTS (
        SELECT
        FROM payment_batches
        WHERE id = NEW.batch_id AND state = 'sent' AND lines = NEW.paid + NEW.failed
            AND total_idr = NEW.paid_idr + NEW.failed_idr
    ) THEN
        RAISE EXCEPTION 'a reply answers every line of a batch that was sent'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bank_reply_answers_what_was_sent';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER bank_reply_answers_what_was_sent
    BEFORE INSERT ON bank_replies
    FOR EACH ROW EXECUTE FUNCTION bank_reply_answers_what_was_sent();
