from django.db import migrations

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("partner_api", "0005_links_without_email"), ("learning", "0003_annulments")]

    operations = [run_sql_file(__file__, "reads.sql")]
