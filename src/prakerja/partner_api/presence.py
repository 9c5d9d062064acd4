"""Addresses at which a participant shows to be present: made for an institution, opened and completed by the page.

The window of a session follows the regime of the day of the purchase (LEARN-01), on the programme's clock; a link
itself lives on the machine's clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from prakerja.kit import codes, db
from prakerja.kit.clock import jakarta_date
from prakerja.kit.context import Context
from prakerja.kit.crypto import keyed_hash
from prakerja.kit.lanes import lane_of
from prakerja.kit.refusals import Code
from prakerja.learning.errors import AttendanceCode
from prakerja.learning.operations import AttendanceRequest, record_attendances
from prakerja.partner_api.formats import with_query
from prakerja.partner_api.queries import CodeFacts
from prakerja.programme.queries import get_regime_book
from prakerja.purchases.errors import RedeemCode
from prakerja.purchases.operations import RedeemRequest, commit_redeem_codes
from prakerja.purchases.rules import RedeemWindow, redeem_windows

SELF_PACED: Final = 2
LINK_LIFE: Final = timedelta(hours=2)
_STATE_BITS: Final = 160
_EMAIL_HASH_BYTES: Final = 16


class PresenceCode(Code):
    """The answer to a person who opened a link, in order of precedence behind `ok`."""

    OK = "ok"
    LINK_UNKNOWN = "link_unknown"
    LINK_USED = "link_used"
    LINK_EXPIRED = "link_expired"
    ANOTHER_PERSON = "another_person"
    VOIDED = "voided"
    CLOSED = "closed"
    OUTSIDE_THE_WINDOW = "outside_the_window"
    NO_PRESENCE = "no_presence"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRequest:
    """A link for one session of a purchase. `email` is the participant's at the institution."""

    facts: CodeFacts
    sequence: int
    redirect_uri: str
    email: str
    actor: str


@dataclass(frozen=True, slots=True)
class LinkResult:
    """The token of the address, and the state that goes back with the browser; None: the e-mail is somebody else's."""

    token: str | None
    state: str = ""


@dataclass(frozen=True, slots=True)
class PresenceView:
    """A link as the page shows it; `participant_id` is whose it is."""

    lane: int
    link_id: UUID
    participant_id: UUID
    purchase_id: UUID
    redeem_code: str
    institution_id: UUID
    institution_name: str
    course_title: str
    sequence: int
    session_starts_at: datetime | None
    redirect_uri: str
    state: str
    expires_at: datetime
    used_at: datetime | None

    @property
    def way_back(self) -> str:
        """The registered callback with `state` added to its own query."""
        return with_query(self.redirect_uri, {"state": self.state})


def is_within_window(facts: CodeFacts, now: datetime) -> bool:
    """Whether the session's window is open, as `record_attendance` decides it. Rule: LEARN-01."""
    if facts.training_type == SELF_PACED:
        return facts.starts_at <= now <= facts.ends_at
    starts_at = facts.session_starts_at or facts.starts_at
    bought_on = jakarta_date(facts.paid_at)
    for window in redeem_windows(get_regime_book().stretches):
        if window.from_date <= bought_on and (window.until_date is None or bought_on < window.until_date):
            return not (_is_before(now, starts_at, window) or _is_behind(now, starts_at, window))
    return False


def _is_before(now: datetime, starts_at: datetime, window: RedeemWindow) -> bool:
    return window.before_minutes is not None and now < starts_at - timedelta(minutes=window.before_minutes)


def _is_behind(now: datetime, starts_at: datetime, window: RedeemWindow) -> bool:
    return window.after_minutes is not None and now > starts_at + timedelta(minutes=window.after_minutes)


def make_links(context: Context, requests: Sequence[LinkRequest], *, machine_now: datetime) -> list[LinkResult]:
    """Make links. An e-mail belongs to one purchase of a course: the first that names it claims it.

    Cost: three statements, one transaction.
    """
    with db.transaction():
        hashes = [_email_hash(one) for one in requests]
        owners = _claim_emails(requests, hashes, machine_now)
        results: list[LinkResult] = []
        items: list[dict[str, object]] = []
        for one, email_hash in zip(requests, hashes, strict=True):
            facts = one.facts
            if owners[email_hash.hex()] != facts.purchase_id:
                results.append(LinkResult(None))
                continue
            link_id = context.ids.uuid(machine_now)
            state = f"{context.ids.bits(_STATE_BITS):040x}"
            results.append(LinkResult(codes.payment_token(facts.lane, link_id), state))
            items.append(
                {
                    "lane": facts.lane,
                    "link_id": link_id,
                    "purchase_id": facts.purchase_id,
                    "institution_id": facts.institution_id,
                    "sequence": one.sequence,
                    "redirect_uri": one.redirect_uri,
                    "state_text": state,
                    "event_id": context.uuid(),
                    "actor": one.actor,
                }
            )
        if items:
            _store(context, items, machine_now)
    return results


def find_presence(token: str) -> PresenceView | None:
    """The link of an address; None for one that we did not make."""
    parsed = codes.parse_payment_token(token)
    if parsed is None:
        return None
    seed, link_id = parsed
    found = db.row(
        """
        SELECT l.lane, l.link_id, p.participant_id, l.purchase_id, p.redeem_code, l.institution_id, i.name, c.title,
            l.sequence, s.starts_at, l.redirect_uri, l.state_text, l.expires_at, l.used_at
        FROM presence_links l
        JOIN purchases p ON p.lane = l.lane AND p.purchase_id = l.purchase_id
        JOIN institutions i ON i.id = l.institution_id
        JOIN courses c ON c.id = p.course_id
        LEFT JOIN sessions s ON s.schedule_id = p.schedule_id AND s.sequence = l.sequence
        WHERE l.lane = %s AND l.link_id = %s
        """,
        (lane_of(seed), link_id),
    )
    return None if found is None else PresenceView(*found)


