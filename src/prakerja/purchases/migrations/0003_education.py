from django.db import migrations

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    """A code is sent to whom the course admits, by education too."""

    dependencies = [("purchases", "0002_suspended_courses")]

    operations = [run_sql_file(__file__, "send_otps.sql")]
