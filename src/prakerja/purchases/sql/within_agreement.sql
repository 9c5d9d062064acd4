-- A purchase is made on a day on which its agreement is in force: [valid_from, valid_until), days of Jakarta.
-- Rule: SCHEME-10. Why a CHECK that reads another table: docs/decisions, "A purchase is within its agreement".
--
-- Terms are never edited, and an end is only ever set to a day that is still to come (end_agreements): what was true when a
-- purchase was written stays true. A purchase of no agreement is refused by its foreign key.
-- Written for speed: one look-up by key into variables; EXISTS with the conditions inside costs twice as much.
CREATE FUNCTION agreement_is_in_force(p_agreement_id uuid, p_at timestamptz)
RETURNS boolean
LANGUAGE plpgsql
STABLE
AS $$
DECLARE
    v_day date := (p_at AT TIME ZONE 'Asia/Jakarta')::date;
    v_from date;
    v_until date;
BEGIN
    SELECT valid_from, valid_until
    INTO v_from, v_until
    FROM agreements
    WHERE id = p_agreement_id;
    RETURN v_from <= v_day AND (v_until IS NULL OR v_day < v_until);
END
$$;

-- NOT VALID: pg_dump then adds it behind the rows, so that a restore does not depend on the order of the tables. Every row
-- from now on is held to it; `check` proves the older ones (a_purchase_is_under_an_agreement_in_force).
ALTER TABLE purchases
    ADD CONSTRAINT a_purchase_is_within_its_agreement CHECK (agreement_is_in_force(agreement_id, paid_at)) NOT VALID;

-- From the other side: no end is set before a purchase that stands under the agreement. Reads the platform's purchases once;
-- an end is set rarely. The partners' room is above purchases and knows nothing of them.
CREATE FUNCTION an_end_leaves_no_purchase_outside()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF EXISTS (
        SELECT
        FROM purchases
        WHERE platform_id = NEW.platform_id
            AND agreement_id = NEW.id
            AND paid_at >= NEW.valid_until::timestamp AT TIME ZONE 'Asia/Jakarta'
    ) THEN
        RAISE EXCEPTION 'purchases stand under the agreement on % or later', NEW.valid_until
            USING ERRCODE = 'check_violation', CONSTRAINT = 'an_end_leaves_no_purchase_outside';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER an_end_leaves_no_purchase_outside
    AFTER UPDATE OF valid_until ON agreements
    FOR EACH ROW
    WHEN (NEW.valid_until < coalesce(OLD.valid_until, 'infinity'))
    EXECUTE FUNCTION an_end_leaves_no_purchase_outside();
