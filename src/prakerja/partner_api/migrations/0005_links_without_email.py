from django.db import migrations

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("partner_api", "0004_reads")]

    operations = [run_sql_file(__file__, "links_without_email.sql")]
