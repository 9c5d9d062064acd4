from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0007_letters"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="userinvitation", name="people_are_invited_to_partners"),
        migrations.AddConstraint(
            model_name="userinvitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["platform", "institution", "labour_office"])),
                name="people_are_invited_to_partners_and_offices",
            ),
        ),
    ]
