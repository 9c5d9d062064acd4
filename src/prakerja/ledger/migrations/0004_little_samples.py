from django.db import migrations

from prakerja.kit.migrations import sample_little


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_packages_in_two_halves")]

    operations = [sample_little("accounts", "claims", "transfers")]
