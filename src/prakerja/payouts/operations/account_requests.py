"""A partner asks to be paid to an account; somebody of the office who holds the bank's paper confirms it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.crypto import decrypt_field, encrypt_field
from prakerja.partners.conflict_errors import TieCode
from prakerja.partners.conflict_queries import find_paths
from prakerja.partners.files import FileProblem
from prakerja.partners.operations import DocumentUpload, upload_documents
from prakerja.partners.operations.owners import TieRequest, record_ties, reviewer_node
from prakerja.payouts.errors import AccountRequestCode
from prakerja.payouts.models import AccountRequest
from prakerja.payouts.operations.partner_accounts import PartnerAccountRequest, register_partner_accounts
from prakerja.payouts.rules import account_number_is_well_formed, bank_is_well_formed
from prakerja.payouts.states import AccountRequestState

CONFIRMING_TIME = timedelta(days=14)
EVIDENCE_KIND = "bank_account"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEntry:
    """The account to which a partner wants to be paid, with the bank's paper that shows it."""

    payee_kind: Literal["platform", "institution"]
    payee_id: UUID
    bank: str
    holder_name: str
    account_number: str
    file_name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDecision:
    """Confirmed with the number as it stands in the document, typed by who confirms; or refused with a reason."""

    request_id: UUID
    confirms: bool
    account_number: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AccountRequestResult:
    """The answer; the account stands with a request that was confirmed, `problem` with a file that is not taken."""

    code: AccountRequestCode
    request_id: UUID | None = None
    account_id: UUID | None = None
    problem: FileProblem | None = None


def request_accounts(context: Context, requests: Sequence[AccountEntry]) -> list[AccountRequestResult]:
    """Enter accounts; each waits 14 days for the office, then it lapses. The account in use stays in use until then.

    The file is checked and kept among the partner's documents, when nothing else is wrong.

    Codes: partner_unknown, bank_malformed, holder_missing, number_malformed, request_waiting, file_refused.
    Cost: six statements and the check of each file; locks the partners in id order.
    """
    results: list[AccountRequestResult] = []
    new: list[AccountRequest] = []
    with db.transaction():
        known = _lock_partners(requests)
        waiting = set(
            AccountRequest.objects.filter(
                payee_id__in=[one.payee_id for one in requests], state=AccountRequestState.WAITING.value
            )
            .order_by("id")
            .values_list("payee_kind", "payee_id")
        )
        for request in requests:
            code = _entry_code(request, known, waiting)
            if code.is_refusal:
                results.append(AccountRequestResult(code))
                continue
            (paper,) = upload_documents(context, [_paper(request)])
            if paper.document_id is None:
                results.append(AccountRequestResult(AccountRequestCode.FILE_REFUSED, problem=paper.problem))
                continue
            waiting.add((request.payee_kind, request.payee_id))
            new.append(_row(context, request, paper.document_id))
            results.append(AccountRequestResult(code, new[-1].id))
        AccountRequest.objects.bulk_create(new)
        record_events(
            context,
            [
                Event(
                    "partner_account.requested",
                    one.payee_id,
                    {"payee_kind": one.payee_kind, "request_id": one.id, "bank": one.bank},
                )
                for one in new
            ],
        )
    return results


def decide_account_requests(context: Context, requests: Sequence[AccountDecision]) -> list[AccountRequestResult]:
    """Confirm accounts, so that settlement pays to them, or refuse them.

    Who confirms is not who entered, has no tie to the partner, and types the number anew from the document: a number
    that was read by one person only is paid to nobody. A confirmed account is on record as the partner's too (PLAT-02).

    Codes: request_unknown, already_decided, same_person, decider_connected, reason_missing (of a refusal),
    number_differs. Cost: three statements and eight for each confirmed one; locks the requests in id order.
    """
    results: list[AccountRequestResult] = []
    decided: list[AccountRequest] = []
    with db.transaction():
        rows = AccountRequest.objects.select_for_update().filter(id__in=[one.request_id for one in requests])
        found = {one.id: one for one in rows.order_by("id")}
        me = reviewer_node(context.actor)
        ties = find_paths([(me, one.payee_id) for one in found.values()], on=context.today)
        for request in requests:
            entry = found.get(request.request_id)
            if entry is None:
                results.append(AccountRequestResult(AccountRequestCode.REQUEST_UNKNOWN))
                continue
            number = _number_of(entry)
            code = _decision_code(context, request, entry, number, connected=bool(ties[me, entry.payee_id]))
            if code.is_refusal:
                results.append(AccountRequestResult(code, entry.id))
                continue
            entry.state = (AccountRequestState.CONFIRMED if request.confirms else AccountRequestState.REFUSED).value
            entry.decided_by, entry.decided_at, entry.reason = context.actor, context.now, request.reason.strip()
            if request.confirms:
                entry.account_id = _put_in_use(context, entry, number)
            decided.append(entry)
            results.append(AccountRequestResult(code, entry.id, entry.account_id))
        AccountRequest.objects.bulk_update(decided, ["state", "decided_by", "decided_at", "reason", "account_id"])
        _record(context, decided)
    return results


