-- What an institution has on record is never edited: it ends on a day and for a reason, once (INST-01, programme §8).

CREATE FUNCTION ended_entry_stays_ended()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF OLD.ended_date IS NOT NULL THEN
        RAISE EXCEPTION 'an entry of % that has ended stays as it is', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ended_entry_stays_ended';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER accreditation_is_never_edited
    BEFORE UPDATE OR DELETE ON accreditations
    FOR EACH ROW EXECUTE FUNCTION row_is_never_edited('ended_date', 'ended_at', 'end_reason');
CREATE TRIGGER premises_are_never_edited
    BEFORE UPDATE OR DELETE ON premises
    FOR EACH ROW EXECUTE FUNCTION row_is_never_edited('ended_date', 'ended_at', 'end_reason');
CREATE TRIGGER trainer_is_never_edited
    BEFORE UPDATE OR DELETE ON trainers
    FOR EACH ROW EXECUTE FUNCTION row_is_never_edited('ended_date', 'ended_at', 'end_reason');

CREATE TRIGGER ended_accreditation_stays_ended
    BEFORE UPDATE ON accreditations
    FOR EACH ROW EXECUTE FUNCTION ended_entry_stays_ended();
CREATE TRIGGER ended_premises_stay_ended
    BEFORE UPDATE ON premises
    FOR EACH ROW EXECUTE FUNCTION ended_entry_stays_ended();
CREATE TRIGGER ended_trainer_stays_ended
    BEFORE UPDATE ON trainers
    FOR EACH ROW EXECUTE FUNCTION ended_entry_stays_ended();
