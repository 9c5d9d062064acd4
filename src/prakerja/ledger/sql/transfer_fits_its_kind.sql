-- The chart: which kind of transfer joins which kinds of account (rules.py has the same list, a test compares them).
-- Existing rows fit the longer list too: kinds are added, none is changed.
CREATE OR REPLACE FUNCTION transfer_fits_its_kind(p_kind text, p_debit_kind text, p_credit_kind text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN coalesce(p_debit_kind || '>' || p_credit_kind = CASE p_kind
        WHEN 'appropriation' THEN 'state_budget>unspent'
        WHEN 'lane_out' THEN 'unspent>between_lanes'
        WHEN 'lane_in' THEN 'between_lanes>unspent'
        WHEN 'reserve_training' THEN 'unspent>training'
        WHEN 'reserve_incentive' THEN 'unspent>incentive'
        WHEN 'reinstate_training' THEN 'unspent>training'
        WHEN 'reinstate_incentive' THEN 'unspent>incentive'
        WHEN 'purchase' THEN 'training>held'
        WHEN 'void' THEN 'held>training'
        WHEN 'void_to_treasury' THEN 'held>returned'
        WHEN 'commission' THEN 'held>platform_payable'
        WHEN 'institution_share' THEN 'held>institution_payable'
        WHEN 'incentive_due' THEN 'incentive>incentive_payable'
        WHEN 'platform_payment' THEN 'platform_payable>in_payment'
        WHEN 'institution_payment' THEN 'institution_payable>in_payment'
        WHEN 'incentive_payment' THEN 'incentive_payable>in_payment'
        WHEN 'payment_done' THEN 'in_payment>paid'
        WHEN 'platform_payment_failed' THEN 'in_payment>platform_payable'
        WHEN 'institution_payment_failed' THEN 'in_payment>institution_payable'
        WHEN 'incentive_payment_failed' THEN 'in_payment>incentive_payable'
        WHEN 'revoke_training' THEN 'training>returned'
        WHEN 'sweep_training' THEN 'training>returned'
        WHEN 'revoke_incentive' THEN 'incentive>returned'
        WHEN 'sweep_incentive' THEN 'incentive>returned'
        WHEN 'incentive_forfeit' THEN 'incentive_payable>returned'
        WHEN 'sweep_held' THEN 'held>returned'
        WHEN 'close_unspent' THEN 'unspent>returned'
        WHEN 'repayment' THEN 'recipient>recovered'
    END, false);
END
$$;
