-- Which index key the blind indexes of this database stand under, and to which one a rotation goes. One row at most, and
-- none before the first rotation. Keys are named by the four bytes of kit.crypto.key_id; no key stands here.
-- At rest: next and previous are empty. Rotating: next. Switched, with something left to sweep: previous.
CREATE TABLE index_keys (
    one boolean PRIMARY KEY DEFAULT true,
    current_key_id bytea NOT NULL,
    next_key_id bytea,
    previous_key_id bytea,
    -- Lane seeds are made with this key for ever: with another one, a NIK could stand twice in two lanes.
    lane_key_id bytea NOT NULL,
    begun_at timestamptz NOT NULL,
    switched_at timestamptz,
    CONSTRAINT there_is_one_state_of_the_index_key CHECK (one),
    CONSTRAINT a_rotation_goes_to_another_key CHECK (next_key_id <> current_key_id AND previous_key_id <> current_key_id),
    CONSTRAINT one_rotation_is_swept_before_the_next CHECK (next_key_id IS NULL OR previous_key_id IS NULL)
);
