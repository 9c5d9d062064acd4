-- A class that stopped selling may sell again; a cancelled one has given all its seats back.
-- Rules: LEARN-02, programme money 5.2.
DROP TRIGGER schedule_state_moves_along_its_table ON schedules;
CREATE TRIGGER schedule_state_moves_along_its_table
    BEFORE UPDATE OF state ON schedules
    FOR EACH ROW EXECUTE FUNCTION state_moves_along_its_table(
        'published>closed', 'published>done', 'published>cancelled',
        'closed>published', 'closed>done', 'closed>cancelled'
    );

-- The room of purchases is below this one; a seat that is not in any lane is sold.
CREATE FUNCTION cancelled_class_has_no_buyers()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF NEW.seats <> (SELECT coalesce(sum(seats_left), 0) FROM seat_allotments WHERE schedule_id = NEW.id) THEN
        RAISE EXCEPTION 'a class with buyers is not cancelled: their purchases are taken back first'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cancelled_class_has_no_buyers';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER cancelled_class_has_no_buyers
    BEFORE UPDATE OF state ON schedules
    FOR EACH ROW
    WHEN (NEW.state = 'cancelled' AND OLD.state <> 'cancelled')
    EXECUTE FUNCTION cancelled_class_has_no_buyers();
