-- What must be unique across lanes and was not made by us: an invoice of a platform, a platform account, an e-mail.
-- A claim is written in the transaction of its effect and also answers "in which lane is this key?".
CREATE TABLE claims (
    kind text NOT NULL,
    key text NOT NULL,
    lane smallint NOT NULL,
    subject_id uuid NOT NULL,
    hash uuid NOT NULL, -- the first 128 bits of the request's hash
    claimed_at timestamptz NOT NULL,
    CONSTRAINT claims_pkey PRIMARY KEY (kind, key)
);
