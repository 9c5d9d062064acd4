-- Documents of a platform's application: its own ones, for a criterion of PLAT-01, while it is not decided upon.
ALTER TABLE admission_documents
    ADD CONSTRAINT admission_document_is_the_platforms_own
        FOREIGN KEY (document_id, platform_id) REFERENCES documents (id, platform_id),
    ADD CONSTRAINT admission_criterion_is_known CHECK (
        criterion IN (
            'office_agreement', 'province_reach', 'card_as_payment', 'works_with_institutions', 'licences'
        )
    );

CREATE FUNCTION admission_is_open()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF EXISTS (
        SELECT FROM platforms
        WHERE id = NEW.platform_id AND (recognised_at IS NOT NULL OR state = 'ended')
    ) THEN
        RAISE EXCEPTION 'nothing is added to an admission that is decided'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'admission_is_open';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER admission_is_open
    BEFORE INSERT ON admission_documents
    FOR EACH ROW EXECUTE FUNCTION admission_is_open();

CREATE TRIGGER admission_document_is_never_edited
    BEFORE UPDATE OR DELETE ON admission_documents
    FOR EACH ROW EXECUTE FUNCTION row_is_never_edited();
