-- Who tried to link an account that somebody else holds: a pair of people, no number. For findings (INC-01).
CREATE TABLE payout_account_attempts (
    lane smallint NOT NULL,
    participant_id uuid NOT NULL,
    holder_id uuid NOT NULL,
    first_at timestamptz NOT NULL,
    CONSTRAINT a_pair_stands_once PRIMARY KEY (lane, participant_id, holder_id),
    CONSTRAINT an_attempt_is_a_participants FOREIGN KEY (lane, participant_id)
        REFERENCES participants (lane, participant_id),
    CONSTRAINT nobody_tries_the_own_account CHECK (participant_id <> holder_id)
);
CREATE INDEX payout_account_attempts_by_holder ON payout_account_attempts (holder_id);
