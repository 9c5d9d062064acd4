from django.db import migrations

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("participants", "0005_index_twins")]

    operations = [run_sql_file(__file__, "finding_consequences.sql")]
