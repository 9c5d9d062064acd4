-- A code that was sent for one purchase: bound to card, platform, schedule and amount. Lives on the machine's clock.
CREATE TABLE otps (
    lane smallint NOT NULL,
    token_id uuid NOT NULL,
    card_id uuid NOT NULL,
    platform_id uuid NOT NULL,
    schedule_id uuid NOT NULL,
    amount_idr bigint NOT NULL,
    platform_user_id text NOT NULL,
    code_hash uuid NOT NULL, -- 128 bits of a keyed hash of the code; the code itself is nowhere
    tries_left smallint NOT NULL,
    sent_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    locked_until_at timestamptz,
    CONSTRAINT otps_pkey PRIMARY KEY (lane, token_id),
    CONSTRAINT an_otp_is_sent_for_a_card FOREIGN KEY (lane, card_id) REFERENCES cards (lane, card_id),
    CONSTRAINT tries_are_never_negative CHECK (tries_left >= 0),
    CONSTRAINT an_otp_dies_after_it_was_sent CHECK (expires_at > sent_at)
) WITH (fillfactor = 80);
CREATE INDEX otps_of_card ON otps (lane, card_id, platform_id, sent_at);

-- In a function, because PostgreSQL reads the text of a CHECK anew for every statement.
CREATE FUNCTION purchase_agrees_with_its_moments(
    p_state text, p_redeemed_at timestamptz, p_voided_at timestamptz, p_closed_at timestamptz, p_payable_at timestamptz
) RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN CASE p_state
        WHEN 'paid' THEN p_redeemed_at IS NULL AND p_voided_at IS NULL AND p_closed_at IS NULL
        WHEN 'redeemed' THEN p_redeemed_at IS NOT NULL AND p_voided_at IS NULL AND p_closed_at IS NULL
        WHEN 'completed' THEN p_redeemed_at IS NOT NULL AND p_voided_at IS NULL AND p_closed_at IS NOT NULL
        WHEN 'not_completed' THEN p_redeemed_at IS NOT NULL AND p_voided_at IS NULL AND p_closed_at IS NOT NULL
        WHEN 'voided' THEN p_redeemed_at IS NULL AND p_voided_at IS NOT NULL AND p_payable_at IS NULL
        WHEN 'expired' THEN p_voided_at IS NULL AND p_closed_at IS NOT NULL AND p_payable_at IS NULL
        ELSE false
    END;
END
$$;

-- One row per purchase. The claim of its invoice (kind 'invoice', key platform:invoice) leads to it and holds the hash of the
-- request that it answered: no invoice is answered twice, in whatever lane.
CREATE TABLE purchases (
    lane smallint NOT NULL,
    budget_number smallint NOT NULL,
    purchase_id uuid NOT NULL,
    participant_id uuid NOT NULL,
    card_id uuid NOT NULL,
    schedule_id uuid NOT NULL,
    course_id uuid NOT NULL,
    platform_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    agreement_id uuid NOT NULL,
    request_hash uuid NOT NULL,
    price_idr bigint NOT NULL,
    commission_idr bigint,
    paid_at timestamptz NOT NULL,
    redeemed_at timestamptz,
    voided_at timestamptz,
    closed_at timestamptz, -- completed, not completed or expired
    payable_at timestamptz,
    channel text NOT NULL,
    mode text NOT NULL,
    state text NOT NULL DEFAULT 'paid',
    invoice_code text NOT NULL,
    transaction_code char(16) COLLATE "C" NOT NULL,
    redeem_code char(12) COLLATE "C" NOT NULL,
    platform_user_id text,
    regime_version text NOT NULL,
    CONSTRAINT purchases_pkey PRIMARY KEY (lane, purchase_id),
    CONSTRAINT a_transaction_code_is_used_once UNIQUE (lane, transaction_code),
    CONSTRAINT a_redeem_code_is_used_once UNIQUE (lane, redeem_code),
    CONSTRAINT a_purchase_is_made_with_the_holders_card FOREIGN KEY (lane, card_id, participant_id, channel)
        REFERENCES cards (lane, card_id, participant_id, channel),
    CONSTRAINT a_purchase_is_for_a_schedule_of_the_institution FOREIGN KEY (schedule_id, institution_id, mode)
        REFERENCES schedules (id, institution_id, mode),
    CONSTRAINT a_purchase_is_under_an_agreement_of_both FOREIGN KEY (agreement_id, platform_id, institution_id)
        REFERENCES agreements (id, platform_id, institution_id),
    CONSTRAINT price_is_positive CHECK (price_idr > 0),
    CONSTRAINT a_regular_card_never_pays_for_an_online_course CHECK (channel = 'digital' OR mode = 'offline'),
    CONSTRAINT commission_is_a_part_of_the_price CHECK (commission_idr BETWEEN 0 AND price_idr),
    CONSTRAINT what_is_payable_has_its_parts CHECK ((payable_at IS NULL) = (commission_idr IS NULL)),
    CONSTRAINT state_agrees_with_its_moments CHECK (
        purchase_agrees_with_its_moments(state, redeemed_at, voided_at, closed_at, payable_at)
    )
) WITH (fillfactor = 80);
-- One live purchase per participant and schedule, whatever card; also lists a participant's live purchases.
CREATE UNIQUE INDEX one_live_purchase_per_participant_and_schedule ON purchases (lane, participant_id, schedule_id)
    WHERE voided_at IS NULL;
-- The other part of a participant's purchases: a sale writes nothing here. Who lists both parts says so, for the planner:
-- voided_at IS NULL OR voided_at IS NOT NULL.
CREATE INDEX voided_purchases_of_participant ON purchases (lane, participant_id) WHERE voided_at IS NOT NULL;
CREATE INDEX purchases_of_schedule ON purchases (schedule_id, purchase_id);
-- A platform's pages, newest first. Costs a sale 2 to 5 % of the server's CPU and 130 bytes of WAL of 3,240 (measured 100 at a
-- time). One by institution would cost another 10 % and 220 bytes: their places in the index are many, and its pages go
-- through purchases_of_schedule, class by class.
CREATE INDEX purchases_of_platform ON purchases (platform_id, purchase_id);

-- What authorize_purchases takes: token_id and otp_hash of a platform's purchase, whose card, schedule, amount and platform
-- account stand with the token; card_id to amount_idr and pin_hash of a purchase at a counter.
CREATE TYPE purchase_item AS (
    purchase_id uuid,
    event_id uuid,
    actor text,
    platform_id uuid,
    invoice_code text,
    request_hash uuid,
    token_id uuid,
    otp_hash uuid,
    pin_hash text,
    card_id uuid,
    schedule_id uuid,
    amount_idr bigint,
    platform_user_id text,
    transaction_code text,
    redeem_code text,
    regime_version text,
    only_after_completion boolean
);
