import django.db.models.deletion
from django.db import migrations, models

from prakerja.kit.migrations import TIMEOUTS, run_sql_file

# Applications that were open before now keep the version that is in force.
_OPEN_APPLICATIONS = """
    UPDATE registrations AS r
    SET requirement_set_id = (
        SELECT s.id FROM requirement_sets AS s WHERE s.platform_id = r.platform_id ORDER BY s.version DESC LIMIT 1
    )
    WHERE r.requirement_set_id IS NULL;
    SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0002_owners"),
    ]

    operations = [
        migrations.RunSQL(TIMEOUTS + _OPEN_APPLICATIONS, reverse_sql=migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Accreditation",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("grade", models.TextField()),
                ("number", models.TextField()),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "accreditations",
            },
        ),
        migrations.CreateModel(
            name="AdmissionStep",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("round", models.PositiveSmallIntegerField()),
                ("step", models.TextField()),
                ("reviewer", models.TextField()),
                ("assigned_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("outcome", models.TextField(default="open")),
                ("evidence", models.TextField(default="")),
                ("reason", models.TextField(default="")),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "admission_steps",
            },
        ),
        migrations.CreateModel(
            name="AgreementPaper",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("language", models.TextField()),
                ("sha256", models.BinaryField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "db_table": "agreement_papers",
            },
        ),
        migrations.CreateModel(
            name="AgreementProposal",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("state", models.TextField()),
                ("fee_scheme", models.JSONField()),
                ("terms", models.JSONField()),
                ("cap_bp", models.PositiveIntegerField(null=True)),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(null=True)),
                ("regime_version", models.TextField()),
                ("sample", models.BooleanField()),
                ("canonical", models.TextField()),
                ("sha256", models.BinaryField()),
                ("proposed_by", models.TextField()),
                ("proposed_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "agreement_proposals",
            },
        ),
        migrations.CreateModel(
            name="AgreementSignature",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("role", models.TextField()),
                ("signature", models.BinaryField()),
                ("uploaded_by", models.TextField()),
                ("signed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "agreement_signatures",
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("file_name", models.TextField()),
                ("size_bytes", models.PositiveIntegerField()),
                ("issued_date", models.DateField(null=True)),
                ("expires_date", models.DateField(null=True)),
                ("uploaded_by", models.TextField()),
                ("uploaded_at", models.DateTimeField()),
                ("reminded_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "documents",
            },
        ),
        migrations.CreateModel(
            name="DocumentContent",
            fields=[
                ("sha256", models.BinaryField(primary_key=True, serialize=False)),
                ("media_type", models.TextField()),
                ("content", models.BinaryField()),
                ("kept_at", models.DateTimeField()),
            ],
            options={
                "db_table": "document_contents",
            },
        ),
        migrations.CreateModel(
            name="IntegrationCheck",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("passed", models.BooleanField()),
                ("detail", models.TextField()),
                ("checked_at", models.DateTimeField()),
            ],
            options={
                "db_table": "integration_checks",
            },
        ),
        migrations.CreateModel(
            name="PartyKey",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("public_key", models.BinaryField()),
                ("label", models.TextField()),
                ("registered_by", models.TextField()),
                ("registered_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("sample_cipher", models.BinaryField(null=True)),
            ],
            options={
                "db_table": "party_keys",
            },
        ),
        migrations.CreateModel(
            name="PlatformReview",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("reviewer", models.TextField()),
                ("approves", models.BooleanField()),
                ("criteria", models.JSONField()),
                ("reviewed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "platform_reviews",
            },
        ),
        migrations.CreateModel(
            name="Premises",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("address", models.TextField()),
                ("province_code", models.TextField()),
                ("places", models.PositiveIntegerField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "premises",
            },
        ),
        migrations.CreateModel(
            name="RegistrationDocument",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("wanted", models.TextField()),
            ],
            options={
                "db_table": "registration_documents",
            },
        ),
        migrations.CreateModel(
            name="Sanction",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("kind", models.TextField()),
                ("state", models.TextField()),
                ("course_id", models.UUIDField(null=True)),
                ("rule", models.TextField()),
                ("notice", models.TextField()),
                ("evidence", models.JSONField()),
                ("noticed_by", models.TextField()),
                ("noticed_at", models.DateTimeField()),
                ("answer_due_at", models.DateTimeField()),
                ("answer", models.TextField(default="")),
                ("answered_by", models.TextField(default="")),
                ("answered_at", models.DateTimeField(null=True)),
                ("decided_by", models.TextField(default="")),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(default="")),
                ("appeal_due_at", models.DateTimeField(null=True)),
                ("appeal", models.TextField(default="")),
                ("appealed_at", models.DateTimeField(null=True)),
                ("appeal_decided_by", models.TextField(default="")),
                ("appeal_decided_at", models.DateTimeField(null=True)),
                ("appeal_reason", models.TextField(default="")),
            ],
            options={
                "db_table": "sanctions",
            },
        ),
        migrations.CreateModel(
            name="Trainer",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("subject", models.TextField()),
                ("certificate_number", models.TextField(default="")),
                ("certified_until", models.DateField(null=True)),
                ("left_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "trainers",
            },
        ),
        migrations.RemoveConstraint(
            model_name="registration",
            name="registration_state_is_known",
        ),
        migrations.AddField(
            model_name="agreement",
            name="terms",
            field=models.JSONField(db_default=models.Value({}, output_field=models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name="institution",
            name="founded_date",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="institution",
            name="legal_form",
            field=models.TextField(db_default="", default=""),
        ),
        migrations.AddField(
            model_name="institution",
            name="offline",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="registration",
            name="due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="registration",
            name="reason",
            field=models.TextField(db_default="", default=""),
        ),
        migrations.AddField(
            model_name="requirementset",
            name="documents",
            field=models.JSONField(db_default=models.Value([], output_field=models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name="requirementset",
            name="questions",
            field=models.JSONField(db_default=models.Value([], output_field=models.JSONField()), default=list),
        ),
        migrations.AlterField(
            model_name="registration",
            name="submitted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="institution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "legal_form__in",
                        (
                            "",
                            "pt",
                            "cv",
                            "foundation",
                            "cooperative",
                            "association",
                            "government_unit",
                            "sole_proprietor",
                        ),
                    )
                ),
                name="institution_legal_form_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["draft", "submitted", "refused", "verified", "agreed", "suspended", "ended", "lapsed"],
                    )
                ),
                name="registration_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(("requirement_set__isnull", False)), name="registration_keeps_its_requirement_set"
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("submitted_at__isnull", False), ("state__in", ["draft", "lapsed"]), _connector="OR"
                ),
                name="registration_beyond_a_draft_was_submitted",
            ),
        ),
        migrations.AddField(
            model_name="accreditation",
            name="institution",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.institution"),
        ),
        migrations.AddField(
            model_name="admissionstep",
            name="institution",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.institution"),
        ),
        migrations.AddField(
            model_name="agreementproposal",
            name="institution",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.institution"),
        ),
        migrations.AddField(
            model_name="agreementproposal",
            name="platform",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.platform"),
        ),
        migrations.AddField(
            model_name="agreementpaper",
            name="proposal",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.agreementproposal"),
        ),
        migrations.AddField(
            model_name="agreementsignature",
            name="proposal",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.agreementproposal"),
        ),
        migrations.AddField(
            model_name="agreement",
            name="institution_signature",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partners.agreementsignature",
            ),
        ),
        migrations.AddField(
            model_name="agreement",
            name="platform_signature",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partners.agreementsignature",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="institution",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="partners.institution"),
        ),
        migrations.AddField(
            model_name="document",
            name="platform",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="partners.platform"),
        ),
        migrations.AddField(
            model_name="document",
            name="content",
            field=models.ForeignKey(
                db_column="sha256", on_delete=django.db.models.deletion.PROTECT, to="partners.documentcontent"
            ),
        ),
        migrations.AddField(
            model_name="integrationcheck",
            name="platform",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.platform"),
        ),
        migrations.AddField(
            model_name="partykey",
            name="institution",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="partners.institution"),
        ),
        migrations.AddField(
            model_name="partykey",
            name="platform",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="partners.platform"),
        ),
        migrations.AddField(
            model_name="agreementsignature",
            name="key",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.partykey"),
        ),
        migrations.AddField(
            model_name="platformreview",
            name="platform",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.platform"),
        ),
        migrations.AddField(
            model_name="premises",
            name="institution",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.institution"),
        ),
        migrations.AddField(
            model_name="registrationdocument",
            name="document",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.document"),
        ),
        migrations.AddField(
            model_name="registrationdocument",
            name="institution",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.institution"),
        ),
        migrations.AddField(
            model_name="registrationdocument",
            name="registration",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="partners.registration"),
        ),
        migrations.AddField(
            model_name="sanction",
            name="institution",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="partners.institution"),
        ),
        migrations.AddField(
            model_name="sanction",
            name="platform",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="partners.platform"),
        ),
        migrations.AddField(
            model_name="sanction",
            name="registration",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="partners.registration"),
        ),
        migrations.AddField(
            model_name="trainer",
            name="institution",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.institution"),
        ),
        migrations.AddConstraint(
            model_name="accreditation",
            constraint=models.CheckConstraint(
                condition=models.Q(("grade__in", ["A", "B", "C"])), name="accreditation_grade_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="accreditation",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_until__gt", models.F("valid_from"))),
                name="accreditation_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="admissionstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("step__in", ("due_diligence", "governance_test", "course_assessment", "facilities_test", "decree"))
                ),
                name="admission_step_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="admissionstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["open", "passed", "failed", "reassigned"])),
                name="admission_outcome_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="admissionstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("outcome", "open")),
                    models.Q(models.Q(("outcome", "open"), _negated=True), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
                name="decided_admission_step_has_its_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="admissionstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "passed"), _negated=True),
                    models.Q(("evidence", ""), _negated=True),
                    _connector="OR",
                ),
                name="passed_admission_step_has_evidence",
            ),
        ),
        migrations.AddConstraint(
            model_name="admissionstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "failed"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="failed_admission_step_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="admissionstep",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "open")), fields=("institution",), name="institution_has_one_open_step"
            ),
        ),
        migrations.AddConstraint(
            model_name="agreementproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["proposed", "signed", "withdrawn", "lapsed"])),
                name="proposal_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreementproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("state", "proposed")),
                    models.Q(models.Q(("state", "proposed"), _negated=True), ("closed_at__isnull", False)),
                    _connector="OR",
                ),
                name="closed_proposal_has_its_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreementproposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")),
                fields=("platform", "institution"),
                name="pair_has_one_open_proposal",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreementpaper",
            constraint=models.UniqueConstraint(
                fields=("proposal", "language"), name="proposal_has_one_paper_in_a_language"
            ),
        ),
        migrations.AddConstraint(
            model_name="agreementpaper",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["id", "en"])), name="paper_language_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(fields=("id", "institution"), name="document_is_of_one_institution"),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        (
                            "business_licence",
                            "deed",
                            "tax_number",
                            "accreditation",
                            "curriculum",
                            "trainer_certificate",
                            "premises",
                            "bank_account",
                            "cooperation",
                            "other",
                        ),
                    )
                ),
                name="document_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("institution__isnull", False), ("platform__isnull", True)),
                    models.Q(("institution__isnull", True), ("platform__isnull", False)),
                    _connector="OR",
                ),
                name="document_has_one_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expires_date__isnull", True),
                    ("issued_date__isnull", True),
                    ("expires_date__gt", models.F("issued_date")),
                    _connector="OR",
                ),
                name="document_expires_after_it_was_issued",
            ),
        ),
        migrations.AddIndex(
            model_name="integrationcheck",
            index=models.Index(fields=["platform", "name", "checked_at"], name="integration_checks_by_name"),
        ),
        migrations.AddConstraint(
            model_name="integrationcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "name__in",
                        (
                            "signs_requests",
                            "refuses_bad_signatures",
                            "authorizes_a_payment",
                            "repeats_an_invoice",
                            "voids_a_payment",
                            "forwards_a_completion",
                        ),
                    )
                ),
                name="integration_check_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="partykey",
            constraint=models.UniqueConstraint(fields=("public_key",), name="party_key_belongs_to_one_party"),
        ),
        migrations.AddConstraint(
            model_name="partykey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("institution__isnull", False), ("platform__isnull", True)),
                    models.Q(("institution__isnull", True), ("platform__isnull", False)),
                    _connector="OR",
                ),
                name="party_key_has_one_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreementsignature",
            constraint=models.UniqueConstraint(fields=("proposal", "role"), name="side_signs_a_proposal_once"),
        ),
        migrations.AddConstraint(
            model_name="agreementsignature",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["platform", "institution"])), name="signing_role_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="platformreview",
            constraint=models.UniqueConstraint(
                fields=("platform", "reviewer"), name="platform_is_reviewed_once_by_a_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="premises",
            constraint=models.CheckConstraint(condition=models.Q(("places__gte", 1)), name="premises_have_places"),
        ),
        migrations.AddConstraint(
            model_name="registrationdocument",
            constraint=models.UniqueConstraint(fields=("registration", "wanted"), name="wanted_document_is_shown_once"),
        ),
        migrations.AddConstraint(
            model_name="sanction",
            constraint=models.UniqueConstraint(fields=("number",), name="sanction_number_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="sanction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "warning",
                            "course_suspension",
                            "registration_suspension",
                            "institution_suspension",
                            "platform_suspension",
                            "registration_ending",
                            "institution_ending",
                            "platform_ending",
                        ],
                    )
                ),
                name="sanction_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sanction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["noticed", "answered", "imposed", "dropped", "appealed", "upheld", "lifted"])
                ),
                name="sanction_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sanction",
            constraint=models.CheckConstraint(
                condition=models.Q(("platform__isnull", False), ("institution__isnull", False), _connector="OR"),
                name="sanction_has_a_party",
            ),
        ),
        migrations.AddConstraint(
            model_name="sanction",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("rule", ""), _negated=True), models.Q(("notice", ""), _negated=True)),
                name="sanction_names_its_rule_and_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="sanction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["imposed", "dropped", "appealed", "upheld", "lifted"]), _negated=True),
                    models.Q(
                        models.Q(("decided_by", ""), _negated=True),
                        models.Q(("decided_by", models.F("noticed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="sanction_is_decided_by_another_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="sanction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("appeal_decided_by", ""),
                    models.Q(
                        models.Q(("appeal_decided_by", models.F("decided_by")), _negated=True),
                        models.Q(("appeal_decided_by", models.F("noticed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="appeal_is_decided_by_a_third_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="sanction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["imposed", "dropped", "appealed", "upheld", "lifted"]), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="decision_about_a_sanction_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="sanction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["imposed", "dropped", "appealed", "upheld", "lifted"]), _negated=True),
                    ("answered_at__isnull", False),
                    ("decided_at__gte", models.F("answer_due_at")),
                    _connector="OR",
                ),
                name="sanction_hears_the_party_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="trainer",
            constraint=models.CheckConstraint(
                condition=models.Q(("certificate_number", ""), ("certified_until__isnull", False), _connector="OR"),
                name="trainer_certificate_has_an_end",
            ),
        ),
        run_sql_file(__file__, "cooperation.sql"),
    ]
