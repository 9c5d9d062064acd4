-- Who stands behind a partner, and the conflicts of interest that follow from it (PLAT-02, programme §8).
--
-- A tie leads from a holder to a node: a person or company (by tax or identity number), an address, a telephone, a bank
-- account. Nodes are blind indexes: equal values meet, equal names do not. What is personal is encrypted.

CREATE TABLE owner_ties (
    tie_id uuid PRIMARY KEY,
    holder_kind text NOT NULL,
    holder_id uuid NOT NULL,
    kind text NOT NULL,
    target_id uuid NOT NULL,
    -- What the office may read: a name, or a value but for its last characters.
    shown text NOT NULL,
    value_cipher bytea NOT NULL,
    source text NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    actor text NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT tie_holder_is_known CHECK (holder_kind IN ('platform', 'institution', 'reviewer', 'party')),
    CONSTRAINT tie_kind_is_known
        CHECK (kind IN ('tax_number', 'owner', 'director', 'address', 'phone', 'bank_account')),
    CONSTRAINT tie_ends_after_it_begins CHECK (valid_until IS NULL OR valid_until >= valid_from),
    CONSTRAINT tie_does_not_lead_to_itself CHECK (holder_id <> target_id)
);

CREATE UNIQUE INDEX tie_stands_once_at_a_time ON owner_ties (holder_id, kind, target_id) WHERE valid_until IS NULL;
CREATE UNIQUE INDEX holder_has_one_tax_number ON owner_ties (holder_id) WHERE kind = 'tax_number' AND valid_until IS NULL;
CREATE INDEX ties_by_target ON owner_ties (target_id, holder_id);

-- A tie is evidence: it may end, it is never edited.
CREATE FUNCTION tie_is_never_edited()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.valid_until IS NOT NULL
        OR (to_jsonb(OLD) - 'valid_until') <> (to_jsonb(NEW) - 'valid_until') THEN
        RAISE EXCEPTION 'a tie may end, it is never edited'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tie_is_never_edited';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER tie_is_never_edited
    BEFORE UPDATE OR DELETE ON owner_ties
    FOR EACH ROW EXECUTE FUNCTION tie_is_never_edited();

-- One case for each act, pair and path. `path_key` names the ties, so that a decision covers what was looked at.
CREATE TABLE conflicts (
    conflict_id uuid PRIMARY KEY,
    act text NOT NULL,
    other_kind text NOT NULL,
    other_id uuid NOT NULL,
    other_name text NOT NULL,
    institution_id uuid NOT NULL REFERENCES institutions (id),
    hops smallint NOT NULL,
    path jsonb NOT NULL,
    path_key text NOT NULL,
    effect text NOT NULL,
    state text NOT NULL,
    regime_version text NOT NULL,
    found_by text NOT NULL,
    found_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    reason text NOT NULL DEFAULT '',
    CONSTRAINT conflict_act_is_known CHECK (act IN ('listing', 'assessment', 'agreement')),
    CONSTRAINT conflict_other_end_is_known CHECK (other_kind IN ('platform', 'reviewer')),
    CONSTRAINT conflict_is_within_two_hops CHECK (hops BETWEEN 0 AND 2),
    CONSTRAINT conflict_effect_is_known CHECK (effect IN ('stopped', 'flagged')),
    CONSTRAINT conflict_state_is_known CHECK (state IN ('open', 'cleared', 'upheld')),
    CONSTRAINT decided_conflict_names_who_when_why
        CHECK ((state = 'open') = (decided_by IS NULL) AND (state = 'open') = (decided_at IS NULL)
               AND (state = 'open' OR reason <> '')),
    CONSTRAINT conflict_is_decided_by_someone_else CHECK (decided_by <> found_by),
    CONSTRAINT conflict_stands_once UNIQUE (act, other_id, institution_id, path_key)
);

CREATE INDEX conflicts_by_state ON conflicts (state, found_at, conflict_id);

CREATE FUNCTION decision_on_a_conflict_stands()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'open' THEN
        RAISE EXCEPTION 'a decision on a conflict stands'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_on_a_conflict_stands';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER decision_on_a_conflict_stands
    BEFORE UPDATE OR DELETE ON conflicts
    FOR EACH ROW EXECUTE FUNCTION decision_on_a_conflict_stands();
