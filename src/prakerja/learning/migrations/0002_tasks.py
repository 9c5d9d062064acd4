from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("learning", "0001_initial")]

    operations = [
        run_sql_file(__file__, "tasks.sql"),
        migrations.CreateModel(
            name="Task",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "lane",
                        "purchase_id",
                        "scope",
                        "sequence",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("lane", models.SmallIntegerField()),
                ("purchase_id", models.UUIDField()),
                ("scope", models.TextField()),
                ("sequence", models.SmallIntegerField()),
                ("number", models.BigIntegerField()),
                ("file_address", models.TextField()),
                ("submitted_at", models.DateTimeField()),
                ("feedback_number", models.BigIntegerField(null=True)),
                ("feedback_notes", models.TextField(null=True)),
                ("feedback_file_address", models.TextField(null=True)),
                ("feedback_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "tasks",
                "managed": False,
            },
        ),
    ]
