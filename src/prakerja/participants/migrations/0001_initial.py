import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Applicant",
            fields=[
                ("applicant_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("lane_seed", models.SmallIntegerField()),
                ("nik_index", models.BinaryField()),
                ("nik_cipher", models.BinaryField()),
                ("kk_index", models.BinaryField()),
                ("kk_cipher", models.BinaryField()),
                ("name", models.TextField()),
                ("sex", models.TextField()),
                ("birth_date", models.DateField()),
                ("province_code", models.TextField()),
                ("email_cipher", models.BinaryField(null=True)),
                ("email_index", models.BinaryField(null=True)),
                ("phone_cipher", models.BinaryField(null=True)),
                ("phone_index", models.BinaryField(null=True)),
                ("education", models.TextField()),
                ("employment_status", models.TextField()),
                ("state", models.TextField()),
                ("worker_list_matched", models.BooleanField()),
                ("receives_social_aid", models.BooleanField(null=True)),
                ("formal_education_source", models.TextField(null=True)),
                ("excluded_office", models.TextField(null=True)),
                ("registers_asked_at", models.DateTimeField(null=True)),
                ("identity_answer", models.TextField(null=True)),
                ("identity_asked_at", models.DateTimeField(null=True)),
                (
                    "mismatched_fields",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                ("test_score", models.SmallIntegerField(null=True)),
                ("eligibility", models.TextField(null=True)),
                ("refused_rule", models.TextField(null=True)),
                ("regime_version", models.TextField(null=True)),
                ("signed_up_at", models.DateTimeField()),
                ("email_verified_at", models.DateTimeField(null=True)),
                ("identity_verified_at", models.DateTimeField(null=True)),
                ("presence_verified_at", models.DateTimeField(null=True)),
                ("phone_verified_at", models.DateTimeField(null=True)),
                ("test_done_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "applicants",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="BlacklistEntry",
            fields=[
                ("nik_index", models.BinaryField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("reason", models.TextField()),
                ("source_id", models.UUIDField()),
                ("blacklisted_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "blacklist",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="EligibilityDecision",
            fields=[
                ("decision_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("applicant_id", models.UUIDField()),
                ("decided_at", models.DateTimeField()),
                ("regime_version", models.TextField()),
                ("outcome", models.TextField()),
                ("refused_rule", models.TextField(null=True)),
                ("evidence", models.JSONField()),
            ],
            options={
                "db_table": "eligibility_decisions",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="WorkerListRow",
            fields=[
                ("nik_index", models.BinaryField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("worker_list_id", models.UUIDField()),
                ("row_number", models.IntegerField()),
                ("nik_cipher", models.BinaryField()),
                ("name", models.TextField()),
                ("birth_date", models.DateField(null=True)),
                ("province_code", models.TextField(null=True)),
                ("employment_status", models.TextField()),
            ],
            options={
                "db_table": "worker_list_rows",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="WorkerList",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("source", models.TextField()),
                ("file_sha256", models.TextField()),
                ("encoding", models.TextField()),
                ("delimiter", models.TextField()),
                ("state", models.TextField(default="staged")),
                ("rows", models.IntegerField()),
                ("good_rows", models.IntegerField()),
                ("bad_rows", models.IntegerField()),
                ("announced_rows", models.IntegerField(null=True)),
                ("staged_by", models.TextField()),
                ("staged_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "worker_lists",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["staged", "published", "discarded"])),
                        name="worker_list_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "rows",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("good_rows"), "+", models.F("bad_rows")
                                ),
                            )
                        ),
                        name="good_and_bad_rows_are_all_rows",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), ("published_at__isnull", False)),
                            models.Q(models.Q(("state", "published"), _negated=True), ("published_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="a_published_list_knows_when",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "discarded"), _negated=True),
                        fields=("file_sha256",),
                        name="a_worker_list_file_is_imported_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkerListError",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("row_number", models.IntegerField()),
                ("field", models.TextField()),
                ("reason", models.TextField()),
                (
                    "worker_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="errors", to="participants.workerlist"
                    ),
                ),
            ],
            options={
                "db_table": "worker_list_errors",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("worker_list", "row_number", "field", "reason"), name="a_row_names_an_error_once"
                    )
                ],
            },
        ),
        run_sql_file(__file__, "tables.sql"),
    ]
