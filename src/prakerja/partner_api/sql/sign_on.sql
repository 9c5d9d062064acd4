-- Single sign-on: what a person agreed to, and the tokens that came of it. Lives run on the machine's clock.
CREATE TABLE sign_ons (
    lane smallint NOT NULL,
    code_id uuid NOT NULL,
    applicant_id uuid NOT NULL,
    partner_id uuid NOT NULL,
    redirect_uri text NOT NULL,
    scope text NOT NULL,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT sign_ons_pkey PRIMARY KEY (lane, code_id),
    CONSTRAINT a_person_signs_on FOREIGN KEY (lane, applicant_id) REFERENCES applicants (lane, applicant_id),
    CONSTRAINT a_sign_on_code_dies_after_it_was_made CHECK (expires_at > made_at)
) WITH (fillfactor = 80);

CREATE TABLE sign_on_tokens (
    lane smallint NOT NULL,
    token_id uuid NOT NULL,
    refresh_id uuid NOT NULL,
    code_id uuid NOT NULL,
    applicant_id uuid NOT NULL,
    partner_id uuid NOT NULL,
    scope text NOT NULL,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    refresh_until_at timestamptz NOT NULL,
    refreshed_at timestamptz,
    CONSTRAINT sign_on_tokens_pkey PRIMARY KEY (lane, token_id),
    CONSTRAINT a_refresh_token_is_given_once UNIQUE (lane, refresh_id),
    CONSTRAINT a_token_comes_of_a_sign_on FOREIGN KEY (lane, code_id) REFERENCES sign_ons (lane, code_id),
    CONSTRAINT a_token_is_refreshed_longer_than_it_lives CHECK (refresh_until_at > expires_at AND expires_at > made_at)
) WITH (fillfactor = 80);
