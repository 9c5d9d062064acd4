-- Lane tables of cards: the cards themselves and the revocations of participants.
-- Rules: SCHEME-01, SCHEME-04, CARD-01, CARD-02.

CREATE TABLE cards (
    lane smallint NOT NULL,
    card_id uuid NOT NULL,
    participant_id uuid NOT NULL,
    channel text NOT NULL,
    -- Collation C: two million random keys enter this index at once, and digits need no language.
    number char(16) COLLATE "C" NOT NULL,
    state text NOT NULL,
    pin_hash bytea,
    pin_tries_left smallint NOT NULL DEFAULT 3,
    issued_at timestamptz NOT NULL,
    activated_at timestamptz,
    batch_id uuid NOT NULL,
    receipt text,
    replaces_card_id uuid,
    PRIMARY KEY (lane, card_id),
    CONSTRAINT a_card_number_is_used_once UNIQUE (lane, number),
    -- What a purchase refers to: the card with its holder and channel.
    CONSTRAINT a_card_has_one_holder_and_channel UNIQUE (lane, card_id, participant_id, channel),
    CONSTRAINT a_card_belongs_to_a_participant
        FOREIGN KEY (lane, participant_id) REFERENCES participants (lane, participant_id),
    CONSTRAINT a_card_comes_from_a_batch FOREIGN KEY (batch_id) REFERENCES card_batches (id),
    CONSTRAINT a_replacement_replaces_a_card
        FOREIGN KEY (lane, replaces_card_id) REFERENCES cards (lane, card_id),
    CONSTRAINT card_channel_is_known CHECK (channel IN ('digital', 'regular')),
    CONSTRAINT card_state_is_known CHECK (state IN
        ('printed', 'shipped', 'handed_over', 'active', 'lost', 'blocked', 'replaced', 'withdrawn')),
    CONSTRAINT a_digital_card_is_never_on_its_way CHECK
        (channel = 'regular' OR state NOT IN ('printed', 'shipped', 'handed_over')),
    CONSTRAINT a_physical_card_is_handed_over_against_a_receipt CHECK
        (channel = 'digital' OR state NOT IN ('handed_over', 'active') OR receipt IS NOT NULL),
    CONSTRAINT an_active_physical_card_has_a_pin CHECK
        (channel = 'digital' OR state <> 'active' OR pin_hash IS NOT NULL),
    CONSTRAINT an_active_card_knows_since_when CHECK (state <> 'active' OR activated_at IS NOT NULL),
    CONSTRAINT pin_tries_are_three_at_most CHECK (pin_tries_left BETWEEN 0 AND 3)
) WITH (fillfactor = 80);

-- Also finds a participant's card; lost and blocked cards make room for their replacement.
CREATE UNIQUE INDEX a_participant_has_one_live_card ON cards (lane, participant_id)
    WHERE state NOT IN ('lost', 'replaced', 'withdrawn');

-- Numbers of card batches; a gap is no harm, waiting for each other would be.
CREATE SEQUENCE card_batch_numbers MAXVALUE 9999;

-- Whom a prepared revocation decree names.
CREATE TABLE revocation_proposals (
    lane smallint NOT NULL,
    decree_id uuid NOT NULL,
    participant_id uuid NOT NULL,
    PRIMARY KEY (lane, decree_id, participant_id),
    CONSTRAINT a_proposal_is_about_a_participant
        FOREIGN KEY (lane, participant_id) REFERENCES participants (lane, participant_id),
    CONSTRAINT a_proposal_belongs_to_a_decree FOREIGN KEY (decree_id) REFERENCES decrees (id)
);

CREATE TABLE revocations (
    lane smallint NOT NULL,
    participant_id uuid NOT NULL,
    decree_id uuid NOT NULL,
    reason text NOT NULL,
    training_idr bigint NOT NULL,
    incentive_idr bigint NOT NULL,
    revoked_at timestamptz NOT NULL,
    PRIMARY KEY (lane, participant_id),
    CONSTRAINT only_a_participant_is_revoked
        FOREIGN KEY (lane, participant_id) REFERENCES participants (lane, participant_id),
    CONSTRAINT a_revocation_is_named_by_a_decree FOREIGN KEY (decree_id) REFERENCES decrees (id),
    CONSTRAINT a_revocation_returns_no_negative_amount CHECK (training_idr >= 0 AND incentive_idr >= 0),
    CONSTRAINT revocation_reason_is_known CHECK (reason IN ('no_first_purchase', 'ineligible', 'fraud', 'own_request'))
);

CREATE INDEX revocations_by_decree ON revocations (decree_id);

CREATE TRIGGER revocations_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON revocations
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();

-- The table of states.py, in the database's words (a test compares them). The function runs for a forbidden step only:
-- a decree moves hundreds of thousands of rows.
CREATE FUNCTION card_moves_along_its_states() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a card does not move from % to %', OLD.state, NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'card_moves_along_its_states';
END
$$;

CREATE TRIGGER card_moves_along_its_states BEFORE UPDATE OF state ON cards
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND (OLD.state || '>' || NEW.state) NOT IN (
        'printed>shipped',
        'printed>withdrawn',
        'shipped>handed_over',
        'shipped>lost',
        'shipped>withdrawn',
        'handed_over>active',
        'handed_over>lost',
        'handed_over>withdrawn',
        'active>blocked',
        'active>lost',
        'active>withdrawn',
        'blocked>active',
        'blocked>lost',
        'blocked>replaced',
        'blocked>withdrawn',
        'lost>replaced',
        'lost>withdrawn'
    )) EXECUTE FUNCTION card_moves_along_its_states();
