from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_invitations"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="user",
            name="role_of_a_user_is_known",
        ),
        migrations.AddField(
            model_name="user",
            name="seal_keeper_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "participant",
                            "platform",
                            "institution",
                            "labour_office",
                            "ministry",
                            "programme_office",
                            "approver",
                            "auditor",
                            "seal_keeper",
                        ],
                    )
                ),
                name="role_of_a_user_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role", "seal_keeper"), ("seal_keeper_id__isnull", False)),
                    models.Q(models.Q(("role", "seal_keeper"), _negated=True), ("seal_keeper_id", None)),
                    _connector="OR",
                ),
                name="seal_keeper_user_names_its_keeper",
            ),
        ),
    ]
