"""One user per role for the tests of pages."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from prakerja.access.models import User
from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.config.jobs import JOBS, run_job
from prakerja.kit.context import Context
from prakerja.programme.operations import set_programme_clock
from tests.web.nation import Nation


@dataclass(frozen=True, slots=True)
class Cast:
    """Whom the users stand for."""

    applicant_id: UUID
    applicant_lane: int
    platform_id: UUID
    institution_id: UUID
    labour_office_id: UUID
    seal_keeper_id: UUID

    @classmethod
    def of(cls, nation: Nation) -> "Cast":
        """The people of a nation who have most to see; the participant is the one who can write a review."""
        reviewer = nation.reviewer
        assert reviewer is not None
        return cls(
            applicant_id=reviewer.applicant_id,
            applicant_lane=reviewer.lane,
            platform_id=nation.market.world.platforms["tokopedia"],
            institution_id=nation.market.world.institution_id,
            labour_office_id=nation.labour_office_id,
            seal_keeper_id=nation.seal_keeper_id,
        )

    def user(self, role: Role) -> User:
        """The user of a role."""
        found = find_user(f"test-{role.value}")
        assert found is not None
        return found


def create_cast(context: Context, cast: Cast) -> None:
    """Their users, through the operation."""
    partner = {Role.PLATFORM: cast.platform_id, Role.INSTITUTION: cast.institution_id}
    create_users(
        context,
        [
            UserRequest(
                username=f"test-{role.value}",
                display_name=role.value,
                role=role,
                partner_id=partner.get(role),
                labour_office_id=cast.labour_office_id if role is Role.LABOUR_OFFICE else None,
                seal_keeper_id=cast.seal_keeper_id if role is Role.SEAL_KEEPER else None,
                applicant_id=cast.applicant_id if role is Role.PARTICIPANT else None,
                applicant_lane=cast.applicant_lane if role is Role.PARTICIPANT else None,
            )
            for role in Role
        ],
    )


def set_clock(context: Context) -> None:
    """The programme clock stands at the context's moment."""
    result = set_programme_clock(context, context.now, machine_now=datetime.now(tz=UTC))
    assert result.code == "ok", result


def work() -> int:
    """The worker carries out what officers have asked for; how many acts."""
    return run_job(next(job for job in JOBS if job.name == "carry_out_acts"))
