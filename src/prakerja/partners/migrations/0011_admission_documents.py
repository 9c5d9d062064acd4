import django.db.models.deletion
from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("partners", "0010_record_ends")]

    operations = [
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(fields=("id", "platform"), name="document_is_of_one_platform"),
        ),
        migrations.CreateModel(
            name="AdmissionDocument",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("criterion", models.TextField()),
                ("shown_by", models.TextField()),
                ("shown_at", models.DateTimeField()),
                (
                    "document",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.document"),
                ),
                (
                    "platform",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.platform"),
                ),
            ],
            options={
                "db_table": "admission_documents",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("platform", "criterion", "document"),
                        name="document_is_shown_once_for_a_criterion",
                    ),
                ],
            },
        ),
        run_sql_file(__file__, "admission_documents.sql"),
    ]
