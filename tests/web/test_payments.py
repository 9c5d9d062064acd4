"""From a signed settlement to paid partners by pages: two sign, one enters the reply of the bank, another books it.

What each may not do, and every row of a reply that cannot be booked.
"""

import re
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from prakerja.access.models import User
from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.incentives.operations import EntitleRequest, entitle_incentives
from prakerja.kit import db
from prakerja.kit.clock import jakarta_date
from prakerja.kit.context import Context
from prakerja.kit.settings import get_settings
from prakerja.payouts.bank_file import BankFile, read_bank_file
from prakerja.payouts.bank_reply import ReplyLine, write_reply_file
from prakerja.payouts.batch_queries import list_bank_replies, list_batch_lines
from prakerja.payouts.operations import OrderRequest, prepare_payment_batch
from prakerja.payouts.queries import get_payment_batch, list_payment_batches
from prakerja.settlement.queries import list_settlement_runs
from prakerja.web.office import payment as payment_pages
from tests.learning.world import certify, complete, link_accounts, make_world
from tests.web.founder import NOW
from tests.web.nation import Nation
from tests.web.people import Cast, set_clock
from tests.web.test_cooperation import page, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(client: Client, nation: Nation, cast: Cast) -> UUID:
    """The batch of the settlement that the approver has signed."""
    client.force_login(cast.user(Role.APPROVER))
    assert "Disetujui." in post(client, "approve_settlement", nation.run_id)
    (found,) = list_payment_batches()
    return found.batch_id


