from django.db import migrations

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("partners", "0005_ties_change_keys")]

    operations = [run_sql_file(__file__, "conflicts_when_signed.sql")]
