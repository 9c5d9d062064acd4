-- What Django's models cannot say about partners.
-- Rules: FEE-01, FEE-02, SCHEME-10, PLAT-01, INST-01.

CREATE EXTENSION IF NOT EXISTS btree_gist;

-- The highest share of the price that a fee scheme may take, in basis points; NULL for a scheme that is none.
-- A flat fee has no share: it is held to the cap at each purchase.
CREATE FUNCTION highest_commission_bp(p_fee_scheme jsonb)
RETURNS integer
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT CASE p_fee_scheme ->> 'kind'
        WHEN 'none' THEN 0
        WHEN 'flat' THEN CASE WHEN (p_fee_scheme ->> 'fee_idr')::bigint > 0 THEN 0 END
        WHEN 'share' THEN (p_fee_scheme ->> 'commission_bp')::integer
        WHEN 'tiered_by_price' THEN (
            SELECT max((tier ->> 'commission_bp')::integer)
            FROM jsonb_array_elements(p_fee_scheme -> 'tiers') AS tier
        )
        WHEN 'tiered_by_volume' THEN (
            SELECT max((tier ->> 'commission_bp')::integer)
            FROM jsonb_array_elements(p_fee_scheme -> 'tiers') AS tier
        )
    END
$$;

ALTER TABLE agreements
    ADD CONSTRAINT agreement_knows_its_platforms_kind
        FOREIGN KEY (platform_id, platform_kind) REFERENCES platforms (id, kind),
    ADD CONSTRAINT highest_commission_is_what_the_scheme_says
        CHECK (highest_commission_bp(fee_scheme) IS NOT NULL
               AND highest_commission_bp(fee_scheme) = highest_commission_bp),
    ADD CONSTRAINT agreements_of_a_pair_never_overlap
        EXCLUDE USING gist (
            platform_id WITH =,
            institution_id WITH =,
            daterange(valid_from, valid_until) WITH &&
        );

ALTER TABLE institutions
    ADD CONSTRAINT institution_is_in_a_known_province
        FOREIGN KEY (province_code) REFERENCES provinces (code);

ALTER TABLE registrations
    ADD CONSTRAINT registration_is_judged_by_its_own_platform
        FOREIGN KEY (requirement_set_id, platform_id) REFERENCES requirement_sets (id, platform_id);

ALTER TABLE api_keys
    ADD COLUMN platform_id uuid GENERATED ALWAYS AS
        (CASE WHEN partner_role = 'platform' THEN partner_id END) STORED,
    ADD COLUMN institution_id uuid GENERATED ALWAYS AS
        (CASE WHEN partner_role = 'institution' THEN partner_id END) STORED,
    ADD CONSTRAINT key_belongs_to_a_platform
        FOREIGN KEY (platform_id) REFERENCES platforms (id),
    ADD CONSTRAINT key_belongs_to_an_institution
        FOREIGN KEY (institution_id) REFERENCES institutions (id);

-- An agreement's terms are never edited: other terms are another version. Only its end may be set.
CREATE FUNCTION agreement_terms_are_never_edited()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (to_jsonb(OLD) - 'valid_until' - 'ended_at') <> (to_jsonb(NEW) - 'valid_until' - 'ended_at') THEN
        RAISE EXCEPTION 'the terms of an agreement are never edited'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_terms_are_never_edited';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER agreement_terms_are_never_edited
    BEFORE UPDATE OR DELETE ON agreements
    FOR EACH ROW EXECUTE FUNCTION agreement_terms_are_never_edited();

-- Its arguments are the moves that are allowed, written 'from>to'. A row keeps its state when it is not among them.
CREATE FUNCTION state_moves_along_its_table()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF NEW.state <> OLD.state AND NOT (OLD.state || '>' || NEW.state) = ANY (TG_ARGV) THEN
        RAISE EXCEPTION '% cannot move from % to %', TG_TABLE_NAME, OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER platform_state_moves_along_its_table
    BEFORE UPDATE OF state ON platforms
    FOR EACH ROW EXECUTE FUNCTION state_moves_along_its_table(
        'applied>evaluated', 'applied>ended',
        'evaluated>memorandum', 'evaluated>ended',
        'memorandum>agreement', 'memorandum>ended',
        'agreement>integrated', 'agreement>ended',
        'integrated>active', 'integrated>ended',
        'active>suspended', 'active>ended',
        'suspended>active', 'suspended>ended'
    );

CREATE TRIGGER institution_state_moves_along_its_table
    BEFORE UPDATE OF state ON institutions
    FOR EACH ROW EXECUTE FUNCTION state_moves_along_its_table(
        'draft>submitted',
        'submitted>due_diligence', 'submitted>revoked',
        'due_diligence>governance_test', 'due_diligence>revoked',
        'governance_test>course_assessment', 'governance_test>revoked',
        'course_assessment>facilities_test', 'course_assessment>decreed', 'course_assessment>revoked',
        'facilities_test>decreed', 'facilities_test>revoked',
        'decreed>suspended', 'decreed>revoked',
        'suspended>decreed', 'suspended>revoked'
    );

CREATE TRIGGER registration_state_moves_along_its_table
    BEFORE UPDATE OF state ON registrations
    FOR EACH ROW EXECUTE FUNCTION state_moves_along_its_table(
        'submitted>verified', 'submitted>refused',
        'refused>submitted',
        'verified>agreed'
    );
