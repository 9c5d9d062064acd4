from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0005_classes_end"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="session", name="session_sequence_is_in_range"),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=Q(sequence__range=(1, 10)), name="session_sequence_is_in_range"
            ),
        ),
    ]
