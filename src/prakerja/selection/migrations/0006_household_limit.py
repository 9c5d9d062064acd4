from django.db import migrations

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("selection", "0005_reinstatement"), ("participants", "0001_initial")]

    operations = [
        run_sql_file(
            __file__,
            "household_is_over_its_limit.sql",
            reverse="DROP FUNCTION household_is_over_its_limit(uuid, integer)",
        )
    ]
