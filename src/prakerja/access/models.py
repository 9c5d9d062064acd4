"""The table of users. Writes go through `operations`."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from prakerja.access.permissions import Permission, may
from prakerja.access.roles import Role

_PARTNERS = [Role.PLATFORM.value, Role.INSTITUTION.value]


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
                condition=models.Q(
                    role=Role.PARTICIPANT.value, applicant_id__isnull=False, applicant_lane__isnull=False
                )
                | (~models.Q(role=Role.PARTICIPANT.value) & models.Q(applicant_id=None, applicant_lane=None)),
            ),
            models.CheckConstraint(
                name="labour_office_user_names_its_office",
                condition=models.Q(role=Role.LABOUR_OFFICE.value, labour_office_id__isnull=False)
                | (~models.Q(role=Role.LABOUR_OFFICE.value) & models.Q(labour_office_id=None)),
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
