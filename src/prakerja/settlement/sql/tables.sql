-- Every share of a purchase that is payable stands in exactly one run.

CREATE TABLE settlement_lines (
    lane smallint NOT NULL,
    purchase_id uuid NOT NULL,
    payee_kind text NOT NULL,
    payee_id uuid NOT NULL,
    run_id uuid NOT NULL,
    budget_number smallint NOT NULL,
    price_idr bigint NOT NULL,
    amount_idr bigint NOT NULL,
    CONSTRAINT a_share_is_settled_once PRIMARY KEY (lane, purchase_id, payee_kind),
    CONSTRAINT settlement_line_is_of_a_purchase FOREIGN KEY (lane, purchase_id) REFERENCES purchases (lane, purchase_id),
    CONSTRAINT settlement_line_stands_in_a_run FOREIGN KEY (run_id) REFERENCES settlement_runs (id),
    CONSTRAINT settlement_payee_kind_is_known CHECK (payee_kind IN ('platform', 'institution')),
    CONSTRAINT a_share_is_within_the_price CHECK (amount_idr BETWEEN 0 AND price_idr)
);

CREATE INDEX settlement_lines_of_a_run ON settlement_lines (run_id, payee_kind, payee_id, lane, purchase_id);

-- Tiers by volume ask for what an agreement settled this month; a void or an open purchase is not in the index.
CREATE INDEX purchases_settled_by_agreement ON purchases (agreement_id, payable_at) WHERE payable_at IS NOT NULL;

ALTER TABLE settlement_runs ADD CONSTRAINT settlement_periods_never_overlap
    EXCLUDE USING gist (daterange(period_from, period_until) WITH &&);

-- Moves of states (states.py; a test compares them). The function is the partners'.
CREATE TRIGGER settlement_run_moves_along_its_states BEFORE UPDATE OF state ON settlement_runs
    FOR EACH ROW EXECUTE FUNCTION state_moves_along_its_table('prepared>approved', 'approved>paid');

CREATE TRIGGER settlement_lines_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement_lines
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();

CREATE TRIGGER settlement_statements_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement_statements
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();

CREATE TRIGGER book_closings_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON book_closings
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();
