from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("learning", "0003_annulments")]

    operations = [
        run_sql_file(__file__, "returns.sql"),
        migrations.CreateModel(
            name="CompletionReturn",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "lane",
                        "purchase_id",
                        "round",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("lane", models.SmallIntegerField()),
                ("purchase_id", models.UUIDField()),
                ("round", models.SmallIntegerField()),
                ("outcome", models.TextField()),
                ("sessions_attended", models.SmallIntegerField()),
                ("post_test_score", models.SmallIntegerField(null=True)),
                ("skill_shown", models.BooleanField()),
                ("feedback_given", models.BooleanField()),
                ("reported_at", models.DateTimeField()),
                ("reported_by", models.TextField()),
                ("forwarded_at", models.DateTimeField()),
                ("returned_at", models.DateTimeField()),
                ("returned_by", models.TextField()),
                ("reason", models.TextField()),
            ],
            options={
                "db_table": "completion_returns",
                "managed": False,
            },
        ),
    ]
