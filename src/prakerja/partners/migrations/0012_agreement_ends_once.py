from django.db import migrations

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("partners", "0011_admission_documents")]

    operations = [run_sql_file(__file__, "agreement_ends_once.sql")]
