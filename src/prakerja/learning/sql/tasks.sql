-- What a participant hands in during a course, and the institution's feedback on it. Rule: LEARN-04 (feedback).
CREATE TABLE tasks (
    lane smallint NOT NULL,
    purchase_id uuid NOT NULL,
    scope text NOT NULL,
    sequence smallint NOT NULL,
    number bigint NOT NULL, -- names the task to the institution: 52 random bits, which every JSON reader keeps whole
    file_address text NOT NULL,
    submitted_at timestamptz NOT NULL,
    feedback_number bigint,
    feedback_notes text,
    feedback_file_address text,
    feedback_at timestamptz,
    CONSTRAINT a_task_is_handed_in_once PRIMARY KEY (lane, purchase_id, scope, sequence),
    CONSTRAINT task_belongs_to_a_purchase FOREIGN KEY (lane, purchase_id) REFERENCES purchases (lane, purchase_id),
    CONSTRAINT a_task_number_is_used_once UNIQUE (lane, number),
    CONSTRAINT task_scope_fits_its_sequence CHECK
        ((scope = 'tpm' AND sequence BETWEEN 1 AND 998) OR (scope = 'uk' AND sequence = 999)),
    CONSTRAINT feedback_is_whole CHECK
        ((feedback_at IS NULL) = (feedback_notes IS NULL) AND (feedback_at IS NULL) = (feedback_number IS NULL)),
    CONSTRAINT feedback_comes_after_the_task CHECK (feedback_at >= submitted_at)
) WITH (fillfactor = 80);
