from django.db import migrations

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    """A suspended course sells no more, whatever its schedules say."""

    dependencies = [("purchases", "0001_initial"), ("catalogue", "0001_initial")]

    operations = [run_sql_file(__file__, "authorize_purchases.sql")]
