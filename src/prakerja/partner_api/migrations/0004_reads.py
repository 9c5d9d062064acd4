from django.db import migrations

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("partner_api", "0003_misses"), ("participants", "0001_initial"), ("programme", "0001_initial")]

    operations = [run_sql_file(__file__, "former_names.sql"), run_sql_file(__file__, "reads.sql")]
