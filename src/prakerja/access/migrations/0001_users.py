from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("username", models.CharField(max_length=150, unique=True)),
                ("display_name", models.CharField(max_length=200)),
                ("role", models.CharField(max_length=20)),
                ("partner_id", models.UUIDField(null=True)),
                ("labour_office_id", models.UUIDField(null=True)),
                ("applicant_id", models.UUIDField(null=True)),
                ("applicant_lane", models.SmallIntegerField(null=True)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "users",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "participant",
                                    "platform",
                                    "institution",
                                    "labour_office",
                                    "programme_office",
                                    "approver",
                                    "auditor",
                                ],
                            )
                        ),
                        name="role_of_a_user_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("partner_id__isnull", False), ("role__in", ["platform", "institution"])),
                            models.Q(
                                models.Q(("role__in", ["platform", "institution"]), _negated=True), ("partner_id", None)
                            ),
                            _connector="OR",
                        ),
                        name="partner_user_names_its_partner",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("applicant_id__isnull", False),
                                ("applicant_lane__isnull", False),
                                ("role", "participant"),
                            ),
                            models.Q(
                                models.Q(("role", "participant"), _negated=True),
                                ("applicant_id", None),
                                ("applicant_lane", None),
                            ),
                            _connector="OR",
                        ),
                        name="participant_user_names_its_applicant",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("labour_office_id__isnull", False), ("role", "labour_office")),
                            models.Q(models.Q(("role", "labour_office"), _negated=True), ("labour_office_id", None)),
                            _connector="OR",
                        ),
                        name="labour_office_user_names_its_office",
                    ),
                ],
            },
        ),
    ]
