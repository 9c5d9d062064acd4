from django.db import migrations

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("payouts", "0001_initial"), ("access", "0004_index_keys")]

    operations = [
        run_sql_file(__file__, "index_twins.sql"),
        # A few hundred partners: their account is compared by the cell itself.
        migrations.RemoveField("partneraccount", "account_index"),
    ]
