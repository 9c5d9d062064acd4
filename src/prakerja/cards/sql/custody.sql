-- Which card lies in which print batch, and which notices of a deadline a participant got (lane tables).
-- Rules: SCHEME-04, CARD-01, CARD-02.

CREATE TABLE card_manifest_lines (
    lane smallint NOT NULL,
    card_id uuid NOT NULL,
    manifest_id uuid NOT NULL,
    position integer NOT NULL,
    PRIMARY KEY (lane, card_id),
    CONSTRAINT a_line_is_about_a_card FOREIGN KEY (lane, card_id) REFERENCES cards (lane, card_id),
    CONSTRAINT a_line_belongs_to_a_manifest FOREIGN KEY (manifest_id) REFERENCES card_manifests (id)
);

CREATE INDEX card_manifest_lines_by_manifest ON card_manifest_lines (manifest_id, position);

CREATE TABLE deadline_notices (
    lane smallint NOT NULL,
    participant_id uuid NOT NULL,
    kind text NOT NULL,
    days_before smallint NOT NULL,
    deadline_at timestamptz NOT NULL,
    noticed_at timestamptz NOT NULL,
    sent_to text,
    PRIMARY KEY (lane, participant_id, kind, days_before),
    CONSTRAINT a_notice_is_a_participants
        FOREIGN KEY (lane, participant_id) REFERENCES participants (lane, participant_id),
    CONSTRAINT notice_kind_is_known CHECK (kind IN ('first_purchase', 'balance_ends'))
);

CREATE SEQUENCE card_manifest_numbers;

CREATE TRIGGER deadline_notices_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON deadline_notices
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();

CREATE TRIGGER revocation_reasons_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON revocation_reasons
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();

-- Decrees of before: their reason stood in the event only.
INSERT INTO revocation_reasons (decree_id, reason)
SELECT d.id, coalesce(
    (
        SELECT e.payload ->> 'reason'
        FROM events AS e
        WHERE e.subject_id = d.id AND e.kind = 'revocation.prepared'
        LIMIT 1
    ),
    'no_first_purchase'
)
FROM decrees AS d
WHERE d.kind = 'revocation';