def withdraw_account_requests(
    context: Context, request_ids: Sequence[UUID], *, payee_id: UUID
) -> list[AccountRequestResult]:
    """A partner takes back what waits. Codes: request_unknown (none, or another's), already_decided.

    Cost: three statements; locks the requests in id order.
    """
    results: list[AccountRequestResult] = []
    taken: dict[UUID, AccountRequest] = {}
    with db.transaction():
        rows = AccountRequest.objects.select_for_update().filter(id__in=request_ids, payee_id=payee_id)
        found = {one.id: one for one in rows.order_by("id")}
        for request_id in request_ids:
            entry = found.get(request_id)
            if entry is None:
                results.append(AccountRequestResult(AccountRequestCode.REQUEST_UNKNOWN))
            elif entry.state != AccountRequestState.WAITING.value:
                results.append(AccountRequestResult(AccountRequestCode.ALREADY_DECIDED, entry.id))
            else:
                entry.state, entry.decided_at = AccountRequestState.WITHDRAWN.value, context.now
                taken[entry.id] = entry
                results.append(AccountRequestResult(AccountRequestCode.OK, entry.id))
        AccountRequest.objects.bulk_update(taken.values(), ["state", "decided_at"])
        _record(context, list(taken.values()))
    return results


def lapse_account_requests(context: Context) -> list[UUID]:
    """The default outcome of accounts that nobody confirmed in time: nothing changes. Cost: three statements."""
    with db.transaction():
        due = list(
            AccountRequest.objects.select_for_update()
            .filter(state=AccountRequestState.WAITING.value, due_at__lte=context.now)
            .order_by("due_at", "id")
        )
        for entry in due:
            entry.state, entry.decided_at = AccountRequestState.LAPSED.value, context.now
        AccountRequest.objects.bulk_update(due, ["state", "decided_at"])
        _record(context, due)
    return [one.id for one in due]


_TABLES = {"platform": "platforms", "institution": "institutions"}


def _lock_partners(requests: Sequence[AccountEntry]) -> set[tuple[str, UUID]]:
    """The partners that there are; locked, so that of two entries of one at the same time only one waits."""
    found: set[tuple[str, UUID]] = set()
    for kind, table in _TABLES.items():
        ids = [one.payee_id for one in requests if one.payee_kind == kind]
        rows = db.rows(f"SELECT id FROM {table} WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE", [ids])
        found |= {(kind, row[0]) for row in rows}
    return found


def _entry_code(
    request: AccountEntry, known: set[tuple[str, UUID]], waiting: set[tuple[str, UUID]]
) -> AccountRequestCode:
    partner = (request.payee_kind, request.payee_id)
    if partner not in known:
        return AccountRequestCode.PARTNER_UNKNOWN
    if not bank_is_well_formed(request.bank):
        return AccountRequestCode.BANK_MALFORMED
    if not request.holder_name.strip():
        return AccountRequestCode.HOLDER_MISSING
    if not account_number_is_well_formed(request.account_number):
        return AccountRequestCode.NUMBER_MALFORMED
    return AccountRequestCode.REQUEST_WAITING if partner in waiting else AccountRequestCode.OK


def _paper(request: AccountEntry) -> DocumentUpload:
    return DocumentUpload(
        owner_role=request.payee_kind,
        owner_id=request.payee_id,
        kind=EVIDENCE_KIND,
        file_name=request.file_name,
        content=request.content,
    )


def _row(context: Context, request: AccountEntry, document_id: UUID) -> AccountRequest:
    request_id = context.uuid()
    number = request.account_number
    return AccountRequest(
        id=request_id,
        payee_kind=request.payee_kind,
        payee_id=request.payee_id,
        bank=request.bank.strip(),
        holder_name=request.holder_name.strip(),
        account_cipher=encrypt_field(
            number, table="partner_account_requests", column="account_cipher", row_id=request_id
        ),
        document_id=document_id,
        state=AccountRequestState.WAITING.value,
        entered_by=context.actor,
        entered_at=context.now,
        due_at=context.now + CONFIRMING_TIME,
    )


def _number_of(entry: AccountRequest) -> str:
    return decrypt_field(
        bytes(entry.account_cipher), table="partner_account_requests", column="account_cipher", row_id=entry.id
    )


def _decision_code(
    context: Context, request: AccountDecision, entry: AccountRequest, number: str, *, connected: bool
) -> AccountRequestCode:
    if entry.state != AccountRequestState.WAITING.value:
        return AccountRequestCode.ALREADY_DECIDED
    if entry.entered_by == context.actor:
        return AccountRequestCode.SAME_PERSON
    if connected:
        return AccountRequestCode.DECIDER_CONNECTED
    if not request.confirms:
        return AccountRequestCode.OK if request.reason.strip() else AccountRequestCode.REASON_MISSING
    return AccountRequestCode.OK if request.account_number == number else AccountRequestCode.NUMBER_DIFFERS


def _put_in_use(context: Context, entry: AccountRequest, number: str) -> UUID:
    (registered,) = register_partner_accounts(
        context, [PartnerAccountRequest(entry.payee_kind, entry.payee_id, entry.bank, entry.holder_name, number)]
    )
    assert registered.account_id is not None, registered  # noqa: S101 - what was entered was checked then
    tie = TieRequest(
        holder_kind=entry.payee_kind,
        holder_id=entry.payee_id,
        kind="bank_account",
        value=f"{entry.bank} {number}",
        source=f"document {entry.document_id}",
    )
    (recorded,) = record_ties(context, [tie])
    assert recorded.code in (TieCode.OK, TieCode.REPEATED), recorded  # noqa: S101 - its value was checked before
    return registered.account_id


def _record(context: Context, decided: Sequence[AccountRequest]) -> None:
    record_events(
        context,
        [
            Event(
                f"partner_account.{one.state}",
                one.payee_id,
                {"request_id": one.id, **({"reason": one.reason} if one.reason else {})},
            )
            for one in decided
        ],
    )
