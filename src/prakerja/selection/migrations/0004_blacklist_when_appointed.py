from django.db import migrations

from prakerja.kit.migrations import TIMEOUTS, run_sql_file


class Migration(migrations.Migration):
    dependencies = [("selection", "0003_participant_references"), ("participants", "0001_initial")]

    operations = [
        run_sql_file(__file__, "appoint_participants.sql"),
        # As appoint_participants: the work follows the decree, not the number of all who ever signed up.
        migrations.RunSQL(
            TIMEOUTS
            + "ALTER FUNCTION participants_name_what_exists() SET enable_hashjoin = off SET enable_mergejoin = off;",
            reverse_sql="ALTER FUNCTION participants_name_what_exists() RESET enable_hashjoin RESET enable_mergejoin;",
        ),
    ]
