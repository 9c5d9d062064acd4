import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [("programme", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("partner_id", models.UUIDField()),
                ("partner_role", models.TextField()),
                ("slot", models.PositiveSmallIntegerField()),
                ("client_code", models.TextField()),
                ("key_cipher", models.BinaryField()),
                ("scopes", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("last_used_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "api_keys",
                "constraints": [
                    models.UniqueConstraint(fields=("client_code",), name="client_code_is_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("partner_role__in", ("platform", "institution"))),
                        name="partner_role_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("slot__in", [1, 2])), name="partner_has_two_live_keys_at_most"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("partner_role", "partner_id", "slot"),
                        name="live_key_has_its_own_slot",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Institution",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.TextField()),
                ("name", models.TextField()),
                ("kind", models.TextField()),
                ("province_code", models.TextField()),
                ("state", models.TextField()),
                ("owner_entity", models.TextField()),
                ("evidence", models.JSONField(default=dict)),
                ("sample", models.BooleanField()),
                ("created_at", models.DateTimeField()),
                ("decree_number", models.TextField(null=True)),
                ("decreed_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "institutions",
                "constraints": [
                    models.UniqueConstraint(fields=("code",), name="institution_code_is_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("government", "private", "industry"))),
                        name="institution_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "submitted",
                                    "due_diligence",
                                    "governance_test",
                                    "course_assessment",
                                    "facilities_test",
                                    "decreed",
                                    "suspended",
                                    "revoked",
                                ],
                            )
                        ),
                        name="institution_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "decreed"), _negated=True),
                            models.Q(("decreed_at__isnull", False), ("decree_number__isnull", False)),
                            _connector="OR",
                        ),
                        name="decreed_institution_has_its_decree",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Platform",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.TextField()),
                ("name", models.TextField()),
                ("kind", models.TextField()),
                ("state", models.TextField()),
                ("modes", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("payment_term_days", models.PositiveSmallIntegerField()),
                ("owner_entity", models.TextField()),
                ("profile", models.JSONField()),
                ("evidence", models.JSONField(default=dict)),
                ("sample", models.BooleanField()),
                ("applied_at", models.DateTimeField()),
                ("recognised_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "platforms",
                "constraints": [
                    models.UniqueConstraint(fields=("code",), name="platform_code_is_unique"),
                    models.UniqueConstraint(fields=("id", "kind"), name="platform_has_one_kind"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("private", "state_owned", "government"))),
                        name="platform_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "applied",
                                    "evaluated",
                                    "memorandum",
                                    "agreement",
                                    "integrated",
                                    "active",
                                    "suspended",
                                    "ended",
                                ],
                            )
                        ),
                        name="platform_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("modes__contained_by", ["online", "offline"]), ("modes__len__gt", 0)),
                        name="platform_modes_are_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "active"), _negated=True),
                            ("recognised_at__isnull", False),
                            _connector="OR",
                        ),
                        name="active_platform_is_recognised",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RequirementSet",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField()),
                ("requirements", models.JSONField()),
                ("valid_from", models.DateField()),
                ("platform", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.platform")),
            ],
            options={
                "db_table": "requirement_sets",
            },
        ),
        migrations.CreateModel(
            name="Registration",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("state", models.TextField()),
                ("answers", models.JSONField()),
                (
                    "unmet",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("submitted_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "institution",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.institution"),
                ),
                ("platform", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.platform")),
                (
                    "requirement_set",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="partners.requirementset"
                    ),
                ),
            ],
            options={
                "db_table": "registrations",
            },
        ),
        migrations.CreateModel(
            name="Agreement",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("platform_kind", models.TextField()),
                ("version", models.PositiveIntegerField()),
                ("fee_scheme", models.JSONField()),
                ("highest_commission_bp", models.PositiveIntegerField()),
                ("cap_bp", models.PositiveIntegerField(null=True)),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(null=True)),
                ("signed_platform_at", models.DateTimeField()),
                ("signed_institution_at", models.DateTimeField()),
                ("regime_version", models.TextField()),
                ("sample", models.BooleanField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "institution",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.institution"),
                ),
                ("platform", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.platform")),
            ],
            options={
                "db_table": "agreements",
                "constraints": [
                    models.UniqueConstraint(fields=("id", "platform", "institution"), name="agreement_binds_one_pair"),
                    models.UniqueConstraint(
                        fields=("platform", "institution", "version"), name="agreement_version_is_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("platform_kind", "government"), _negated=True),
                            ("fee_scheme__kind", "none"),
                            _connector="OR",
                        ),
                        name="government_platform_charges_nothing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cap_bp__isnull", True),
                            ("highest_commission_bp__lte", models.F("cap_bp")),
                            _connector="OR",
                        ),
                        name="commission_is_within_the_cap",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("highest_commission_bp__lte", 10000)),
                        name="commission_is_not_above_the_price",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="agreement_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="requirementset",
            constraint=models.UniqueConstraint(
                fields=("platform", "version"), name="requirement_set_version_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="requirementset",
            constraint=models.UniqueConstraint(fields=("id", "platform"), name="requirement_set_is_of_one_platform"),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.UniqueConstraint(
                fields=("platform", "institution"), name="institution_registers_once_on_a_platform"
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "submitted",
                            "refused",
                            "verified",
                            "agreed",
                        ],
                    )
                ),
                name="registration_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "state__in",
                            [
                                "verified",
                                "agreed",
                            ],
                        ),
                        _negated=True,
                    ),
                    models.Q(("requirement_set__isnull", False), ("unmet", [])),
                    _connector="OR",
                ),
                name="verified_registration_meets_the_requirements",
            ),
        ),
        run_sql_file(__file__, "constraints.sql"),
    ]
