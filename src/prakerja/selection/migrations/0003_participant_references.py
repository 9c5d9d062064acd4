from django.db import migrations

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("selection", "0002_draw_in_acts"), ("audit", "0001_initial"), ("participants", "0001_initial")]

    operations = [
        run_sql_file(__file__, "participant_references.sql"),
        run_sql_file(__file__, "appoint_participants.sql"),
    ]
