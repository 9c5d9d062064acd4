"""SCHEME-07: a platform leaves, and what it sold is honoured: redeemed, taught, certified, paid. Nothing new is sold.

Skill Academy's change of September 2020 is the case: platform and institution in one entity, it left as a platform and
stayed as an institution, whose courses others sell.
"""

from datetime import date, timedelta
from uuid import UUID

import pytest

from prakerja.cards.operations import issue_cards
from prakerja.catalogue.rules import SessionTimes
from prakerja.kit import codes, db
from prakerja.kit.context import Context
from prakerja.oversight.invariants.purchases import PurchasesAreWhereRegistered
from prakerja.partners import queries
from prakerja.partners.operations import (
    AccreditationRecord,
    AgreementRequest,
    InstitutionRequest,
    PlatformMove,
    RecordEnd,
    RegistrationMove,
    RegistrationRequest,
    SampleAdmission,
    SanctionDecision,
    SanctionNotice,
    SanctionWord,
    add_to_records,
    admit_sample_institutions,
    agree_samples,
    answer_sanctions,
    decide_sanctions,
    end_records,
    lift_sanctions,
    move_platforms,
    move_registrations,
    notice_sanctions,
    register_institutions,
    submit_registrations,
    verify_registrations,
)
from prakerja.partners.states import InstitutionState, PlatformState, RegistrationState, SanctionKind
from prakerja.purchases.operations.authorize import PurchaseRequest, authorize_purchases
from prakerja.purchases.operations.otps import OtpRequest, OtpResult, send_otps
from prakerja.purchases.rules import hash_request
from prakerja.selection.operations import approve_decree
from prakerja.settlement.operations.payable import make_purchases_payable
from tests.partners.world import ANSWERS, refused
from tests.purchases.world import Counter, give_regular_card, make_counter
from tests.web.founder import BEGINNING, DAY, Founder, must

pytestmark = pytest.mark.django_db

LAST_DAY = BEGINNING + 9 * DAY
CLASS_AT = BEGINNING + 12 * DAY


def cards_of(founder: Founder, people: int) -> list[db.Row]:
    """Participants with active digital cards: card, number, participant, applicant."""
    first = founder.sign_up(people, BEGINNING)
    wave_id = founder.wave(1, BEGINNING + 2 * DAY, first, places=people)
    decree_id = founder.draw(wave_id, BEGINNING + 5 * DAY)
    decreed_at = BEGINNING + 5 * DAY + timedelta(hours=2)
    must([approve_decree(founder.at(decreed_at, "staff:pmo-2"), decree_id, founder.regime)])
    must([issue_cards(founder.at(decreed_at), decree_id)])
    return db.rows(
        """
        SELECT c.card_id, c.number, p.participant_id, p.applicant_id
        FROM cards AS c
        JOIN participants AS p ON p.lane = c.lane AND p.participant_id = c.participant_id
        WHERE c.state = 'active' AND c.channel = 'digital'
        ORDER BY c.card_id
        """
    )


def send_code(founder: Founder, card: db.Row, platform_id: UUID, schedule_id: UUID) -> OtpResult:
    seed = codes.card_lane_seed(card[1]) or 0
    request = OtpRequest(platform_id, f"user-{card[0]}", card[0], seed, schedule_id, 400_000)
    (sent,) = send_otps(founder.at(LAST_DAY), [request], machine_now=LAST_DAY)
    return sent


def pay(founder: Founder, sent: OtpResult, platform_id: UUID) -> str:
    order = PurchaseRequest(
        platform_id=platform_id,
        invoice_code="INV-RUNOFF",
        payment_token=sent.payment_token or "",
        otp=sent.otp or "",
        request_hash=hash_request("INV-RUNOFF"),
    )
    (paid,) = authorize_purchases(founder.at(LAST_DAY), [order], regime=founder.regime, machine_now=LAST_DAY)
    return paid.code


