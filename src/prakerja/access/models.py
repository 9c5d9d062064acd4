"""The tables of users and of the ways in. Writes go through `operations`."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from prakerja.access.permissions import Permission, may
from prakerja.access.roles import LET_IN_BY_TWO, STAFF, Role

_PARTNERS = [Role.PLATFORM.value, Role.INSTITUTION.value]
_INVITED = [*_PARTNERS, Role.LABOUR_OFFICE.value, *(role.value for role in STAFF)]
_OF_NOBODY = [role.value for role in STAFF if role is not Role.SEAL_KEEPER]
_LET_IN_BY_TWO = [role.value for role in LET_IN_BY_TWO]


class UserManager(BaseUserManager["User"]):
    """Finds users by name; it creates none, that is an operation's work."""


class User(AbstractBaseUser):
    """A person who signs in, in one role."""

    id = models.UUIDField(primary_key=True)
    username = models.CharField(max_length=150, unique=True)
    display_name = models.CharField(max_length=200)
    role = models.CharField(max_length=20)
    # Plain ids: the rooms below this one own those tables, and a foreign key would point down.
    partner_id = models.UUIDField(null=True)
    labour_office_id = models.UUIDField(null=True)
    applicant_id = models.UUIDField(null=True)
    applicant_lane = models.SmallIntegerField(null=True)
    seal_keeper_id = models.UUIDField(null=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name", "role"]

    class Meta:  # noqa: D106 - Django
        db_table = "users"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="role_of_a_user_is_known", condition=models.Q(role__in=[role.value for role in Role])
            ),
            models.CheckConstraint(
                name="partner_user_names_its_partner",
                condition=models.Q(role__in=_PARTNERS, partner_id__isnull=False)
                | (~models.Q(role__in=_PARTNERS) & models.Q(partner_id=None)),
            ),
            models.CheckConstraint(
                name="participant_user_names_its_applicant",
                # A participant's user is nobody until the identity is confirmed, and somebody from then on.
                condition=models.Q(
                    role=Role.PARTICIPANT.value, applicant_id__isnull=False, applicant_lane__isnull=False
                )
                | models.Q(applicant_id=None, applicant_lane=None),
            ),
            models.CheckConstraint(
                name="labour_office_user_names_its_office",
                condition=models.Q(role=Role.LABOUR_OFFICE.value, labour_office_id__isnull=False)
                | (~models.Q(role=Role.LABOUR_OFFICE.value) & models.Q(labour_office_id=None)),
            ),
            models.CheckConstraint(
                name="seal_keeper_user_names_its_keeper",
                condition=models.Q(role=Role.SEAL_KEEPER.value, seal_keeper_id__isnull=False)
                | (~models.Q(role=Role.SEAL_KEEPER.value) & models.Q(seal_keeper_id=None)),
            ),
        ]

    @property
    def is_staff(self) -> bool:
        """Django's admin asks this: whether the read-only tables are open to the user."""
        return may(self.role, Permission.READ_TABLES)

    @property
    def is_superuser(self) -> bool:
        """Nobody is: the admin is read-only for all."""
        return False

    def has_perm(self, perm: str, obj: object = None) -> bool:  # noqa: ARG002 - Django passes it
        """Django's admin asks this with `app.view_model`; whatever is not reading is refused."""
        _, _, action = perm.partition(".")
        return self.is_active and self.is_staff and action.startswith("view_")

    def has_module_perms(self, app_label: str) -> bool:  # noqa: ARG002 - Django passes it
        """Whether the admin shows an app at all."""
        return self.is_active and self.is_staff


class UserContact(models.Model):
    """An e-mail address or a phone number that opens an account."""

    id = models.UUIDField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    kind = models.CharField(max_length=10)
    contact_index = models.BinaryField()
    contact_index_next = models.BinaryField(null=True)
    contact_cipher = models.BinaryField()
    verified_at = models.DateTimeField()

    class Meta:  # noqa: D106 - Django
        db_table = "user_contacts"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="contact_kind_is_known", condition=models.Q(kind__in=["email", "phone"])),
            models.UniqueConstraint(name="a_contact_opens_one_account", fields=["kind", "contact_index"]),
            models.UniqueConstraint(name="an_account_has_one_contact_of_a_kind", fields=["user", "kind"]),
        ]


class ContactCode(models.Model):
    """A code that was sent to a contact."""

    id = models.UUIDField(primary_key=True)
    purpose = models.CharField(max_length=20)
    kind = models.CharField(max_length=10)
    contact_index = models.BinaryField(db_index=True)
    contact_index_next = models.BinaryField(null=True)
    contact_cipher = models.BinaryField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True)
    code_hash = models.BinaryField()
    tries_left = models.SmallIntegerField()
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:  # noqa: D106 - Django
        db_table = "contact_codes"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="a_code_has_five_tries_at_most", condition=models.Q(tries_left__gte=0, tries_left__lte=5)
            ),
        ]


