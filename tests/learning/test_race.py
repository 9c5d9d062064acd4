from functools import partial

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.ids import SeededIds
from prakerja.learning.operations import AttendanceRequest, CertificateRequest, issue_certificates, record_attendances
from tests.fixtures.database import Race
from tests.learning.world import complete, make_world


def test_many_writers_of_one_presence_write_it_once(race: "Race[list[str]]", context: Context) -> None:
    world = make_world(context)
    requests = [AttendanceRequest(p.lane, p.purchase_id, world.institution_id, 1, "selfie") for p in world.people]

    def record(number: int) -> list[str]:
        here = Context("institution:lpk-maju", context.now, SeededIds(f"writer {number}"))
        # In either order: the locks are taken in the order of the keys.
        chosen = requests if number % 2 else requests[::-1]
        return [result.code for result in record_attendances(here, chosen)]

    answers = race([partial(record, number) for number in range(8)])
    assert sorted(code for answer in answers for code in answer) == ["ok"] * 2 + ["repeated"] * 14
    assert db.value("SELECT count(*) FROM attendances") == 2
    assert db.value("SELECT count(*) FROM events WHERE kind = 'attendance.recorded'") == 2


def test_many_issuers_of_one_certificate_issue_it_once(race: "Race[list[str]]", context: Context) -> None:
    world = make_world(context, sessions=1)
    complete(world)

    def issue(number: int) -> list[str]:
        here = Context("system:certificates", world.after_class.now, SeededIds(f"issuer {number}"))
        return [r.code for r in issue_certificates(here, [CertificateRequest(*key) for key in world.keys])]

    answers = race([partial(issue, number) for number in range(4)])
    assert sorted(code for answer in answers for code in answer) == ["ok"] * 2 + ["repeated"] * 6
    assert db.value("SELECT count(*) FROM certificates") == 2
