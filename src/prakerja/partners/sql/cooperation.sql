-- What Django's models cannot say about documents, admission, signatures and sanctions.
-- Rules: PLAT-01, INST-01, SCHEME-06, SCHEME-10.

-- Documents: the bytes are what the hash says; a row is never edited, only reminded of and withdrawn.
ALTER TABLE document_contents
    ADD CONSTRAINT content_is_what_its_hash_says CHECK (sha256 = sha256(content));

CREATE FUNCTION row_is_never_edited()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    -- Its arguments are the columns that may be set later.
    IF TG_OP = 'DELETE' OR (to_jsonb(OLD) - TG_ARGV) <> (to_jsonb(NEW) - TG_ARGV) THEN
        RAISE EXCEPTION '% is never edited', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER document_is_never_edited
    BEFORE UPDATE OR DELETE ON documents
    FOR EACH ROW EXECUTE FUNCTION row_is_never_edited('reminded_at', 'withdrawn_at');

ALTER TABLE registrations
    ADD CONSTRAINT registration_is_of_one_institution UNIQUE (id, institution_id);

ALTER TABLE registration_documents
    ADD CONSTRAINT shown_document_is_the_institutions_own
        FOREIGN KEY (document_id, institution_id) REFERENCES documents (id, institution_id),
    ADD CONSTRAINT shown_document_belongs_to_its_registration
        FOREIGN KEY (registration_id, institution_id) REFERENCES registrations (id, institution_id);

ALTER TABLE premises
    ADD CONSTRAINT premises_are_in_a_known_province
        FOREIGN KEY (province_code) REFERENCES provinces (code);

-- Platforms: two people evaluate, the software is proven before it sells.
CREATE FUNCTION platform_is_evaluated_by_two_people()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF NEW.state = 'evaluated' AND OLD.state <> 'evaluated' AND (
        SELECT count(DISTINCT reviewer)
        FROM platform_reviews
        WHERE platform_id = NEW.id AND approves
    ) < 2 THEN
        RAISE EXCEPTION 'a platform is evaluated by two people'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'platform_is_evaluated_by_two_people';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER platform_is_evaluated_by_two_people
    BEFORE UPDATE OF state ON platforms
    FOR EACH ROW EXECUTE FUNCTION platform_is_evaluated_by_two_people();

-- Agreements: keys, what was signed, and by whom.
ALTER TABLE party_keys
    ADD CONSTRAINT party_key_has_32_bytes CHECK (octet_length(public_key) = 32);

CREATE TRIGGER party_key_is_never_edited
    BEFORE UPDATE OR DELETE ON party_keys
    FOR EACH ROW EXECUTE FUNCTION row_is_never_edited('revoked_at');

CREATE FUNCTION party_key_stays_revoked()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
        RAISE EXCEPTION 'a revoked key stays revoked'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'party_key_stays_revoked';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER party_key_stays_revoked
    BEFORE UPDATE OF revoked_at ON party_keys
    FOR EACH ROW EXECUTE FUNCTION party_key_stays_revoked();

ALTER TABLE agreement_proposals
    ADD CONSTRAINT proposal_is_what_its_hash_says CHECK (sha256 = sha256(convert_to(canonical, 'UTF8'))),
    ADD CONSTRAINT proposal_charges_no_more_than_the_cap
        CHECK (highest_commission_bp(fee_scheme) IS NOT NULL
               AND (cap_bp IS NULL OR highest_commission_bp(fee_scheme) <= cap_bp));

CREATE TRIGGER proposal_is_never_edited
    BEFORE UPDATE OR DELETE ON agreement_proposals
    FOR EACH ROW EXECUTE FUNCTION row_is_never_edited('state', 'closed_at');

ALTER TABLE agreement_signatures
    ADD CONSTRAINT signature_has_64_bytes CHECK (octet_length(signature) = 64);

CREATE TRIGGER signature_is_never_edited
    BEFORE UPDATE OR DELETE ON agreement_signatures
    FOR EACH ROW EXECUTE FUNCTION row_is_never_edited();