def as_(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def upload(client: Client, batch_id: UUID, content: bytes, name: str = "balasan.csv") -> str:
    return post(client, "payment", batch_id, act="enter", file=SimpleUploadedFile(name, content))


def reply(batch_id: UUID, *, failed: int = 0) -> bytes:
    """What the bank says; `failed`: the line that it could not pay."""
    number = get_payment_batch(batch_id).number
    answers = [
        ReplyLine(one.line, f"{number:06d}-{one.line:06d}", "failed", one.amount_idr, "", "account_closed")
        if one.line == failed
        else ReplyLine(one.line, f"{number:06d}-{one.line:06d}", "paid", one.amount_idr, f"BRI{one.line}", "")
        for one in list_batch_lines(batch_id)
    ]
    return write_reply_file(number, answers).content


def test_a_settlement_is_paid_by_pages(client: Client, cast: Cast, nation: Nation, batch: UUID) -> None:
    office, approver = cast.user(Role.PROGRAMME_OFFICE), cast.user(Role.APPROVER)
    waits = page(as_(client, cast.user(Role.INSTITUTION)), "institution_statements")
    assert "Pembayaran pertama paling lambat" in waits
    assert "Lewat jangka waktu pembayaran" in waits
    assert reverse("payment", args=[batch]) in page(as_(client, office), "settlement", nation.run_id)
    owed = page(client, "settlements")
    assert "Terutang kepada mitra" in owed
    assert owed.count("LPK Maju") == 1
    shown = page(client, "payment", batch)
    assert "Serahkan berkas ke bank" in shown
    assert "LPK Maju" in shown
    where = reverse("bank_file", args=[batch])
    assert where not in shown
    assert client.get(where).status_code == 404
    assert "Kirimkan" not in page(as_(client, approver), "payment", batch)
    assert client.post(reverse("payment", args=[batch]), {"act": "send"}).status_code == 404

    assert "Dikirim. Unduh berkas" in post(as_(client, office), "payment", batch, act="send")
    answer = client.get(where)
    assert answer.headers["Cache-Control"] == "no-store"
    number, lines = read_bank_file(BankFile("x", answer.content))
    assert number == get_payment_batch(batch).number
    assert {line.account for line in lines} == {"1234567890", "2234567890"}
    # No page shows a number of an account.
    assert "1234567890" not in page(client, "payment", batch)
    assert "Kelompok ini sudah di bank." in post(client, "payment", batch, act="send")

    assert "Setiap baris cocok." in upload(client, batch, reply(batch, failed=1))
    assert "Bukukan" not in page(client, "payment", batch)
    (waiting,) = list_bank_replies(batch)
    assert "Balasan bank yang menunggu pengesahan" in page(as_(client, approver), "office")
    shown = page(client, "payment", batch)
    assert "menunggu pengesahan" in shown
    assert "Bukukan" in shown
    assert client.get(reverse("bank_reply_file", args=[waiting.id])).content == reply(batch, failed=1)
    why = post(client, "payment", batch, act="refuse", about=str(waiting.id), reason=" ")
    assert "Tulis alasan penolakan" in why
    assert 'href="#reason"' in why
    assert "Dibukukan." in post(client, "payment", batch, act="confirm", about=str(waiting.id), reason="")
    assert get_payment_batch(batch).state == "answered"
    assert [one.state for one in list_batch_lines(batch)] == ["failed", "paid"]
    failed = page(as_(client, office), "payments")
    assert "menunggu rekening lain dari mitra" in failed
    assert 'value="incentives"' in failed
    assert 'value="retry"' not in failed


def test_incentives_are_put_into_a_batch_by_the_office(client: Client, context: Context) -> None:
    world = make_world(context, lanes=2, sessions=1)
    complete(world)
    certify(world)
    link_accounts(world)
    set_clock(world.after_class)
    users = [UserRequest(role.value, role.value, role) for role in (Role.PROGRAMME_OFFICE, Role.APPROVER)]
    create_users(world.after_class, users)
    office, approver = (user for user in map(find_user, ("programme_office", "approver")) if user is not None)
    assert "Tidak ada insentif yang dapat dibayar" in post(as_(client, office), "payments", act="incentives")
    entitle_incentives(world.after_class, [EntitleRequest(one.lane, one.participant_id) for one in world.people])
    assert "Bayar insentif" not in page(as_(client, approver), "payments")
    assert client.post(reverse("payments"), {"act": "incentives"}).status_code == 404
    assert list_payment_batches() == []
    shown = post(as_(client, office), "payments", act="incentives")
    assert "Kelompok pembayaran disiapkan." in shown
    (batch,) = list_payment_batches()
    assert (batch.purpose, batch.state, batch.lines, batch.total_idr) == ("incentives", "prepared", 2, 1_200_000)
    assert batch.maker == "staff:programme_office"
    shown = page(as_(client, approver), "payment", batch.batch_id)
    assert "Ditandatangani." in post(client, "payment", batch.batch_id, act="sign", about=batch.file_sha256)
    assert "Rp1.200.000" in shown


def test_a_settlement_is_offered_when_there_is_a_day_to_settle(client: Client, cast: Cast, nation: Nation) -> None:
    """Behind a run that ends yesterday no form asks for a period that would end before it begins."""
    as_(client, cast.user(Role.PROGRAMME_OFFICE))
    (last,) = list_settlement_runs()
    assert last.period_until == jakarta_date(NOW)
    shown = page(client, "settlements")
    assert "Semua sampai kemarin sudah masuk penyelesaian." in shown
    assert 'value="prepare"' not in shown
    # Who asks nevertheless gets the form back with what was typed.
    asked = post(client, "settlements", act="prepare", first="2020-08-01", last="2020-08-x")
    assert 'value="2020-08-01"' in asked
    db.execute("UPDATE settlement_runs SET period_until = period_until - 2")
    shown = page(client, "settlements")
    assert "Semua sampai kemarin sudah masuk penyelesaian." not in shown
    assert 'value="prepare"' in shown
    assert nation.run_id == last.run_id


def test_a_faulty_reply_names_every_row_and_keeps_nothing(client: Client, cast: Cast, batch: UUID) -> None:
    as_(client, cast.user(Role.PROGRAMME_OFFICE))
    post(client, "payment", batch, act="send")
    assert "Pilih berkas dari bank." in post(client, "payment", batch, act="enter")
    good = reply(batch)
    bad = good.replace(b",paid,", b",perhaps,", 1).replace(b",BRI2,", b",,")
    shown = upload(client, batch, bad)
    assert "Baris yang tidak dapat dibukukan: 2" in shown
    assert "Statusnya paid atau failed" in shown
    assert "tanpa referensi bank" in shown
    assert 'href="#file"' in shown
    assert "kepala berkas bank" in upload(client, batch, good.replace(b",", b";"))
    assert "bukan berkas CSV" in upload(client, batch, b"\xff\xfe\x00")
    assert "kelompok lain" in upload(client, batch, good.replace(b"H,0", b"H,9", 1))
    many = b"\r\n".join([good.splitlines()[0], *[b"L,1"] * 300, b"T,300,1", b""])
    shown = upload(client, batch, many)
    assert "Baris yang tidak dapat dibukukan: 300" in shown
    assert "Ditampilkan 200 yang pertama." in shown
    assert list_bank_replies(batch) == []
    assert get_payment_batch(batch).state == "sent"


def test_who_entered_a_reply_does_not_book_it(client: Client, cast: Cast, batch: UUID) -> None:
    """The roles are apart; whoever holds both halves by a change of role is stopped by name."""
    office = cast.user(Role.PROGRAMME_OFFICE)
    post(as_(client, office), "payment", batch, act="send")
    upload(client, batch, reply(batch))
    (waiting,) = list_bank_replies(batch)
    for act in ("confirm", "refuse"):
        answer = client.post(reverse("payment", args=[batch]), {"act": act, "about": str(waiting.id)})
        assert answer.status_code == 404
    User.objects.filter(id=office.id).update(role=Role.APPROVER.value)
    said = post(client, "payment", batch, act="confirm", about=str(waiting.id))
    assert "Anda sendiri yang memasukkan balasan ini." in said
    assert list_bank_replies(batch)[0].waits
    auditor = as_(client, cast.user(Role.AUDITOR))
    assert auditor.get(reverse("bank_file", args=[batch])).status_code == 403
    assert auditor.post(reverse("payment", args=[batch]), {"act": "enter"}).status_code == 404
    assert auditor.get(reverse("bank_reply_file", args=[waiting.id])).status_code == 200


def test_a_batch_without_a_second_signature_waits_for_one(client: Client, nation: Nation, cast: Cast) -> None:
    world = nation.market.world
    office, approver = cast.user(Role.PROGRAMME_OFFICE), cast.user(Role.APPROVER)
    order = OrderRequest(nation.lane, "institution", world.institution_id, 1, 1_000)
    batch_id = prepare_payment_batch(
        nation.founder.beginning.acting_as(f"staff:{office.username}"), "settlement", [order]
    ).batch_id
    assert batch_id is not None
    as_(client, office)
    assert "Kelompok ini baru punya satu tanda tangan." in post(client, "payment", batch_id, act="send")
    shown = page(as_(client, approver), "payment", batch_id)
    sha = re.search(r'name="about" value="([0-9a-f]{64})"', shown)
    assert sha is not None
    assert "bukan yang Anda lihat" in post(client, "payment", batch_id, act="sign", about="0" * 64)
    assert "Ditandatangani." in post(client, "payment", batch_id, act="sign", about=sha.group(1))
    assert get_payment_batch(batch_id).approver is not None


def test_the_bank_of_the_sandbox_replies_in_a_sandbox_only(
    client: Client, cast: Cast, batch: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_(client, cast.user(Role.PROGRAMME_OFFICE))
    where = reverse("sandbox_reply", args=[batch])
    assert client.get(where).status_code == 404
    post(client, "payment", batch, act="send")
    assert where in page(client, "payment", batch)
    assert "Setiap baris cocok." in upload(client, batch, client.get(where).content)
    production = get_settings().model_copy(update={"deployment": "production"})
    monkeypatch.setattr(payment_pages, "get_settings", lambda: production)
    assert client.get(where).status_code == 404
    assert where not in page(client, "payment", batch)


def test_whose_account_a_file_shows_is_noted(client: Client, nation: Nation, cast: Cast) -> None:
    """A batch of incentives has people's accounts: the file leaves only with a line in the log of views for each."""
    office = cast.user(Role.PROGRAMME_OFFICE)
    row = db.row("SELECT lane, participant_id, payout_account_id FROM payout_accounts ORDER BY 3 LIMIT 1")
    assert row is not None
    lane, participant_id, account_id = row
    context = nation.founder.beginning.acting_as("staff:pemberi")
    order = OrderRequest(lane, "participant", participant_id, 1, 600_000, account_id=account_id)
    batch_id = prepare_payment_batch(context, "incentives", [order]).batch_id
    db.execute("UPDATE payment_batches SET state = 'approved', approver = 'staff:x', approved_at = now()")
    db.execute("UPDATE payment_batches SET state = 'sent', sent_at = now()")
    before = db.value("SELECT count(*) FROM page_accesses")
    as_(client, office)
    assert client.get(reverse("bank_file", args=[batch_id])).status_code == 200
    assert db.value("SELECT count(*) FROM page_accesses") == before + 1
