-- Public terms: a fee that could not be agreed is not announced, and what was decided stands.
-- Rules: FEE-01, FEE-02, SCHEME-08. States: states.py (TERMS_MOVES).

ALTER TABLE platform_terms
    ADD CONSTRAINT announced_fee_scheme_is_whole CHECK (fee_scheme_is_whole(fee_scheme)),
    ADD CONSTRAINT announced_commission_is_within_the_cap
        CHECK (cap_bp IS NULL OR highest_commission_bp(fee_scheme) <= cap_bp),
    ADD CONSTRAINT terms_describe_the_platform_in_both_languages
        CHECK (coalesce(btrim(description ->> 'id'), '') <> '' AND coalesce(btrim(description ->> 'en'), '') <> '');

CREATE FUNCTION government_platform_announces_no_fee()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF NEW.fee_scheme ->> 'kind' <> 'none'
        AND EXISTS (SELECT FROM platforms WHERE id = NEW.platform_id AND kind = 'government') THEN
        RAISE EXCEPTION 'the government''s platform charges nothing'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'government_platform_announces_no_fee';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER government_platform_announces_no_fee
    BEFORE INSERT ON platform_terms
    FOR EACH ROW EXECUTE FUNCTION government_platform_announces_no_fee();

CREATE TRIGGER platform_terms_are_never_edited
    BEFORE UPDATE OR DELETE ON platform_terms
    FOR EACH ROW EXECUTE FUNCTION row_is_never_edited(
        'state', 'decided_by', 'decided_at', 'reason', 'cap_bp', 'regime_version'
    );

CREATE TRIGGER platform_terms_move_along_their_states
    BEFORE UPDATE ON platform_terms
    FOR EACH ROW EXECUTE FUNCTION state_moves_along_its_table(
        'waiting>confirmed', 'waiting>refused', 'waiting>withdrawn', 'waiting>lapsed'
    );

-- A decision is made once: the columns that it sets are not set again.
CREATE FUNCTION decision_about_terms_stands()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF OLD.state <> 'waiting' THEN
        RAISE EXCEPTION 'a decision about public terms stands'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_about_terms_stands';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER decision_about_terms_stands
    BEFORE UPDATE ON platform_terms
    FOR EACH ROW EXECUTE FUNCTION decision_about_terms_stands();
