"""Cooperation agreements."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from prakerja.partners.models.institutions import Institution
from prakerja.partners.models.platforms import GOVERNMENT, Platform
from prakerja.partners.states import ProposalState


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
    # What both sides signed besides the fee: add-on services, calendar, service levels.
    terms = models.JSONField(default=dict, db_default=models.Value({}, output_field=models.JSONField()))
    platform_signature = models.ForeignKey(
        "partners.AgreementSignature", on_delete=models.PROTECT, null=True, related_name="+"
    )
    institution_signature = models.ForeignKey(
        "partners.AgreementSignature", on_delete=models.PROTECT, null=True, related_name="+"
    )
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


class PartyKey(models.Model):
    """The public half of a key with which a partner signs agreements. The other half never comes here.

    Only a sandbox holds the other half of its samples' keys (`sample_cipher`).
    """

    id = models.UUIDField(primary_key=True)
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, null=True)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, null=True)
    public_key = models.BinaryField()
    label = models.TextField()
    registered_by = models.TextField()
    registered_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    sample_cipher = models.BinaryField(null=True)

    class Meta:
        """Named constraints; that a key has 32 bytes stands in SQL."""

        db_table = "party_keys"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["public_key"], name="party_key_belongs_to_one_party"),
            models.CheckConstraint(
                condition=Q(platform__isnull=True, institution__isnull=False)
                | Q(platform__isnull=False, institution__isnull=True),
                name="party_key_has_one_owner",
            ),
        ]


class AgreementProposal(models.Model):
    """Terms that a platform offers an institution; with both signatures they become the next agreement.

    `canonical` is what is signed: the terms in the canonical form of RFC 8785.
    """

    id = models.UUIDField(primary_key=True)
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    state = models.TextField()
    fee_scheme = models.JSONField()
    terms = models.JSONField()
    cap_bp = models.PositiveIntegerField(null=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    regime_version = models.TextField()
    sample = models.BooleanField()
    canonical = models.TextField()
    sha256 = models.BinaryField()
    proposed_by = models.TextField()
    proposed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """Named constraints; the hash is checked in SQL."""

        db_table = "agreement_proposals"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in ProposalState]), name="proposal_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.PROPOSED.value, closed_at__isnull=True)
                | (~Q(state=ProposalState.PROPOSED.value) & Q(closed_at__isnull=False)),
                name="closed_proposal_has_its_moment",
            ),
            models.UniqueConstraint(
                fields=["platform", "institution"],
                condition=Q(state=ProposalState.PROPOSED.value),
                name="pair_has_one_open_proposal",
            ),
        ]


class AgreementSignature(models.Model):
    """A signature of one side under a proposal, with the key that made it. Never edited."""

    id = models.UUIDField(primary_key=True)
    proposal = models.ForeignKey(AgreementProposal, on_delete=models.PROTECT)
    role = models.TextField()
    key = models.ForeignKey(PartyKey, on_delete=models.PROTECT)
    signature = models.BinaryField()
    uploaded_by = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        """Named constraints; that a signature has 64 bytes stands in SQL."""

        db_table = "agreement_signatures"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "role"], name="side_signs_a_proposal_once"),
            models.CheckConstraint(condition=Q(role__in=["platform", "institution"]), name="signing_role_is_known"),
        ]


class AgreementPaper(models.Model):
    """The PDF of a proposal in one language: its hash, when it was first made. Never edited."""

    id = models.UUIDField(primary_key=True)
    proposal = models.ForeignKey(AgreementProposal, on_delete=models.PROTECT)
    language = models.TextField()
    sha256 = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        """Named constraints."""

        db_table = "agreement_papers"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "language"], name="proposal_has_one_paper_in_a_language"),
            models.CheckConstraint(condition=Q(language__in=["id", "en"]), name="paper_language_is_known"),
        ]
