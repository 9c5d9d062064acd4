-- The box that letters leave from: written in the transaction of what they speak of, taken out by deliver_letters.
-- waiting → sent | failed (refused, or no try left) | expired (of no use any more). Contents are kept while it waits only.
CREATE TABLE letters (
    id uuid NOT NULL,
    kind text NOT NULL,
    contact_cipher bytea,
    text_cipher bytea,
    state text NOT NULL,
    tries smallint NOT NULL,
    next_try_at timestamptz NOT NULL,
    -- Moments of the machine's clock, as those of codes.
    good_until timestamptz,
    made_at timestamptz NOT NULL,
    done_at timestamptz,
    -- A short word (smtp_550, http_503, no_connection), never what a provider wrote.
    fault text NOT NULL DEFAULT '',
    CONSTRAINT letters_pkey PRIMARY KEY (id),
    CONSTRAINT a_letter_goes_to_a_contact CHECK (kind IN ('email', 'phone')),
    CONSTRAINT a_letter_is_in_a_state CHECK (state IN ('waiting', 'sent', 'failed', 'expired')),
    CONSTRAINT contents_are_kept_while_a_letter_waits CHECK (
        (state = 'waiting') = (contact_cipher IS NOT NULL)
        AND (state = 'waiting') = (text_cipher IS NOT NULL)
        AND (state = 'waiting') = (done_at IS NULL)
    ),
    CONSTRAINT a_letter_that_failed_says_why CHECK (state <> 'failed' OR fault <> ''),
    CONSTRAINT a_fault_is_a_short_word CHECK (fault ~ '^[a-z0-9_]{0,40}$'),
    CONSTRAINT a_letter_is_tried_some_times CHECK (tries BETWEEN 0 AND 20)
);
-- Codes go before everything else, so each of the two has an index of its own.
CREATE INDEX letters_of_haste ON letters (next_try_at, id) WHERE state = 'waiting' AND good_until IS NOT NULL;
CREATE INDEX letters_without_haste ON letters (next_try_at, id) WHERE state = 'waiting' AND good_until IS NULL;
CREATE INDEX letters_that_are_done ON letters (done_at) WHERE state <> 'waiting';

CREATE FUNCTION refuse_to_change_a_done_letter()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION 'letter % is %', OLD.id, OLD.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'a_done_letter_stays_so';
END
$$;

CREATE TRIGGER a_done_letter_stays_so
    BEFORE UPDATE ON letters
    FOR EACH ROW
    WHEN (OLD.state <> 'waiting')
    EXECUTE FUNCTION refuse_to_change_a_done_letter();
