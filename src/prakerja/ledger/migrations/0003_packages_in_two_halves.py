from django.db import migrations

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_giving_back")]

    operations = [run_sql_file(__file__, "packages.sql")]
