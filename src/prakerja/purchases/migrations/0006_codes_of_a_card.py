from django.db import migrations
from django.db.migrations import RunSQL

from prakerja.kit.migrations import TIMEOUTS, run_sql_file

_DROP = "DROP FUNCTION IF EXISTS send_otps(smallint, json, timestamptz, timestamptz, interval, integer)"


class Migration(migrations.Migration):
    dependencies = [("purchases", "0005_within_agreement")]

    operations = [
        run_sql_file(__file__, "otp_again_at.sql"),
        # It has two more parameters: the one before would send without counting.
        RunSQL(TIMEOUTS + _DROP),
        run_sql_file(__file__, "send_otps.sql"),
    ]
