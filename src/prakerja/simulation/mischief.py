"""What must not work: some people and partners misbehave on purpose, and each is refused with its code."""

from dataclasses import replace
from datetime import timedelta

from prakerja.cards.operations import HandOver, hand_over_cards
from prakerja.catalogue.operations import CourseProposal, propose_courses
from prakerja.participants.operations import sign_up_applicants
from prakerja.partners.operations import AgreementRequest, propose_agreements
from prakerja.selection.operations import Join, approve_decree, join_waves
from prakerja.settlement.operations import ApproveRunRequest, approve_settlement_runs
from prakerja.simulation.cards import Cards
from prakerja.simulation.market import Market
from prakerja.simulation.mischief_at_market import MarketMischief
from prakerja.simulation.mischief_in_class import ClassMischief
from prakerja.simulation.nation import MAKER, Nation, Try
from prakerja.simulation.treasury import Treasury
from prakerja.simulation.waves import Waves


class Mischief:
    """Each try once, on the first day when it is possible; a try that is accepted stops the simulation."""

    def __init__(self, nation: Nation, waves: Waves, cards: Cards, market: Market, treasury: Treasury) -> None:
        self._waves = waves
        self._cards = cards
        self._treasury = treasury
        self._sign_up: dict[str, Try] = {
            "the same NIK signs up again": self._same_nik,
            "an impossible NIK signs up": self._impossible_nik,
            "joins the same wave twice": self._join_twice,
        }
        self._office: dict[str, Try] = {
            "the maker approves the own decree": self._own_decree,
            "the maker approves the own settlement": self._own_settlement,
            "the government's platform wants a fee": self._government_fee,
            "a course dearer than outside": self._dear_course,
            "a card is handed over without a receipt": self._no_receipt,
        }
        self._shop = MarketMischief(market).tries
        self._class = ClassMischief(nation).tries

    @property
    def not_tried(self) -> list[str]:
        """Kinds of misbehaviour for which no occasion came: only in a very small or unfinished nation."""
        return sorted([*self._sign_up, *self._office, *self._shop, *self._class])

    def at_sign_up(self, nation: Nation) -> None:
        """After the day's people have signed up and joined."""
        _try_all(self._sign_up, nation)

    def at_the_office(self, nation: Nation) -> None:
        """Between a maker's act and the approver's."""
        _try_all(self._office, nation)

    def at_the_market(self, nation: Nation) -> None:
        """After the day's purchases."""
        _try_all(self._shop, nation)

    def in_class(self, nation: Nation) -> None:
        """After the afternoon's classes began."""
        _try_all(self._class, nation)

    def _same_nik(self, nation: Nation) -> bool:
        person = next((one for one in nation.people if one.applicant_id is not None), None)
        if person is None:
            return False
        results = sign_up_applicants(nation.context("applicant:portal"), [person.sign_up()])
        nation.must_refuse("the same NIK signs up again", "nik_already_signed_up", results)
        return True

    def _impossible_nik(self, nation: Nation) -> bool:
        entered = replace(nation.people[-1].sign_up(), nik="9931013113900001")
        results = sign_up_applicants(nation.context("applicant:portal"), [entered])
        nation.must_refuse("an impossible NIK signs up", "nik_not_possible", results)
        return True

    def _join_twice(self, nation: Nation) -> bool:
        for wave_id, people in self._waves.joined.items():
            for person in people[:1]:
                joins = [Join(person.known_id, wave_id, person.channel)]
                results = join_waves(nation.context("applicant:portal"), joins, nation.regime)
                nation.must_refuse("joins the same wave twice", "already_joined", results)
                return True
        return False

    def _own_decree(self, nation: Nation) -> bool:
        for decree_id in self._waves.undecided(nation):
            result = approve_decree(nation.context(MAKER), decree_id, nation.regime)
            nation.must_refuse("the maker approves the own decree", "same_person", [result])
            return True
        return False

    def _own_settlement(self, nation: Nation) -> bool:
        for run_id in self._treasury.unsigned_runs:
            results = approve_settlement_runs(nation.context(MAKER), [ApproveRunRequest(run_id)])
            nation.must_refuse("the maker approves the own settlement", "same_person", results)
            return True
        return False

    def _government_fee(self, nation: Nation) -> bool:
        sisnaker = nation.platform_ids["sisnaker"]
        for one in nation.institutions:
            if one.id is not None and sisnaker in one.platform_ids:
                request = AgreementRequest(
                    platform_id=sisnaker,
                    institution_id=one.id,
                    fee_scheme={"kind": "share", "commission_bp": 100},
                    valid_from=nation.today + timedelta(days=400),
                )
                results = propose_agreements(nation.context("platform:sisnaker"), [request], regime=nation.regime)
                nation.must_refuse("the government's platform wants a fee", "government_platform_charges", results)
                return True
        return False

    def _dear_course(self, nation: Nation) -> bool:
        offer = nation.offers[0]
        proposal = CourseProposal(
            institution_id=offer.institution_id,
            title=offer.plan.title,
            mode=offer.plan.mode,
            training_type=offer.plan.training_type,
            hours=offer.plan.hours,
            price_idr=500_000,
            comparison_price_idr=400_000,
            sample=True,
        )
        results = propose_courses(nation.context("institution:contoh"), [proposal], regime=nation.regime)
        nation.must_refuse("a course dearer than outside", "dearer_than_outside", results)
        return True

    def _no_receipt(self, nation: Nation) -> bool:
        for holder in self._cards.at_the_desk[:1]:
            results = hand_over_cards(nation.context("labour_office:dinas-contoh"), [HandOver(holder.card_id, " ")])
            nation.must_refuse("a card is handed over without a receipt", "receipt_missing", results)
            return True
        return False


def _try_all(tries: dict[str, Try], nation: Nation) -> None:
    for what in [what for what, attempt in tries.items() if attempt(nation)]:
        del tries[what]