-- A signature counts when its key belonged to that side and was not revoked before.
CREATE FUNCTION signature_counts(p_signature_id uuid, p_proposal_id uuid, p_role text, p_party_id uuid)
RETURNS boolean
LANGUAGE sql
STABLE
AS $$
    SELECT EXISTS (
        SELECT
        FROM agreement_signatures AS signature
        JOIN party_keys AS key ON key.id = signature.key_id
        WHERE signature.id = p_signature_id
            AND signature.proposal_id = p_proposal_id
            AND signature.role = p_role
            AND CASE p_role WHEN 'platform' THEN key.platform_id ELSE key.institution_id END = p_party_id
            AND (key.revoked_at IS NULL OR signature.signed_at < key.revoked_at)
    )
$$;

ALTER TABLE agreements
    ADD CONSTRAINT government_platform_sells_no_services
        CHECK (platform_kind <> 'government'
               OR jsonb_array_length(coalesce(terms -> 'add_on_services', '[]'::jsonb)) = 0);

CREATE FUNCTION agreement_is_signed_by_both_sides()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF NOT signature_counts(NEW.platform_signature_id, NEW.id, 'platform', NEW.platform_id)
        OR NOT signature_counts(NEW.institution_signature_id, NEW.id, 'institution', NEW.institution_id) THEN
        RAISE EXCEPTION 'an agreement is signed by both sides with keys that were not revoked'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_is_signed_by_both_sides';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER agreement_is_signed_by_both_sides
    BEFORE INSERT ON agreements
    FOR EACH ROW EXECUTE FUNCTION agreement_is_signed_by_both_sides();

-- Sanctions: the notice stands as it was given.
CREATE TRIGGER sanction_notice_is_never_edited
    BEFORE UPDATE OR DELETE ON sanctions
    FOR EACH ROW EXECUTE FUNCTION row_is_never_edited(
        'state', 'answer', 'answered_by', 'answered_at', 'decided_by', 'decided_at', 'reason', 'appeal_due_at',
        'appeal', 'appealed_at', 'appeal_decided_by', 'appeal_decided_at', 'appeal_reason'
    );

CREATE TRIGGER sanction_state_moves_along_its_table
    BEFORE UPDATE OF state ON sanctions
    FOR EACH ROW EXECUTE FUNCTION state_moves_along_its_table(
        'noticed>answered', 'noticed>imposed', 'noticed>dropped',
        'answered>imposed', 'answered>dropped',
        'imposed>appealed', 'imposed>lifted',
        'appealed>upheld', 'appealed>lifted',
        'upheld>lifted'
    );

CREATE TRIGGER agreement_proposal_state_moves_along_its_table
    BEFORE UPDATE OF state ON agreement_proposals
    FOR EACH ROW EXECUTE FUNCTION state_moves_along_its_table(
        'proposed>signed', 'proposed>withdrawn', 'proposed>lapsed'
    );

DROP TRIGGER institution_state_moves_along_its_table ON institutions;
CREATE TRIGGER institution_state_moves_along_its_table
    BEFORE UPDATE OF state ON institutions
    FOR EACH ROW EXECUTE FUNCTION state_moves_along_its_table(
        'draft>submitted',
        'submitted>due_diligence', 'submitted>revoked',
        'due_diligence>governance_test', 'due_diligence>draft', 'due_diligence>revoked',
        'governance_test>course_assessment', 'governance_test>draft', 'governance_test>revoked',
        'course_assessment>facilities_test', 'course_assessment>decreed', 'course_assessment>draft',
        'course_assessment>revoked',
        'facilities_test>decreed', 'facilities_test>draft', 'facilities_test>revoked',
        'decreed>suspended', 'decreed>revoked',
        'suspended>decreed', 'suspended>revoked'
    );

DROP TRIGGER registration_state_moves_along_its_table ON registrations;
CREATE TRIGGER registration_state_moves_along_its_table
    BEFORE UPDATE OF state ON registrations
    FOR EACH ROW EXECUTE FUNCTION state_moves_along_its_table(
        'draft>submitted', 'draft>lapsed',
        'submitted>verified', 'submitted>refused',
        'refused>draft', 'refused>submitted',
        'verified>agreed', 'verified>lapsed',
        'agreed>suspended', 'agreed>ended',
        'suspended>agreed', 'suspended>ended',
        'lapsed>draft', 'lapsed>submitted'
    );