class AttemptCount(models.Model):
    """How often something was tried since when; the key is a keyed hash."""

    key_hash = models.BinaryField(primary_key=True)
    kind = models.CharField(max_length=40)
    counted_from = models.DateTimeField()
    attempts = models.IntegerField()

    class Meta:  # noqa: D106 - Django
        db_table = "attempt_counts"


class SecondFactor(models.Model):
    """The secret of a staff user's authenticator app."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True)
    secret_cipher = models.BinaryField()
    begun_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    # The last half minute that counted: no code counts twice.
    last_step = models.BigIntegerField()

    class Meta:  # noqa: D106 - Django
        db_table = "second_factors"


class RecoveryCode(models.Model):
    """A code for whoever has lost the authenticator app; counts once."""

    id = models.UUIDField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    code_hash = models.BinaryField()
    used_at = models.DateTimeField(null=True)

    class Meta:  # noqa: D106 - Django
        db_table = "recovery_codes"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="a_recovery_code_is_given_once", fields=["user", "code_hash"]),
        ]


class UserInvitation(models.Model):
    """Somebody was invited to act for a partner, a labour office or the programme; the letter's code makes the user.

    Roles of money, decrees and draws wait for a second person: until then there is no code (its hash is empty).
    """

    id = models.UUIDField(primary_key=True)
    role = models.CharField(max_length=20)
    # The platform, institution, labour office or keeper, as the role says; other staff belong to nobody.
    partner_id = models.UUIDField(db_index=True, null=True)
    display_name = models.CharField(max_length=200)
    email_cipher = models.BinaryField()
    code_hash = models.BinaryField()
    tries_left = models.SmallIntegerField()
    invited_by = models.TextField()
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    approved_by = models.TextField(null=True)  # noqa: DJ001 - NULL: nobody yet, or nobody needs to
    approved_at = models.DateTimeField(null=True)
    user = models.OneToOneField(User, on_delete=models.PROTECT, null=True)

    class Meta:  # noqa: D106 - Django
        db_table = "user_invitations"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="people_are_invited_to_known_roles",
                condition=models.Q(role__in=_INVITED)
                & (
                    models.Q(role__in=_OF_NOBODY, partner_id__isnull=True)
                    | (~models.Q(role__in=_OF_NOBODY) & models.Q(partner_id__isnull=False))
                ),
            ),
            models.CheckConstraint(
                name="two_people_let_somebody_in",
                condition=models.Q(approved_by__isnull=True, approved_at__isnull=True)
                | (
                    models.Q(role__in=_LET_IN_BY_TWO, approved_by__isnull=False, approved_at__isnull=False)
                    & ~models.Q(approved_by=models.F("invited_by"))
                ),
            ),
            models.CheckConstraint(
                name="no_code_before_the_second_person",
                condition=~models.Q(role__in=_LET_IN_BY_TWO)
                | models.Q(approved_at__isnull=False)
                | models.Q(code_hash=b"", accepted_at__isnull=True),
            ),
            models.CheckConstraint(
                name="an_invitation_has_five_tries_at_most", condition=models.Q(tries_left__gte=0, tries_left__lte=5)
            ),
            models.CheckConstraint(
                name="accepted_invitation_names_its_user",
                condition=models.Q(accepted_at__isnull=True, user__isnull=True)
                | models.Q(accepted_at__isnull=False, user__isnull=False),
            ),
            models.CheckConstraint(
                name="an_invitation_is_accepted_or_withdrawn",
                condition=models.Q(accepted_at__isnull=True) | models.Q(withdrawn_at__isnull=True),
            ),
        ]


class SandboxLetter(models.Model):
    """A text that the sandbox would have sent."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=10)
    contact_hash = models.BinaryField(db_index=True)
    shown_to = models.CharField(max_length=260)
    text = models.TextField()
    sent_at = models.DateTimeField()

    class Meta:  # noqa: D106 - Django
        db_table = "sandbox_letters"


class StoredLetter(models.Model):
    """A letter on its way out, or what became of it. Made in SQL."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    contact_cipher = models.BinaryField(null=True)
    text_cipher = models.BinaryField(null=True)
    state = models.TextField()
    tries = models.SmallIntegerField()
    next_try_at = models.DateTimeField()
    good_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    fault = models.TextField()

    class Meta:  # noqa: D106 - Django
        managed = False
        db_table = "letters"


class IndexKeys(models.Model):
    """Which index key is in force. Made in SQL; one row at most."""

    one = models.BooleanField(primary_key=True)
    current_key_id = models.BinaryField()
    next_key_id = models.BinaryField(null=True)
    previous_key_id = models.BinaryField(null=True)
    lane_key_id = models.BinaryField()
    begun_at = models.DateTimeField()
    switched_at = models.DateTimeField(null=True)

    class Meta:  # noqa: D106 - Django
        managed = False
        db_table = "index_keys"


class PageAccess(models.Model):
    """Somebody was shown a person's data on a page. Made in SQL, never changed."""

    access_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    applicant_id = models.UUIDField()
    user_id = models.UUIDField()
    actor = models.TextField()
    role = models.TextField()
    page = models.TextField()
    programme_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:  # noqa: D106 - Django
        managed = False
        db_table = "page_accesses"
