from django.db import migrations, models
from django.db.models import Q

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0004_defaults"),
    ]

    operations = [
        migrations.AddField(
            model_name="schedule",
            name="cancel_reason",
            field=models.TextField(db_default="", default=""),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancel_reason=""), name="cancelled_class_says_why"
            ),
        ),
        run_sql_file(__file__, "classes_end.sql"),
    ]
