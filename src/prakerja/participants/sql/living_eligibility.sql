-- Living eligibility: what registers say later, and what people decide about it (ELIG-01 … ELIG-09).

ALTER TABLE applicants
    ADD COLUMN monthly_wage_idr bigint,
    -- Registers that did not answer: they are never a yes; the person waits until waits_until_at.
    ADD COLUMN registers_missing text[] NOT NULL DEFAULT '{}',
    ADD COLUMN waits_until_at timestamptz;

-- One line of a register's delta: from a day on, a fact about a NIK; `gone` when it no longer holds.
CREATE TABLE registry_delta_rows (
    lane smallint NOT NULL,
    delta_id uuid NOT NULL,
    nik_index bytea NOT NULL,
    fact text NOT NULL,
    amount_idr bigint,
    since_date date,
    PRIMARY KEY (lane, delta_id, nik_index),
    CONSTRAINT only_a_wage_has_an_amount CHECK ((fact = 'wage') = (amount_idr IS NOT NULL))
);

-- Whom a delta would affect, before anyone is affected; nothing follows from a finding but by a person.
CREATE TABLE eligibility_findings (
    lane smallint NOT NULL,
    finding_id uuid NOT NULL,
    applicant_id uuid NOT NULL,
    delta_id uuid NOT NULL,
    rule text NOT NULL,
    regime_version text NOT NULL,
    evidence jsonb NOT NULL,
    state text NOT NULL DEFAULT 'proposed',
    found_at timestamptz NOT NULL,
    noticed_at timestamptz,
    deadline_at timestamptz,
    decided_at timestamptz,
    decided_by text,
    reason text,
    PRIMARY KEY (lane, finding_id),
    CONSTRAINT a_delta_finds_a_person_once UNIQUE (lane, applicant_id, delta_id),
    CONSTRAINT a_finding_is_about_an_applicant
        FOREIGN KEY (lane, applicant_id) REFERENCES applicants (lane, applicant_id),
    CONSTRAINT finding_state_is_known CHECK (state IN ('proposed', 'noticed', 'upheld', 'dismissed')),
    CONSTRAINT nobody_is_judged_without_notice
        CHECK (state = 'proposed' OR (noticed_at IS NOT NULL AND deadline_at > noticed_at)),
    CONSTRAINT a_judged_finding_knows_who_when_and_why
        CHECK ((state IN ('upheld', 'dismissed')) = (decided_at IS NOT NULL)
            AND (decided_at IS NULL) = (decided_by IS NULL) AND (decided_at IS NULL) = (reason IS NULL))
);

CREATE INDEX eligibility_findings_by_delta ON eligibility_findings (delta_id, state);
CREATE INDEX eligibility_findings_by_deadline ON eligibility_findings (deadline_at) WHERE state = 'noticed';
