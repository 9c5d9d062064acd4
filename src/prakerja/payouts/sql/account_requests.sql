-- Accounts that partners enter: what was entered is never edited (but for another key, kit.rotation), what was decided
-- stands, and a document is the partner's own. States: states.py (ACCOUNT_REQUEST_MOVES).

CREATE TRIGGER account_request_is_never_edited
    BEFORE UPDATE OR DELETE ON partner_account_requests
    FOR EACH ROW EXECUTE FUNCTION row_is_never_edited(
        'state', 'decided_by', 'decided_at', 'reason', 'account_id', 'account_cipher'
    );

CREATE TRIGGER account_request_moves_along_its_states
    BEFORE UPDATE OF state ON partner_account_requests
    FOR EACH ROW EXECUTE FUNCTION state_moves_along_its_table(
        'waiting>confirmed', 'waiting>refused', 'waiting>withdrawn', 'waiting>lapsed'
    );

CREATE FUNCTION decision_about_an_account_stands()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF OLD.state <> 'waiting'
        AND (to_jsonb(OLD) - 'account_cipher') IS DISTINCT FROM (to_jsonb(NEW) - 'account_cipher') THEN
        RAISE EXCEPTION 'a decision about an account stands'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_about_an_account_stands';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER decision_about_an_account_stands
    BEFORE UPDATE ON partner_account_requests
    FOR EACH ROW EXECUTE FUNCTION decision_about_an_account_stands();

CREATE FUNCTION account_is_shown_by_an_own_document()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF NOT EXISTS (
        SELECT
        FROM documents AS d
        WHERE d.id = NEW.document_id AND d.kind = 'bank_account'
            AND NEW.payee_id = CASE NEW.payee_kind WHEN 'platform' THEN d.platform_id ELSE d.institution_id END
    ) THEN
        RAISE EXCEPTION 'an account is shown by a document of its partner'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_is_shown_by_an_own_document';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER account_is_shown_by_an_own_document
    BEFORE INSERT ON partner_account_requests
    FOR EACH ROW EXECUTE FUNCTION account_is_shown_by_an_own_document();
