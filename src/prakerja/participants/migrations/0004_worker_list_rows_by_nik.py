from django.db import migrations

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("participants", "0003_sign_up_steps"),
    ]

    operations = [
        run_sql_file(__file__, "worker_list_rows_by_nik.sql"),
    ]
