from django.db import migrations

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0001_initial"),
        ("participants", "0007_shared_traces"),
        ("payouts", "0003_account_attempts"),
    ]

    operations = [run_sql_file(__file__, "clusters_by_person.sql")]
