-- move_seats(p_schedule_id, p_to_lane): gives a lane all the seats of a schedule that the other lanes still hold.
--
-- Returns how many seats moved; 0 = no lane has any left, the class is full.
-- The slow path of selling: called in a transaction of its own, before the sale is decided again, never while a seat
-- row is already locked. It locks the schedule's rows in lane order, so that two calls cannot wait for each other.
CREATE FUNCTION move_seats(p_schedule_id uuid, p_to_lane smallint)
RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
    v_moved integer;
BEGIN
    INSERT INTO seat_allotments (lane, schedule_id, seats_left)
    SELECT p_to_lane, id, 0
    FROM schedules
    WHERE id = p_schedule_id
    ON CONFLICT DO NOTHING;

    PERFORM lane
    FROM seat_allotments
    WHERE schedule_id = p_schedule_id
    ORDER BY lane
    FOR UPDATE;

    SELECT coalesce(sum(seats_left), 0)
    INTO v_moved
    FROM seat_allotments
    WHERE schedule_id = p_schedule_id AND lane <> p_to_lane;

    IF v_moved > 0 THEN
        UPDATE seat_allotments
        SET seats_left = CASE WHEN lane = p_to_lane THEN seats_left + v_moved ELSE 0 END
        WHERE schedule_id = p_schedule_id AND (lane = p_to_lane OR seats_left > 0);
    END IF;
    RETURN v_moved;
END
$$;