def test_skill_academy_leaves_as_a_platform_and_stays_as_an_institution(context: Context) -> None:
    founder = Founder(context, 6)
    market, platform_id = founder.market, founder.market.world.platforms["skillacademy"]
    cards = cards_of(founder, 6)
    course_id = market.course(title="Barista dasar")
    market.listing(course_id, "skillacademy")
    schedule_id = market.schedule(course_id, sessions=[SessionTimes(CLASS_AT, CLASS_AT + timedelta(hours=2))])
    sold = founder.buy(cards[:2], schedule_id, "skillacademy", LAST_DAY - timedelta(hours=1))

    # A code was sent, then the recognition ends: between OTP and payment nothing is debited.
    sent = send_code(founder, cards[2], platform_id, schedule_id)
    assert sent.code == "ok"
    end = PlatformMove(platform_id=platform_id, state=PlatformState.ENDED)
    must(move_platforms(founder.at(LAST_DAY, "staff:pmo-1"), [end], regime=founder.regime))
    assert pay(founder, sent, platform_id) == "platform_not_active"
    assert send_code(founder, cards[2], platform_id, schedule_id).code == "platform_not_active"

    # What was sold is redeemed, taught, reported by the platform that has ended, certified, and becomes payable, by the
    # agreement at the purchase.
    founder.learn(sold, CLASS_AT)
    must(make_purchases_payable(founder.at(CLASS_AT + 3 * DAY)))
    assert payable() == {"commission": 2 * 40_000, "institution_share": 2 * 360_000}

    # A registration that is suspended afterwards does not make what was sold before it wrong.
    (registration,) = queries.list_registrations(platform_id=platform_id)
    suspend = RegistrationMove(registration_id=registration.id, state=RegistrationState.SUSPENDED, reason="audit")
    must(move_registrations(founder.at(CLASS_AT + 3 * DAY), [suspend]))
    assert db.rows(PurchasesAreWhereRegistered.sql) == []

    # And the entity goes on as an institution, on a platform that has not ended.
    later = founder.at(CLASS_AT + 4 * DAY)
    academy_id = go_on_as_an_institution(later, founder)
    assert queries.get_institution(academy_id).state is InstitutionState.DECREED
    assert queries.get_platform(platform_id).state is PlatformState.ENDED
    again = RegistrationRequest(platform_id=platform_id, institution_id=academy_id, answers=ANSWERS)
    assert submit_registrations(later, [again])[0].code == "platform_not_active"


def payable() -> dict[str, int]:
    return dict(
        db.rows(
            """
            SELECT kind, sum(amount_idr)::bigint
            FROM transfers
            WHERE kind IN ('commission', 'institution_share')
            GROUP BY kind
            ORDER BY kind
            """
        )
    )


def go_on_as_an_institution(context: Context, founder: Founder) -> UUID:
    """The ordinary way of every institution: record, registration, agreement, steps, decree."""
    request = InstitutionRequest(
        code="skill-academy",
        name="Skill Academy",
        kind="private",
        province_code="31",
        owner_entity="PT Ruang Raya Indonesia",
        sample=True,
    )
    academy_id = register_institutions(context, [request])[0].institution_id
    assert academy_id is not None
    tokopedia = founder.market.world.platforms["tokopedia"]
    submitted = submit_registrations(
        context, [RegistrationRequest(platform_id=tokopedia, institution_id=academy_id, answers=ANSWERS)]
    )
    must(submitted)
    must(
        verify_registrations(
            context, [one.registration_id for one in submitted if one.registration_id], regime=founder.regime
        )
    )
    agreement = AgreementRequest(
        platform_id=tokopedia,
        institution_id=academy_id,
        fee_scheme={"kind": "share", "commission_bp": 1_000},
        valid_from=context.today,
        sample=True,
    )
    must(agree_samples(context, [agreement], regime=founder.regime))
    admission = SampleAdmission(institution_id=academy_id, decree_number="SK-SA")
    must(admit_sample_institutions(context, [admission], regime=founder.regime))
    return academy_id


def test_an_institution_that_loses_its_accreditation_in_the_middle_of_a_class_teaches_it_to_the_end(
    context: Context,
) -> None:
    """What was sold is taught, certified and paid; a platform that asks for accreditation takes no new application."""
    founder = Founder(context, 4)
    market = founder.market
    world = market.world
    today = founder.at(BEGINNING).today
    accreditation = AccreditationRecord(
        institution_id=world.institution_id, grade="A", number="LA-1", valid_from=today, valid_until=date(2025, 1, 1)
    )
    must(add_to_records(founder.at(BEGINNING), [accreditation]))
    cards = cards_of(founder, 4)
    course_id = market.course(title="Barista dasar")
    market.listing(course_id, "tokopedia")
    schedule_id = market.schedule(course_id, sessions=[SessionTimes(CLASS_AT, CLASS_AT + timedelta(hours=2))])
    sold = founder.buy(cards[:2], schedule_id, "tokopedia", LAST_DAY)
    # An hour into the class the accreditor takes it back.
    (line,) = [one for one in queries.list_record(world.institution_id) if one.kind == "accreditation"]
    meanwhile = founder.at(CLASS_AT + timedelta(hours=1))
    assert (
        end_records(meanwhile, [RecordEnd(kind="accreditation", record_id=line.id, reason="dicabut")])[0].code == "ok"
    )
    founder.learn(sold, CLASS_AT)
    must(make_purchases_payable(founder.at(CLASS_AT + 4 * DAY)))
    assert payable() == {"commission": 2 * 40_000, "institution_share": 2 * 360_000}
    assert queries.get_institution(world.institution_id).state is InstitutionState.DECREED
    facts = queries.get_facts([world.institution_id], on=meanwhile.today)[world.institution_id]
    assert "accreditation_grade" not in facts


