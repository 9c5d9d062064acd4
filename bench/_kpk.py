"""The KPK's finding of 2020 as a data set: 1,895 courses, 250 of them of affiliates of the platform that sells them.

The ties are invented, by a seed, and recorded by the operation. Among the others stand decoys that must not be found:
people of one name, addresses and telephones next to each other, one account number at another bank, chains of three
hops, ties that ended, and affiliates of a platform that does not sell the course.
"""

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.operations import AgreementRequest, agree_samples, load_sample_platforms
from prakerja.partners.operations.owners import TieRequest, end_ties, party_node, record_ties
from prakerja.programme.regimes import Regime

COURSES, AFFILIATED_COURSES = 1_895, 250
INSTITUTIONS, AFFILIATES = 233, 31
NAMES = ("Budi Santoso", "Siti Aminah", "Agus Wijaya", "Dewi Lestari", "Rina Susanti")


@dataclass(frozen=True, slots=True)
class Replay:
    """What was loaded: the courses that must be found, and how many there are."""

    affiliated: frozenset[UUID]
    courses: int
    ties: int


class _Case:
    """Collects ties and values; every value is new unless it is meant to meet."""

    def __init__(self, context: Context, seed: int) -> None:
        self.context = context
        self.random = Random(seed)  # noqa: S311 - a data set, no secret
        self.ties: list[TieRequest] = []
        self.ended: list[TieRequest] = []
        self.serial = 0

    def number(self) -> int:
        self.serial += 1
        return self.serial

    def person(self) -> str:
        return f"99120117084{self.number():05d}"

    def company(self) -> str:
        return f"09{self.number():013d}"

    def phone(self) -> str:
        # Steps of ten: the one beside it belongs to nobody.
        return f"0812{self.number() * 10:08d}"

    def address(self, shift: int = 0) -> str:
        return f"Jl. Contoh Raya No. {self.serial * 10 + shift}, Jakarta"

    def tie(self, holder_kind: str, holder_id: UUID, kind: str, value: str) -> TieRequest:
        request = TieRequest(
            holder_kind=holder_kind,
            holder_id=holder_id,
            kind=kind,
            value=value,
            name=self.random.choice(NAMES),
            source="contoh",
            valid_from=self.context.today - timedelta(days=30),
        )
        self.ties.append(request)
        return request

    def connect(self, nth: int, platform_id: UUID, institution_id: UUID) -> None:
        """A path of two hops or fewer, of another kind each time."""
        ways = (
            ("director", "owner", self.person()),
            ("owner", "owner", self.company()),
            ("director", "director", self.person()),
            ("phone", "phone", self.phone()),
            ("address", "address", self.address(self.number())),
            ("bank_account", "bank_account", f"BNI {7_000_000_000 + self.number()}"),
        )
        if nth % 7 == 6:
            # The platform's own company owns it: one hop.
            self.tie("institution", institution_id, "owner", _tax_number(platform_id))
            return
        left, right, value = ways[nth % 7]
        self.tie("platform", platform_id, left, value)
        self.tie("institution", institution_id, right, value)

    def decoy(self, nth: int, platform_id: UUID, other_platform_id: UUID, institution_id: UUID) -> None:
        """Something that looks like a path and is none."""
        kind = nth % 8
        if kind == 0:  # one name, two people
            self.tie("platform", platform_id, "director", self.person())
            self.tie("institution", institution_id, "owner", self.person())
        elif kind == 1:  # next door
            self.number()
            self.tie("platform", platform_id, "address", self.address())
            self.tie("institution", institution_id, "address", self.address(1))
        elif kind == 2:  # one digit beside
            phone = self.phone()
            self.tie("platform", platform_id, "phone", phone)
            self.tie("institution", institution_id, "phone", f"{phone[:-1]}1")
        elif kind == 3:  # one number at two banks
            account = 8_000_000_000 + self.number()
            self.tie("platform", platform_id, "bank_account", f"BNI {account}")
            self.tie("institution", institution_id, "bank_account", f"BRI {account}")
        elif kind == 4:  # platform – director – company – institution
            company, person = self.company(), self.person()
            self.tie("platform", platform_id, "director", person)
            self.tie("party", party_node(company), "owner", person)
            self.tie("institution", institution_id, "owner", company)
        elif kind == 5:  # platform – address – owner – institution
            person = self.person()
            self.number()
            self.tie("platform", platform_id, "address", self.address())
            self.tie("party", party_node(person), "address", self.address())
            self.tie("institution", institution_id, "director", person)
        elif kind == 6:  # it was so, and ended
            phone = self.phone()
            self.tie("platform", platform_id, "phone", phone)
            self.ended.append(self.tie("institution", institution_id, "phone", phone))
        else:  # an affiliate, of a platform that does not sell its courses
            self.connect(nth // 8, other_platform_id, institution_id)


def load_replay(context: Context, regime: Regime, *, seed: int = 2020) -> Replay:
    """Platforms, institutions, agreements, courses, listings, ties. Into a database with reference data."""
    load_sample_platforms(context, regime=regime)
    platform_ids = [row[0] for row in db.rows("SELECT id FROM platforms ORDER BY code")]
    case = _Case(context, seed)
    institution_ids = [context.uuid() for _ in range(INSTITUTIONS)]
    sold = _plan(case, platform_ids, institution_ids)
    with db.transaction():
        _insert_partners(context, institution_ids, sold)
        pairs = sorted({(platform_id, institution_id) for _, platform_id, institution_id, _ in sold})
        kinds: dict[UUID, str] = dict(db.rows("SELECT id, kind FROM platforms ORDER BY id"))
        signed = agree_samples(
            context,
            [
                AgreementRequest(
                    platform_id=platform_id,
                    institution_id=institution_id,
                    fee_scheme={"kind": "none"}
                    if kinds[platform_id] == "government"
                    else {"kind": "share", "commission_bp": 1_000},
                    valid_from=context.today,
                    sample=True,
                )
                for platform_id, institution_id in pairs
            ],
            regime=regime,
        )
        assert {result.code.value for result in signed} == {"ok"}
        _insert_courses(context, regime, sold)
        for platform_id in platform_ids:
            case.tie("platform", platform_id, "tax_number", _tax_number(platform_id))
        recorded = record_ties(context, case.ties)
        assert {result.code.value for result in recorded} == {"ok"}
        gone = {id(request) for request in case.ended}
        ids = [
            result.tie_id
            for request, result in zip(case.ties, recorded, strict=True)
            if id(request) in gone and result.tie_id is not None
        ]
        end_ties(context, ids)
    affiliated = frozenset(course_id for course_id, _, _, is_affiliated in sold if is_affiliated)
    return Replay(affiliated, len(sold), len(case.ties))


def _plan(case: _Case, platform_ids: list[UUID], institution_ids: list[UUID]) -> list[tuple[UUID, UUID, UUID, bool]]:
    """(course, platform, institution, affiliated) of every course; ties are collected on the way."""
    random = case.random
    sold: list[tuple[UUID, UUID, UUID, bool]] = []
    for nth, institution_id in enumerate(institution_ids[:AFFILIATES]):
        platform_id, elsewhere_id = random.sample(platform_ids, 2)
        case.connect(nth, platform_id, institution_id)
        share = AFFILIATED_COURSES // AFFILIATES + (nth < AFFILIATED_COURSES % AFFILIATES)
        sold += [(case.context.uuid(), platform_id, institution_id, True) for _ in range(share)]
        # The same institution sells on another platform too: that is no conflict.
        sold.append((case.context.uuid(), elsewhere_id, institution_id, False))
    others = institution_ids[AFFILIATES:]
    home = {}
    for nth, institution_id in enumerate(others):
        home[institution_id], other_platform_id = random.sample(platform_ids, 2)
        case.decoy(nth, home[institution_id], other_platform_id, institution_id)
        sold.append((case.context.uuid(), home[institution_id], institution_id, False))
    while len(sold) < COURSES:
        institution_id = random.choice(others)
        sold.append((case.context.uuid(), home[institution_id], institution_id, False))
    return sold


def _tax_number(platform_id: UUID) -> str:
    return f"08{platform_id.int % 10**13:013d}"


def _insert_partners(context: Context, institution_ids: list[UUID], sold: list[tuple[UUID, UUID, UUID, bool]]) -> None:
    db.execute(
        """
        INSERT INTO institutions (
            id, code, name, kind, province_code, state, owner_entity, evidence, sample, created_at, decree_number,
            decreed_at
        )
        SELECT id, 'kpk-' || n, 'Lembaga KPK ' || n, 'private', '31', 'decreed', 'pemilik kpk ' || n, '{}', true,
            %s, 'SK-' || n, %s
        FROM unnest(%s::uuid[]) WITH ORDINALITY AS item (id, n)
        """,
        [context.now, context.now, institution_ids],
    )
    pairs = sorted({(platform_id, institution_id) for _, platform_id, institution_id, _ in sold})
    db.execute(
        """
        INSERT INTO registrations (
            id, platform_id, institution_id, state, answers, requirement_set_id, unmet, submitted_at, decided_at
        )
        SELECT gen_random_uuid(), pair.platform_id, pair.institution_id, 'agreed', '{}', r.id, '{}', %s, %s
        FROM unnest(%s::uuid[], %s::uuid[]) AS pair (platform_id, institution_id)
        JOIN requirement_sets AS r ON r.platform_id = pair.platform_id AND r.version = 1
        """,
        [context.now, context.now, [one for one, _ in pairs], [other for _, other in pairs]],
    )


def _insert_courses(context: Context, regime: Regime, sold: list[tuple[UUID, UUID, UUID, bool]]) -> None:
    course_ids, platform_ids, institution_ids, _ = zip(*sold, strict=True)
    db.execute(
        """
        INSERT INTO courses (
            id, code, institution_id, title, description, subject, region_code, mode, training_type, hours, price_idr,
            comparison_price_idr, free_elsewhere, bundle, age_min, state, regime_version, sample, proposed_at,
            approved_at
        )
        SELECT id, 'KPK' || n, institution_id, 'Pelatihan KPK ' || n, '', 'general', '31', 'online', 1, 20, 400000,
            500000, false, false, 18, 'approved', %s, true, %s, %s
        FROM unnest(%s::uuid[], %s::uuid[]) WITH ORDINALITY AS item (id, institution_id, n)
        """,
        [regime.version, context.now, context.now, list(course_ids), list(institution_ids)],
    )
    db.execute(
        """
        INSERT INTO listings (id, platform_id, course_id, institution_id, own_entity, listed_from)
        SELECT gen_random_uuid(), platform_id, course_id, institution_id, false, %s
        FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[]) AS item (platform_id, course_id, institution_id)
        """,
        [context.now, list(platform_ids), list(course_ids), list(institution_ids)],
    )
