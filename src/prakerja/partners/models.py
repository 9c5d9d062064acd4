"""Tables of the partners. Reference tables: few rows, read by every lane.

What Django cannot say (composite keys, exclusion, the fee scheme's own arithmetic, moves of states) stands in
`sql/constraints.sql`.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from prakerja.partners.states import InstitutionState, PlatformState, RegistrationState

GOVERNMENT = "government"
PLATFORM_KINDS = ("private", "state_owned", GOVERNMENT)
INSTITUTION_KINDS = (GOVERNMENT, "private", "industry")
PARTNER_ROLES = ("platform", "institution")


class Platform(models.Model):
    """A digital platform and where it stands in admission."""

    id = models.UUIDField(primary_key=True)
    code = models.TextField()
    name = models.TextField()
    kind = models.TextField()
    state = models.TextField()
    modes = ArrayField(models.TextField())
    payment_term_days = models.PositiveSmallIntegerField()
    owner_entity = models.TextField()
    profile = models.JSONField()
    # What was shown in admission (PLAT-01): word of the regime → document, or the number of provinces.
    evidence = models.JSONField(default=dict)
    sample = models.BooleanField()
    applied_at = models.DateTimeField()
    recognised_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Named constraints."""

        db_table = "platforms"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], name="platform_code_is_unique"),
            # Agreements point at (id, kind), so that FEE-02 is decided where the agreement stands.
            models.UniqueConstraint(fields=["id", "kind"], name="platform_has_one_kind"),
            models.CheckConstraint(condition=Q(kind__in=PLATFORM_KINDS), name="platform_kind_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in PlatformState]), name="platform_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(modes__contained_by=["online", "offline"]) & Q(modes__len__gt=0),
                name="platform_modes_are_known",
            ),
            models.CheckConstraint(
                condition=~Q(state=PlatformState.ACTIVE.value) | Q(recognised_at__isnull=False),
                name="active_platform_is_recognised",
            ),
        ]


class RequirementSet(models.Model):
    """What one platform asks of institutions, in one version (SCHEME-06). Never edited."""

    id = models.UUIDField(primary_key=True)
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT)
    version = models.PositiveIntegerField()
    requirements = models.JSONField()
    valid_from = models.DateField()

    class Meta:
        """Named constraints."""

        db_table = "requirement_sets"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["platform", "version"], name="requirement_set_version_is_unique"),
            models.UniqueConstraint(fields=["id", "platform"], name="requirement_set_is_of_one_platform"),
        ]


class Institution(models.Model):
    """A training institution and where it stands at the programme office."""

    id = models.UUIDField(primary_key=True)
    code = models.TextField()
    name = models.TextField()
    kind = models.TextField()
    province_code = models.TextField()
    state = models.TextField()
    owner_entity = models.TextField()
    # What was shown in admission (INST-01): step of the regime → document.
    evidence = models.JSONField(default=dict)
    sample = models.BooleanField()
    created_at = models.DateTimeField()
    decree_number = models.TextField(null=True)  # noqa: DJ001 - "no decree" and "an empty number" differ
    decreed_at = models.DateTimeField(null=True)

    class Meta:
        """Named constraints."""

        db_table = "institutions"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], name="institution_code_is_unique"),
            models.CheckConstraint(condition=Q(kind__in=INSTITUTION_KINDS), name="institution_kind_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in InstitutionState]), name="institution_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=InstitutionState.DECREED.value)
                | (Q(decreed_at__isnull=False) & Q(decree_number__isnull=False)),
                name="decreed_institution_has_its_decree",
            ),
        ]


class Registration(models.Model):
    """An institution's application to one platform."""

    id = models.UUIDField(primary_key=True)
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    state = models.TextField()
    answers = models.JSONField()
    requirement_set = models.ForeignKey(RequirementSet, on_delete=models.PROTECT, null=True)
    unmet = ArrayField(models.TextField(), default=list)
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """Named constraints."""

        db_table = "registrations"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["platform", "institution"], name="institution_registers_once_on_a_platform"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in RegistrationState]), name="registration_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[RegistrationState.VERIFIED.value, RegistrationState.AGREED.value])
                | (Q(requirement_set__isnull=False) & Q(unmet=[])),
                name="verified_registration_meets_the_requirements",
            ),
        ]


class Agreement(models.Model):
    """A cooperation agreement of a platform with an institution, in one version (SCHEME-10)."""

    id = models.UUIDField(primary_key=True)
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    platform_kind = models.TextField()
    version = models.PositiveIntegerField()
    fee_scheme = models.JSONField()
    highest_commission_bp = models.PositiveIntegerField()
    cap_bp = models.PositiveIntegerField(null=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    signed_platform_at = models.DateTimeField()
    signed_institution_at = models.DateTimeField()
    regime_version = models.TextField()
    sample = models.BooleanField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Named constraints; `agreements_of_a_pair_never_overlap` and more in SQL."""

        db_table = "agreements"
        constraints: ClassVar = [
            # Purchases point at all three, so that a purchase is at an institution registered on that platform.
            models.UniqueConstraint(fields=["id", "platform", "institution"], name="agreement_binds_one_pair"),
            models.UniqueConstraint(fields=["platform", "institution", "version"], name="agreement_version_is_unique"),
            models.CheckConstraint(
                condition=~Q(platform_kind=GOVERNMENT) | Q(fee_scheme__kind="none"),
                name="government_platform_charges_nothing",
            ),
            models.CheckConstraint(
                condition=Q(cap_bp__isnull=True) | Q(highest_commission_bp__lte=F("cap_bp")),
                name="commission_is_within_the_cap",
            ),
            models.CheckConstraint(
                condition=Q(highest_commission_bp__lte=10_000), name="commission_is_not_above_the_price"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="agreement_ends_after_it_begins",
            ),
        ]


class ApiKey(models.Model):
    """A key that signs a partner's calls. The key itself is encrypted; it is shown once, when it is issued."""

    id = models.UUIDField(primary_key=True)
    partner_id = models.UUIDField()
    partner_role = models.TextField()
    # The place that the key takes among its partner's live ones.
    slot = models.PositiveSmallIntegerField()
    client_code = models.TextField()
    key_cipher = models.BinaryField()
    scopes = ArrayField(models.TextField())
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        """Named constraints; the partner's foreign keys stand in SQL."""

        db_table = "api_keys"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["client_code"], name="client_code_is_unique"),
            models.CheckConstraint(condition=Q(partner_role__in=PARTNER_ROLES), name="partner_role_is_known"),
            models.CheckConstraint(condition=Q(slot__in=[1, 2]), name="partner_has_two_live_keys_at_most"),
            models.UniqueConstraint(
                fields=["partner_role", "partner_id", "slot"],
                condition=Q(revoked_at__isnull=True),
                name="live_key_has_its_own_slot",
            ),
        ]