def admit(counter: Counter) -> None:
    """The world of the counter has no papers of its platform; to be reinstated it needs what admitted it (PLAT-01)."""
    shown = {"province_reach": 34} | dict.fromkeys(
        ("works_with_institutions", "licences", "office_agreement", "card_as_payment"), "contoh.pdf"
    )
    db.execute("UPDATE platforms SET evidence = %s::jsonb", [db.encode_json(shown)])


def sanction(counter: Counter, kind: SanctionKind) -> UUID:
    """Noticed, answered and imposed."""
    context = counter.context
    (registration,) = queries.list_registrations(platform_id=counter.world.platform_id)
    notice = SanctionNotice(
        kind=kind,
        rule="LEARN-04",
        notice="Uji",
        evidence=["berkas.pdf"],
        platform_id=counter.world.platform_id,
        institution_id=counter.world.institution_id,
        registration_id=registration.id,
    )
    case_id = notice_sanctions(context.acting_as("staff:pmo-1"), [notice])[0].sanction_id
    assert case_id is not None
    must(
        answer_sanctions(
            context, [SanctionWord(sanction_id=case_id, party_id=counter.world.institution_id, text="Jawaban")]
        )
    )
    decision = SanctionDecision(sanction_id=case_id, impose=True, reason="Uji")
    must(decide_sanctions(context.acting_as("staff:pmo-2"), [decision], regime=counter.regime))
    return case_id


def test_each_sanction_stops_new_sales_and_nothing_else(context: Context) -> None:
    """The counter refuses what is new and leaves what was sold; when it is lifted the counter sells again."""
    counter = make_counter(context)
    admit(counter)
    bought = counter.buy()
    expected = {
        SanctionKind.REGISTRATION_SUSPENSION: "institution_not_registered",
        SanctionKind.INSTITUTION_SUSPENSION: "institution_not_registered",
        SanctionKind.PLATFORM_SUSPENSION: "platform_not_active",
    }
    # The code was sent before the sanction: it does not help.
    order = counter.order(counter.people[1], "S-1")
    for kind, answer in expected.items():
        case_id = sanction(counter, kind)
        assert counter.pay_codes(order) == [answer], kind
        assert counter.purchase("A-1").state == "paid"
        lift = SanctionDecision(sanction_id=case_id, impose=False, reason="Selesai")
        must(lift_sanctions(context.acting_as("staff:pmo-3"), [lift], regime=counter.regime))
    # Under a warning it is sold; under a suspension a purchase can still be taken back.
    sanction(counter, SanctionKind.WARNING)
    assert counter.pay_codes(order) == ["ok"]
    sanction(counter, SanctionKind.INSTITUTION_SUSPENSION)
    assert counter.void(counter.void_request(bought)) == ["ok"]


def test_a_suspended_course_sells_no_more(context: Context) -> None:
    counter = make_counter(context)
    order = counter.order()
    set_course_state(counter, "suspended")
    assert counter.pay_codes(order) == ["schedule_closed"]
    set_course_state(counter, "approved")
    assert counter.pay_codes(order) == ["ok"]


def set_course_state(counter: Counter, state: str) -> None:
    statement = "UPDATE courses SET state = %s WHERE id = (SELECT course_id FROM schedules WHERE id = %s)"
    db.execute(statement, [state, counter.schedule_id])


def test_a_purchase_outside_the_validity_is_refused(context: Context) -> None:
    counter = make_counter(context)
    order = counter.order()
    end_agreement(context.today)
    assert counter.pay_codes(order) == ["no_agreement_in_force"]
    assert refused("UPDATE agreements SET valid_from = %s", date(2020, 9, 2)) == "agreement_terms_are_never_edited"


def end_agreement(day: date) -> None:
    db.execute("UPDATE agreements SET valid_until = %s", [day])


def test_a_digital_card_chooses_on_a_platform_both_ways_of_teaching(context: Context) -> None:
    """SCHEME-02, SCHEME-03: training online and face to face; a regular card only face to face (SCHEME-04)."""
    counter = make_counter(context).without_order_of_courses()
    offline = counter.add_class("offline", mode="offline", training_type=3)
    digital, regular = counter.people[:2]
    online_order = counter.order(digital, "B-1")
    assert counter.pay_codes(online_order) == ["ok"]
    assert counter.pay_codes(counter.order(digital, "B-2", schedule_id=offline)) == ["ok"]
    give_regular_card(regular)
    assert counter.pay_at_counter(counter.counter_order(regular, "L-1")) == ["channel_not_allowed"]
    assert counter.pay_at_counter(counter.counter_order(regular, "L-2", schedule_id=offline)) == ["ok"]
