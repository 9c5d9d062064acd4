from django.db import migrations

from prakerja.kit.migrations import sample_little


class Migration(migrations.Migration):
    dependencies = [("purchases", "0007_name_of_the_holder")]

    operations = [sample_little("otps", "purchases")]