def complete_presence(
    context: Context, token: str, participant_id: UUID | None, *, presence: str, machine_now: datetime
) -> PresenceCode:
    """Record presence for a link, and redeem the code where session 1 does that. The page has done the presence check.

    Codes in order: link_unknown, link_used, link_expired, another_person, voided, closed, outside_the_window,
    no_presence, ok. One transaction; the link is locked, so that it is used once. Rule: LEARN-01, LEARN-03.
    """
    with db.transaction():
        view = find_presence(token)
        if view is None:
            return PresenceCode.LINK_UNKNOWN
        used = db.value(
            "SELECT used_at FROM presence_links WHERE lane = %s AND link_id = %s FOR NO KEY UPDATE",
            (view.lane, view.link_id),
        )
        if used is not None:
            return PresenceCode.LINK_USED
        if view.expires_at <= machine_now:
            return PresenceCode.LINK_EXPIRED
        if view.participant_id != participant_id:
            return PresenceCode.ANOTHER_PERSON
        code = _attend(context, view, presence)
        if code is PresenceCode.OK:
            db.execute(
                "UPDATE presence_links SET used_at = %s WHERE lane = %s AND link_id = %s",
                (machine_now, view.lane, view.link_id),
            )
        return code


_REDEEMED: Final = {RedeemCode.OK, RedeemCode.CODE_ALREADY_USED}
_REDEEM_CODES: Final = {
    RedeemCode.PURCHASE_VOIDED: PresenceCode.VOIDED,
    RedeemCode.PURCHASE_CLOSED: PresenceCode.CLOSED,
    RedeemCode.OUTSIDE_WINDOW: PresenceCode.OUTSIDE_THE_WINDOW,
}
_ATTENDANCE_CODES: Final = {
    AttendanceCode.OK: PresenceCode.OK,
    AttendanceCode.REPEATED: PresenceCode.OK,
    AttendanceCode.VOIDED: PresenceCode.VOIDED,
    AttendanceCode.NOT_REDEEMED: PresenceCode.CLOSED,
    AttendanceCode.CLOSED: PresenceCode.CLOSED,
    AttendanceCode.OUTSIDE_THE_WINDOW: PresenceCode.OUTSIDE_THE_WINDOW,
    AttendanceCode.NO_PRESENCE: PresenceCode.NO_PRESENCE,
}


def _attend(context: Context, view: PresenceView, presence: str) -> PresenceCode:
    if view.sequence == 1:
        windows = redeem_windows(get_regime_book().stretches)
        redeemed = commit_redeem_codes(context, [RedeemRequest(view.institution_id, view.redeem_code)], windows=windows)
        if redeemed[0].code not in _REDEEMED:
            return _REDEEM_CODES[redeemed[0].code]
    attended = record_attendances(
        context, [AttendanceRequest(view.lane, view.purchase_id, view.institution_id, view.sequence, presence)]
    )
    return _ATTENDANCE_CODES[attended[0].code]


def _email_hash(one: LinkRequest) -> bytes:
    """An e-mail within a course: the same address at another course gives another hash."""
    email = one.email.strip().lower()
    return keyed_hash(one.facts.course_id.bytes + email.encode(), purpose="e-mail of a course")[:_EMAIL_HASH_BYTES]


def _claim_emails(requests: Sequence[LinkRequest], hashes: Sequence[bytes], machine_now: datetime) -> dict[str, UUID]:
    """Whose purchase each course's e-mail is, after those that nobody had were claimed."""
    items = [
        {
            "key": email_hash.hex(),
            "lane": one.facts.lane,
            "subject_id": one.facts.purchase_id,
            "hash": UUID(bytes=email_hash),
        }
        for one, email_hash in zip(requests, hashes, strict=True)
    ]
    db.execute(
        """
        INSERT INTO claims (kind, key, lane, subject_id, hash, claimed_at)
        SELECT 'course_email', g.key, g.lane, g.subject_id, g.hash, %s
        FROM json_to_recordset(%s::json) AS g (key text, lane smallint, subject_id uuid, hash uuid)
        ORDER BY g.key
        ON CONFLICT DO NOTHING
        """,
        (machine_now, db.encode_json(items)),
    )
    found = db.rows(
        "SELECT key, subject_id FROM claims WHERE kind = 'course_email' AND key = ANY (%s) ORDER BY key",
        ([item["key"] for item in items],),
    )
    return dict(found)


def _store(context: Context, items: Sequence[dict[str, object]], machine_now: datetime) -> None:
    db.execute(
        """
        WITH given AS MATERIALIZED (
            SELECT g.*
            FROM json_to_recordset(%(items)s::json) AS g (
                lane smallint, link_id uuid, purchase_id uuid, institution_id uuid, sequence smallint,
                redirect_uri text, state_text text, event_id uuid, actor text
            )
        ), told AS (
            INSERT INTO events (lane, event_id, kind, subject_id, actor, programme_at, payload)
            SELECT
                lane, event_id, 'presence.asked', purchase_id, actor, %(now)s, jsonb_build_object('sequence', sequence)
            FROM given
        )
        INSERT INTO presence_links (
            lane, link_id, purchase_id, institution_id, sequence, redirect_uri, state_text, made_at, expires_at
        )
        SELECT
            lane, link_id, purchase_id, institution_id, sequence, redirect_uri, state_text, %(machine_now)s,
            %(expires_at)s
        FROM given
        """,
        {
            "items": db.encode_json(items),
            "now": context.now,
            "machine_now": machine_now,
            "expires_at": machine_now + LINK_LIFE,
        },
    )
