"""A tiny nation in the middle of its year: somebody stands at every step of the way.

Apart from conftest.py, which is imported before Django is set up.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from prakerja.access.roles import Role
from prakerja.cards.operations import issue_cards, prepare_revocation
from prakerja.catalogue.rules import SessionTimes
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.participants.operations import (
    stage_worker_list,
)
from prakerja.payouts.operations import (
    PartnerAccountRequest,
    register_partner_accounts,
)
from prakerja.programme.regimes import Regime
from prakerja.selection.operations import (
    KeeperRequest,
    add_seal_keepers,
    approve_decree,
)
from prakerja.settlement.operations.payable import make_purchases_payable
from prakerja.settlement.operations.runs import prepare_settlement_run
from tests.catalogue.world import Market
from tests.web.founder import BEGINNING, DAY, NOW, Bought, Founder, must


@dataclass(slots=True)
class Nation:
    """Who and what stands where at NOW."""

    market: Market
    regime: Regime
    wave_id: UUID
    decree_id: UUID
    open_wave_id: UUID
    prepared_decree_id: UUID
    revocation_id: UUID
    run_id: UUID
    worker_list_id: UUID
    running_schedule_id: UUID
    labour_office_id: UUID
    seal_keeper_id: UUID
    lane: int
    joiner_id: UUID
    buyer_id: UUID
    founder: Founder
    reviewer: Bought | None = None
    paid: Bought | None = None
    bought: list[Bought] = field(default_factory=list)
    # The classes of tests.web.pages_learning, by whose pages they are made for.
    chain: dict[Role, tuple[UUID, Bought]] = field(default_factory=dict)


def make_nation(context: Context, *, people: int = 6) -> Nation:
    """A nation of `people` who were drawn in the first wave, half as many in each later step."""
    founder = Founder(context, people)
    market = founder.market
    first = founder.sign_up(people, BEGINNING)
    later = founder.sign_up(people, BEGINNING + DAY)
    wave_opens_at = BEGINNING + 2 * DAY
    wave_id = founder.wave(1, wave_opens_at, first, places=people)
    decree_id = founder.draw(wave_id, wave_opens_at + 3 * DAY)
    decreed_at = wave_opens_at + 3 * DAY + timedelta(hours=2)
    must([approve_decree(founder.at(decreed_at, "staff:pmo-2"), decree_id, founder.regime)])
    must([issue_cards(founder.at(decreed_at), decree_id)])

    online = market.course(title="Barista dasar")
    market.listing(online)
    past = SessionTimes(BEGINNING + 12 * DAY, BEGINNING + 12 * DAY + timedelta(hours=2))
    running = SessionTimes(NOW, NOW + timedelta(hours=2))
    past_schedule = market.schedule(online, sessions=[past], seats=people + 10)
    running_schedule = market.schedule(online, sessions=[running], seats=people + 10)
    cards = db.rows(
        """
        SELECT card.card_id, card.number, participant.participant_id, participant.applicant_id
        FROM cards card
        JOIN participants participant
            ON (participant.lane, participant.participant_id) = (card.lane, card.participant_id)
        WHERE card.state = 'active'
        ORDER BY card.card_id
        """
    )
    # The last one does not buy and runs into the deadline.
    half = max(len(cards) // 2, 1)
    done = founder.buy(cards[:half], past_schedule, "tokopedia", decreed_at + DAY)
    waiting = founder.buy(cards[half:-1], running_schedule, "tokopedia", decreed_at + DAY)
    founder.learn(done, past.starts_at)
    founder.entitle(done[1:], past.starts_at + 3 * DAY)
    must(make_purchases_payable(founder.at(past.starts_at + 3 * DAY)))
    must(
        register_partner_accounts(
            founder.beginning,
            [
                PartnerAccountRequest("institution", founder.institution_id, "bni", "LPK Maju", "1234567890"),
                PartnerAccountRequest(
                    "platform", market.world.platforms["tokopedia"], "bni", "Tokopedia", "2234567890"
                ),
            ],
        )
    )
    run = prepare_settlement_run(
        founder.at(NOW - timedelta(hours=1), "staff:pmo-1"), period_from=date(2020, 8, 1), period_until=date(2020, 9, 1)
    )
    must([run])

    second_id = founder.wave(2, NOW - 5 * DAY, later[: people // 2], places=people)
    prepared_decree_id = founder.draw(second_id, NOW - 2 * DAY)
    open_wave_id = founder.wave(3, NOW - DAY, later[people // 2 : -1], places=people)
    revoked = prepare_revocation(founder.at(NOW, "staff:pmo-1"), [cards[-1][2]], founder.regime, reason="own_request")
    must([revoked])
    staged = stage_worker_list(
        founder.at(NOW),
        b"nik;nama;tanggal_lahir;kode_provinsi;status\n"
        b"9912011705950001;Warga 1;1995-05-17;32;laid_off\n"
        b"1234;Salah;1995-05-17;32;laid_off\n",
        name="Daftar Agustus",
        source_name="Disnaker Contoh",
        announced_rows=3,
    )
    must([staged])
    keepers = add_seal_keepers(
        founder.beginning, [KeeperRequest(code, f"Lembaga {code}") for code in ("bps", "kpk", "ui")]
    )
    must(keepers)
    assert run.run_id is not None
    assert revoked.decree_id is not None
    assert staged.worker_list_id is not None
    return Nation(
        market=market,
        regime=founder.regime,
        wave_id=wave_id,
        decree_id=decree_id,
        open_wave_id=open_wave_id,
        prepared_decree_id=prepared_decree_id,
        revocation_id=revoked.decree_id,
        run_id=run.run_id,
        worker_list_id=staged.worker_list_id,
        running_schedule_id=running_schedule,
        labour_office_id=db.value("SELECT id FROM labour_offices WHERE province_code = '32' ORDER BY id LIMIT 1"),
        seal_keeper_id=keepers[0].keeper_id or UUID(int=0),
        lane=done[0].lane,
        joiner_id=later[-1],
        buyer_id=cards[-1][3],
        founder=founder,
        reviewer=done[0],
        paid=done[1] if len(done) > 1 else None,
        bought=[*done, *waiting],
    )
