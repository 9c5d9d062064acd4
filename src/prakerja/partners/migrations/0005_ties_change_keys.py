from django.db import migrations

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("partners", "0004_sanctions_stand")]

    operations = [run_sql_file(__file__, "tie_is_never_edited.sql")]
