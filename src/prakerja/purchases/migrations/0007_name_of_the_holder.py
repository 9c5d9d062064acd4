from django.db import migrations
from django.db.migrations import RunSQL

from prakerja.kit.migrations import TIMEOUTS, run_sql_file

_DROP = "DROP FUNCTION IF EXISTS authorize_purchases(smallint, purchase_item[], timestamptz, timestamptz)"


class Migration(migrations.Migration):
    dependencies = [("purchases", "0006_codes_of_a_card"), ("participants", "0001_initial")]

    operations = [
        # It answers one column more.
        RunSQL(TIMEOUTS + _DROP),
        run_sql_file(__file__, "authorize_purchases.sql"),
    ]
