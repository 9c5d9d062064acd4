from django.db import migrations

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    # The content of the regimes says which cap was in force.
    dependencies = [("partners", "0006_conflicts_when_signed"), ("programme", "0001_initial")]

    operations = [run_sql_file(__file__, "fee_schemes.sql")]
