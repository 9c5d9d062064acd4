-- A sanction that nobody appealed in time stands (imposed > upheld).

DROP TRIGGER sanction_state_moves_along_its_table ON sanctions;
CREATE TRIGGER sanction_state_moves_along_its_table
    BEFORE UPDATE OF state ON sanctions
    FOR EACH ROW EXECUTE FUNCTION state_moves_along_its_table(
        'noticed>answered', 'noticed>imposed', 'noticed>dropped',
        'answered>imposed', 'answered>dropped',
        'imposed>appealed', 'imposed>upheld', 'imposed>lifted',
        'appealed>upheld', 'appealed>lifted',
        'upheld>lifted'
    );
