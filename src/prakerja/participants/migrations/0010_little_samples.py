from django.db import migrations

from prakerja.kit.migrations import sample_little


class Migration(migrations.Migration):
    dependencies = [("participants", "0009_sheets_that_wait")]

    # Each first purchase changes its participant.
    operations = [sample_little("participants")]
