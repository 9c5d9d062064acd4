-- What the SMS sandbox was given to send. Made in a sandbox only: production has no such table.
CREATE TABLE sandbox_messages (
    message_id uuid NOT NULL,
    lane smallint NOT NULL,
    card_id uuid NOT NULL,
    text text NOT NULL,
    sent_at timestamptz NOT NULL,
    CONSTRAINT sandbox_messages_pkey PRIMARY KEY (message_id)
);
CREATE INDEX sandbox_messages_of_card ON sandbox_messages (lane, card_id, message_id);
