from django.db import migrations

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("partners", "0003_cooperation")]

    operations = [run_sql_file(__file__, "row_is_never_edited.sql"), run_sql_file(__file__, "sanction_moves.sql")]
