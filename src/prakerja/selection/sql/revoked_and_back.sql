-- REV-01: who was never eligible is revoked behind the end too. An appeal that is granted gives back what a revocation took.
-- The table is states.py; a test compares the two.
DROP TRIGGER participant_moves_along_its_states ON participants;
CREATE TRIGGER participant_moves_along_its_states BEFORE UPDATE OF state ON participants
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND (OLD.state || '>' || NEW.state) NOT IN (
        'active>finished',
        'active>expired',
        'active>revoked',
        'active>suspended',
        'suspended>active',
        'suspended>expired',
        'suspended>revoked',
        'finished>expired',
        'finished>revoked',
        'expired>revoked',
        'revoked>active',
        'revoked>finished',
        'revoked>expired'
    )) EXECUTE FUNCTION participant_moves_along_its_states();
