-- Places of a budget, spread over the lanes. Rules: SCHEME-01, SELECT-02.
-- A lane hands out its own places; when it runs dry, places move from the others. The sum stays the budget's.

CREATE TABLE quota_allotments (
    lane smallint NOT NULL,
    budget_id uuid NOT NULL,
    places_left integer NOT NULL,
    places_taken integer NOT NULL DEFAULT 0,
    CONSTRAINT one_allotment_per_lane_and_budget PRIMARY KEY (lane, budget_id),
    CONSTRAINT allotment_belongs_to_a_budget FOREIGN KEY (budget_id) REFERENCES budgets (id),
    CONSTRAINT lane_is_never_negative CHECK (lane >= 0),
    CONSTRAINT places_never_run_below_zero CHECK (places_left >= 0),
    CONSTRAINT places_taken_are_never_negative CHECK (places_taken >= 0)
) WITH (fillfactor = 80);

-- The promise that no programme quota is exceeded, whoever writes: what all lanes have handed out or may still hand
-- out is at most the budget's places. Decrees are rare, so a trigger is affordable here.
CREATE FUNCTION check_quota_of_allotment() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    v_places integer;
    v_allotted bigint;
BEGIN
    -- Two writers of one budget wait here for each other; the sum below then sees what the first one committed.
    SELECT places INTO v_places FROM budgets WHERE id = NEW.budget_id FOR NO KEY UPDATE;
    SELECT sum(places_left::bigint + places_taken) INTO v_allotted FROM quota_allotments WHERE budget_id = NEW.budget_id;
    IF v_allotted > v_places THEN
        RAISE EXCEPTION 'budget % has % places, not %', NEW.budget_id, v_places, v_allotted
            USING ERRCODE = 'check_violation', CONSTRAINT = 'quota_is_never_exceeded', TABLE = 'quota_allotments';
    END IF;
    RETURN NULL;
END;
$$;

-- Handing out a place moves it from left to taken and leaves the sum: nothing to check then.
CREATE TRIGGER quota_is_never_exceeded
AFTER UPDATE ON quota_allotments
FOR EACH ROW
WHEN (NEW.places_left::bigint + NEW.places_taken > OLD.places_left::bigint + OLD.places_taken OR NEW.budget_id <> OLD.budget_id)
EXECUTE FUNCTION check_quota_of_allotment();

CREATE TRIGGER quota_is_never_exceeded_by_a_new_lane
AFTER INSERT ON quota_allotments
FOR EACH ROW
EXECUTE FUNCTION check_quota_of_allotment();

CREATE FUNCTION check_quota_of_budget() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    v_allotted bigint;
BEGIN
    SELECT sum(places_left::bigint + places_taken) INTO v_allotted FROM quota_allotments WHERE budget_id = NEW.id;
    IF v_allotted > NEW.places THEN
        RAISE EXCEPTION 'budget % has already spread % places, more than %', NEW.id, v_allotted, NEW.places
            USING ERRCODE = 'check_violation', CONSTRAINT = 'quota_is_never_exceeded', TABLE = 'budgets';
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER quota_is_never_exceeded
AFTER UPDATE OF places ON budgets
FOR EACH ROW
WHEN (NEW.places < OLD.places)
EXECUTE FUNCTION check_quota_of_budget();
