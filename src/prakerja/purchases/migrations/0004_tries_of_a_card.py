from django.db import migrations

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("purchases", "0003_education")]

    operations = [
        run_sql_file(__file__, "otp_lock_time.sql"),
        run_sql_file(__file__, "authorize_purchases.sql"),
        run_sql_file(__file__, "send_otps.sql"),
    ]
