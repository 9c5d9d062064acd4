from django.db import migrations

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("purchases", "0008_little_samples")]

    operations = [run_sql_file(__file__, "otp_again_at.sql"), run_sql_file(__file__, "send_otps.sql")]
