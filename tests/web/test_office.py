"""Programme office, approver, auditor: figures down to their rows, and the second signature."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.audit.queries import list_events_of
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.oversight.invariants import INVARIANTS
from prakerja.oversight.queries import PAGE_ROWS, office
from prakerja.oversight.queries.office import list_budget_parts
from prakerja.oversight.queries.trails import ROW_SOURCES, list_figure_counts, list_rows
from prakerja.web.office.checks import sum_of
from prakerja.web.office.views import COLUMNS, FIGURES, QUEUES
from tests.web.nation import Nation
from tests.web.people import Cast, work
from tests.web.test_portal import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def approver(client: Client, nation: Nation, cast: Cast) -> Client:
    client.force_login(cast.user(Role.APPROVER))
    return client


def test_money_of_every_budget_adds_up(nation: Nation) -> None:
    budgets = list_budget_parts()
    assert len(budgets) == 6
    assert all(sum_of(budget) == budget.allocated_idr for budget in budgets)
    second = next(budget for budget in budgets if (budget.regime_code, budget.channel) == ("second", "digital"))
    assert second.places_taken == 5
    # Two purchases wait and are held; two became payable, and one person's incentive of Rp600.000 is due.
    assert (second.held_idr, second.payable_idr) == (800_000, 800_000 + 600_000)


def test_every_figure_leads_to_rows_and_each_row_to_its_trail(client: Client, nation: Nation, cast: Cast) -> None:
    client.force_login(cast.user(Role.PROGRAMME_OFFICE))
    counts = {found.code: found.value for found in list_figure_counts()}
    assert counts.keys() == ROW_SOURCES.keys() == FIGURES.keys()
    overview = client.get(reverse("office")).content.decode()
    for code, value in counts.items():
        assert reverse("rows", args=[code]) in overview
        rows = list_rows(code)
        assert len(rows) == value
        page = client.get(reverse("rows", args=[code])).content.decode()
        for row in rows:
            assert reverse("trail", args=[row.subject_id]) in page
    assert {column.code for source in ROW_SOURCES.values() for column in source.columns} == COLUMNS.keys()


def test_every_queue_leads_somewhere(client: Client, nation: Nation, cast: Cast) -> None:
    client.force_login(cast.user(Role.PROGRAMME_OFFICE))
    queues = {queue.code: queue.waiting for queue in office.list_queues()}
    empty = ("completions", "failed_payments", "waiting_people", "print_batches", "payment_batches", "bank_replies")
    none = dict.fromkeys(empty, 0)
    assert queues == {"decrees": 2, "settlements": 1, "waves": 1, **none}
    assert queues.keys() == QUEUES.keys()
    assert "SK menunggu tanda tangan kedua 2 1 hari" in text_of(client, reverse("office"))


def test_a_trail_shows_events_and_transfers(client: Client, nation: Nation, cast: Cast) -> None:
    client.force_login(cast.user(Role.AUDITOR))
    shown = text_of(client, reverse("trail", args=[nation.bought[0].purchase_id]))
    for kind in ("purchase.paid", "certificate.issued"):
        assert kind in shown
    for word in ("pembelian", "komisi", "bagian lembaga"):
        assert word in shown


@pytest.mark.parametrize("length", [12, 16])
def test_a_purchase_is_found_by_either_code(client: Client, nation: Nation, cast: Cast, length: int) -> None:
    client.force_login(cast.user(Role.AUDITOR))
    bought = nation.bought[0]
    column = "redeem_code" if length == 12 else "transaction_code"
    code = str(db.value(f"SELECT {column} FROM purchases WHERE purchase_id = %s", (bought.purchase_id,)))
    assert len(code) == length
    found = client.post(reverse("trails"), {"code": f"{code[:4].lower()} {code[4:]}"})
    assert found.headers["Location"] == reverse("trail", args=[bought.purchase_id])
    assert "Tidak ada pembelian" in client.post(reverse("trails"), {"code": "XXXX"}).content.decode()
    # What an address carries stands in logs and histories: it finds nothing.
    assert client.get(reverse("trails"), {"code": code}).status_code == 200


def test_the_second_signature_makes_participants_with_cards(approver: Client, nation: Nation) -> None:
    before = office.get_decree(nation.prepared_decree_id)
    assert before.state == "prepared"
    assert "Setujui SK" in text_of(approver, reverse("decree", args=[before.decree_id]))
    answer = approver.post(reverse("approve_decree", args=[before.decree_id]), follow=True)
    assert "Ditandatangani." in answer.content.decode()
    assert "Langkah 0 dari 3: menunggu proses kerja" in answer.content.decode()
    # Whoever signs at the same time is told, and nothing happens twice.
    second = approver.post(reverse("approve_decree", args=[before.decree_id]), follow=True)
    assert "Orang lain lebih dulu: gelombang ini sudah dikerjakan." in second.content.decode()
    assert work() == 1
    after = office.get_decree(before.decree_id)
    assert (after.state, after.maker, after.approver) == ("approved", "staff:pmo-1", "staff:test-approver")
    named = db.value(
        """
        SELECT count(*) FROM participants participant
        JOIN cards card ON (card.lane, card.participant_id) = (participant.lane, participant.participant_id)
        WHERE participant.decree_id = %s
        """,
        (before.decree_id,),
    )
    assert named == before.participants
    again = approver.post(reverse("approve_decree", args=[before.decree_id]), follow=True)
    assert "SK ini sudah diputuskan." in again.content.decode()


def test_the_second_person_can_say_no_and_another_decree_is_prepared(
    approver: Client, nation: Nation, cast: Cast
) -> None:
    where = reverse("decree", args=[nation.prepared_decree_id])
    assert "Tidak menandatangani" in text_of(approver, where)
    empty = approver.post(reverse("reject_decree", args=[nation.prepared_decree_id]), {"reason": " "}, follow=True)
    assert "Tulis alasannya" in empty.content.decode()
    done = approver.post(reverse("reject_decree", args=[nation.prepared_decree_id]), {"reason": "salah"}, follow=True)
    assert "Tidak ditandatangani. Penetapan lain dapat disusun." in done.content.decode()
    assert office.get_decree(nation.prepared_decree_id).state == "rejected"
    wave_id = office.get_decree(nation.prepared_decree_id).wave_id
    approver.force_login(cast.user(Role.PROGRAMME_OFFICE))
    approver.post(reverse("wave_act", args=[wave_id, "prepare"]))
    assert work() == 1
    assert [decree.state for decree in office.list_decrees(kind="appointment", state="prepared")] == ["prepared"]


def test_lists_narrow_turn_their_page_and_leave_as_a_file(client: Client, nation: Nation, cast: Cast) -> None:
    client.force_login(cast.user(Role.AUDITOR))
    assert client.get(reverse("waves"), {"state": "nothing"}).status_code == 404
    assert client.get(reverse("waves"), {"after": "x"}).status_code == 404
    shown = client.get(reverse("waves"), {"state": "open"}).content.decode()
    assert reverse("wave", args=[nation.open_wave_id]) in shown
    assert reverse("wave", args=[nation.wave_id]) not in shown
    older = client.get(reverse("waves"), {"after": "2"}).content.decode()
    assert reverse("wave", args=[nation.wave_id]) in older
    assert reverse("wave", args=[nation.open_wave_id]) not in older
    lines = client.get(reverse("waves_csv"), {"state": "decreed"}).content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["gelombang", "1"]
    decrees = client.get(reverse("decrees"), {"kind": "revocation"}).content.decode()
    assert reverse("decree", args=[nation.revocation_id]) in decrees
    assert reverse("decree", args=[nation.decree_id]) not in decrees
    lines = (
        client.get(reverse("decrees_csv"), {"state": "approved", "kind": ""}).content.decode("utf-8-sig").splitlines()
    )
    assert [line.split(",")[1] for line in lines] == ["jenis", "appointment"]


def test_the_second_signature_revokes_for_the_reason_that_was_prepared(approver: Client, nation: Nation) -> None:
    approver.post(reverse("approve_decree", args=[nation.revocation_id]))
    (total,) = office.list_revocation_totals()
    assert (total.reason, total.participants, total.returned_idr) == ("own_request", 1, 3_550_000)
    assert "permintaan sendiri" in text_of(approver, reverse("revocations"))


def test_the_second_signature_makes_the_payment_batch(approver: Client, nation: Nation) -> None:
    answer = approver.post(reverse("approve_settlement", args=[nation.run_id]), follow=True)
    assert "Berkas pembayaran siap untuk bank." in answer.content.decode()
    assert office.get_settlement_run(nation.run_id).approver == "staff:test-approver"
    batches = db.rows("SELECT purpose, maker, approver, total_idr FROM payment_batches ORDER BY number")
    assert batches == [("settlement", "staff:pmo-1", "staff:test-approver", 800_000)]
    kinds = [event.kind for event in list_events_of(nation.run_id)]
    assert kinds == ["settlement_run.prepared", "settlement_run.approved"]


def test_settlements_go_on_with_those_that_wait_first(approver: Client, nation: Nation) -> None:
    """Thirty days of a run each behind one that is signed: 31 rows on two pages, and the signed one is the last."""
    approver.post(reverse("approve_settlement", args=[nation.run_id]))
    db.execute(
        """
        INSERT INTO settlement_runs (
            id, number, period_from, period_until, state, maker, purchases, total_idr, prepared_at
        )
        SELECT uuidv7(), r.number + n, r.period_until + n - 1, r.period_until + n, 'prepared', r.maker, 1, 1,
            r.prepared_at
        FROM settlement_runs AS r
        CROSS JOIN generate_series(1, 30) AS n
        WHERE r.id = %s
        """,
        [nation.run_id],
    )
    first = office.list_settlement_runs()
    shown = first[:PAGE_ROWS]
    rest = office.list_settlement_runs(after=shown[-1].number)
    numbers = [run.number for run in (*shown, *rest)]
    signed = office.get_settlement_run(nation.run_id)
    assert numbers == [*range(signed.number + 30, signed.number, -1), signed.number]
    assert office.find_settled_until() == signed.period_until + timedelta(days=30)
    where = reverse("settlements")
    assert f"{where}?after={shown[-1].number}" in approver.get(where).content.decode()
    second = approver.get(f"{where}?after={shown[-1].number}").content.decode()
    assert reverse("settlement", args=[nation.run_id]) in second
    assert approver.get(f"{where}?after=x").status_code == 404


def test_the_maker_cannot_sign(client: Client, nation: Nation, context: Context) -> None:
    create_users(context, [UserRequest("pmo-1", "Sari", Role.APPROVER)])
    maker = find_user("pmo-1")
    assert maker is not None
    client.force_login(maker)
    page = text_of(client, reverse("decree", args=[nation.prepared_decree_id]))
    assert "Orang kedua harus menyetujuinya." in page
    assert "Setujui SK" not in page
    for name, subject in (("approve_decree", nation.prepared_decree_id), ("approve_settlement", nation.run_id)):
        answer = client.post(reverse(name, args=[subject]), follow=True)
        assert "Orang kedua harus menyetujuinya." in answer.content.decode()
    assert office.get_decree(nation.prepared_decree_id).state == "prepared"
    assert office.get_settlement_run(nation.run_id).state == "prepared"


def test_an_auditor_runs_every_check(client: Client, nation: Nation, cast: Cast) -> None:
    client.force_login(cast.user(Role.AUDITOR))
    assert text_of(client, reverse("checks")).count("belum dijalankan") == len(INVARIANTS)
    page = client.post(reverse("checks")).content.decode()
    assert "Setiap janji yang diperiksa terpenuhi." in page
    assert "belum dijalankan" not in page


def test_a_broken_promise_shows_its_rows(client: Client, nation: Nation, cast: Cast) -> None:
    client.force_login(cast.user(Role.AUDITOR))
    bought = nation.bought[0]
    db.execute("SET session_replication_role = replica")
    db.execute("UPDATE accounts SET balance_idr = balance_idr + 7 WHERE holder_id = %s", (bought.participant_id,))
    db.execute("SET session_replication_role = origin")
    page = client.post(reverse("checks")).content.decode()
    assert "janji dilanggar." in page
    assert str(bought.participant_id) in page


def test_a_single_check_is_run_by_its_name(client: Client, nation: Nation, cast: Cast) -> None:
    client.force_login(cast.user(Role.AUDITOR))
    page = client.post(reverse("checks"), {"name": INVARIANTS[0].name}).content.decode()
    assert page.count("belum dijalankan") == len(INVARIANTS) - 1
    assert client.post(reverse("checks"), {"name": "nothing"}).status_code == 404
