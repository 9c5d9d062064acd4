from django.db import migrations

from prakerja.kit.migrations import sample_little


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [sample_little("events")]
