from django.db import migrations

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("cards", "0002_custody"), ("selection", "0003_participant_references")]

    operations = [run_sql_file(__file__, "card_references.sql")]
