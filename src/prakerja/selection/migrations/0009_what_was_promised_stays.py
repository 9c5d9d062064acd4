from django.db import migrations

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("selection", "0008_wave_tallies"), ("audit", "0001_initial")]

    operations = [
        run_sql_file(__file__, "what_was_promised_stays.sql"),
        run_sql_file(__file__, "appoint_participants.sql"),
    ]
