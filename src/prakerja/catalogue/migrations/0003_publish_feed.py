from django.db import migrations

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_feeds_and_search")]

    operations = [run_sql_file(__file__, "publish_feed.sql")]
