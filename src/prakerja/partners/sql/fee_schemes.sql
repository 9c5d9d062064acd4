-- A fee scheme is whole, its cap is the one of its regime, and the end of an agreement is never moved later.
-- Rules: FEE-01, FEE-02, SCHEME-08 to SCHEME-10. What is wrong in words says `rules.fee_scheme_problem`; a test compares.

-- A whole number as it stands in JSON; NULL for anything else (a fraction, a text, nothing).
CREATE FUNCTION whole_number(p_value jsonb)
RETURNS numeric
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT CASE
        WHEN jsonb_typeof(p_value) = 'number' AND p_value #>> '{}' ~ '^-?[0-9]+$' THEN (p_value #>> '{}')::numeric
    END
$$;

-- Tiers begin at 0 and each begins above the one before: there is no gap, no overlap, and no part of a price without a tier.
CREATE FUNCTION fee_scheme_is_whole(p_fee_scheme jsonb)
RETURNS boolean
LANGUAGE plpgsql
IMMUTABLE
AS $$
DECLARE
    tier jsonb;
    from_idr numeric;
    share_bp numeric;
    before_idr numeric;
    highest_bp numeric := 0;
BEGIN
    IF jsonb_typeof(p_fee_scheme) IS DISTINCT FROM 'object' THEN
        RETURN false;
    END IF;
    CASE p_fee_scheme ->> 'kind'
    WHEN 'none' THEN
        RETURN p_fee_scheme = '{"kind": "none"}';
    WHEN 'flat' THEN
        RETURN p_fee_scheme - 'kind' - 'fee_idr' = '{}' AND coalesce(whole_number(p_fee_scheme -> 'fee_idr') > 0, false);
    WHEN 'share' THEN
        RETURN p_fee_scheme - 'kind' - 'commission_bp' = '{}'
            AND coalesce(whole_number(p_fee_scheme -> 'commission_bp') BETWEEN 1 AND 10000, false);
    WHEN 'tiered_by_price', 'tiered_by_volume' THEN
        IF p_fee_scheme - 'kind' - 'tiers' <> '{}'
            OR jsonb_typeof(p_fee_scheme -> 'tiers') IS DISTINCT FROM 'array' THEN
            RETURN false;
        END IF;
        FOR tier IN SELECT value FROM jsonb_array_elements(p_fee_scheme -> 'tiers') LOOP
            IF jsonb_typeof(tier) <> 'object' OR tier - 'from_idr' - 'commission_bp' <> '{}' THEN
                RETURN false;
            END IF;
            from_idr := whole_number(tier -> 'from_idr');
            share_bp := whole_number(tier -> 'commission_bp');
            IF from_idr IS NULL OR share_bp IS NULL OR share_bp NOT BETWEEN 0 AND 10000
                OR (before_idr IS NULL AND from_idr <> 0) OR from_idr <= before_idr THEN
                RETURN false;
            END IF;
            before_idr := from_idr;
            highest_bp := greatest(highest_bp, share_bp);
        END LOOP;
        RETURN highest_bp > 0;
    ELSE
        RETURN false;
    END CASE;
END
$$;

ALTER TABLE agreements
    ADD CONSTRAINT agreement_fee_scheme_is_whole CHECK (fee_scheme_is_whole(fee_scheme));

ALTER TABLE agreement_proposals
    ADD CONSTRAINT offered_fee_scheme_is_whole CHECK (fee_scheme_is_whole(fee_scheme));

-- The cap that is pinned is the one of the regimes by which the terms were decided, on the day on which they begin.
CREATE FUNCTION cap_is_the_regimes()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF EXISTS (
        SELECT
        FROM regime_versions AS version
        CROSS JOIN LATERAL jsonb_array_elements(version.content -> 'regimes') AS regime
        CROSS JOIN LATERAL jsonb_array_elements(regime #> '{parameters,commission_cap_bp,values}') AS cap
        WHERE version.version = NEW.regime_version
            AND (cap ->> 'from')::date <= NEW.valid_from
            AND (cap ->> 'until' IS NULL OR (cap ->> 'until')::date > NEW.valid_from)
            AND (cap ->> 'value')::integer IS DISTINCT FROM NEW.cap_bp
    ) THEN
        RAISE EXCEPTION 'the cap is the one of the regime in force when the terms begin'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cap_is_the_regimes';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER cap_is_the_regimes
    BEFORE INSERT ON agreements
    FOR EACH ROW EXECUTE FUNCTION cap_is_the_regimes();

CREATE TRIGGER cap_is_the_regimes
    BEFORE INSERT ON agreement_proposals
    FOR EACH ROW EXECUTE FUNCTION cap_is_the_regimes();

-- Not even offered: what cannot become an agreement is not put before anybody to sign.
CREATE FUNCTION government_platform_offers_no_fee()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF (NEW.fee_scheme ->> 'kind' <> 'none'
        OR jsonb_array_length(coalesce(NEW.terms -> 'add_on_services', '[]'::jsonb)) > 0)
        AND EXISTS (SELECT FROM platforms WHERE id = NEW.platform_id AND kind = 'government') THEN
        RAISE EXCEPTION 'the government''s platform charges nothing'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'government_platform_offers_no_fee';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER government_platform_offers_no_fee
    BEFORE INSERT ON agreement_proposals
    FOR EACH ROW EXECUTE FUNCTION government_platform_offers_no_fee();

-- Purchases of the days in between would stand under nothing, or under what has ended.
CREATE FUNCTION agreement_end_is_never_moved_later()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF NEW.valid_until IS DISTINCT FROM OLD.valid_until
        AND (NEW.valid_until IS NULL OR NEW.valid_until > OLD.valid_until OR OLD.ended_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the end of an agreement is set once and never moved later'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_end_is_never_moved_later';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER agreement_end_is_never_moved_later
    BEFORE UPDATE OF valid_until ON agreements
    FOR EACH ROW EXECUTE FUNCTION agreement_end_is_never_moved_later();
