-- Institutions that were reminded of a class whose results are not reported in time: once for each deadline that passed.
-- Rule: LEARN-05.
CREATE TABLE report_reminders (
    schedule_id uuid NOT NULL,
    deadline_at timestamptz NOT NULL,
    institution_id uuid NOT NULL,
    people integer NOT NULL,
    reminded_at timestamptz NOT NULL,
    letters integer NOT NULL,
    CONSTRAINT a_class_is_reminded_of_once_a_deadline PRIMARY KEY (schedule_id, deadline_at),
    CONSTRAINT a_reminder_is_about_a_class FOREIGN KEY (schedule_id) REFERENCES schedules (id),
    CONSTRAINT a_reminder_is_an_institutions FOREIGN KEY (institution_id) REFERENCES institutions (id),
    CONSTRAINT a_reminder_comes_behind_its_deadline CHECK (reminded_at >= deadline_at),
    CONSTRAINT a_reminder_is_about_people CHECK (people > 0 AND letters >= 0)
);

CREATE TRIGGER report_reminders_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON report_reminders
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();
