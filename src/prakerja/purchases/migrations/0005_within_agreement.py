from django.db import migrations

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("purchases", "0004_tries_of_a_card"), ("partners", "0001_initial")]

    operations = [
        run_sql_file(__file__, "within_agreement.sql"),
        run_sql_file(__file__, "authorize_purchases.sql"),
    ]
