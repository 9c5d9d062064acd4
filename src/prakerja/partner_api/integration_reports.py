"""What a sandbox has seen of a platform's software, for the production that admits it: a report that only it can sign.

A deployment is a sandbox or production, never both, and calls are tried in the sandbox only. So the sandbox signs what
it recorded (Ed25519 over RFC 8785, with a key made of its own secret), the platform carries the file over, and
production takes it by the public half in its settings. Neither the platform nor the office can write one.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

import msgspec
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.refusals import Code
from prakerja.kit.settings import get_settings, sandbox_key
from prakerja.kit.structs import examine
from prakerja.partner_api.models import IntegrationRun
from prakerja.partners.models import INTEGRATION_CHECKS, IntegrationCheck, Platform
from prakerja.partners.operations import IntegrationResult, record_integration_checks

FORMAT: Final = "prakerja-integration-report-1"
REPORT_LIFE: Final = timedelta(days=90)
REPORT_BYTES_MAX: Final = 50_000
_PURPOSE: Final = b"integration report"


class ReportCode(Code):
    """Answers to a report that a platform brings, in order of precedence."""

    OK = "ok"
    PLATFORM_UNKNOWN = "platform_unknown"
    NO_SANDBOX_KNOWN = "no_sandbox_known"
    REPORT_MALFORMED = "report_malformed"
    SIGNATURE_WRONG = "signature_wrong"
    ANOTHER_PLATFORM = "another_platform"
    REPORT_TOO_OLD = "report_too_old"
    CHECKS_MISSING = "checks_missing"
    REPORT_REPEATED = "report_repeated"


class _Check(msgspec.Struct, frozen=True):
    name: str
    evidence: list[dict[str, str]]


class _Content(msgspec.Struct, frozen=True):
    format: str
    platform: str
    run: str
    passed_at: str
    checks: list[_Check]


class _File(msgspec.Struct, frozen=True):
    report: _Content
    signature: str


examine(_File)


@dataclass(frozen=True, slots=True)
class _Report:
    """A file in the form of a report; whether it says the truth is decided by its signature."""

    text: bytes
    content: _Content
    signature: bytes
    passed_at: datetime


def report_public_key() -> str:
    """The public half of the key with which this sandbox signs, in hexadecimal digits.

    Raises:
        RuntimeError: the deployment is not a sandbox.
    """
    return _public(_private(_own_secret()))


def make_report(platform_id: UUID) -> bytes | None:
    """The signed report of a platform's newest run that was passed; None when there is none. Two statements.

    Raises:
        RuntimeError: the deployment is not a sandbox.
    """
    key = _private(_own_secret())
    run = (
        IntegrationRun.objects.select_related("platform")
        .filter(platform_id=platform_id, state="passed")
        .order_by("-id")
        .first()
    )
    if run is None or run.ended_at is None:
        return None
    rows = IntegrationCheck.objects.filter(platform_id=platform_id, passed=True).order_by("checked_at", "id")
    proven = {one.name: one.evidence for one in rows if any(shown.get("run") == str(run.id) for shown in one.evidence)}
    checks = [_Check(name, proven[name]) for name in INTEGRATION_CHECKS]
    content = _Content(FORMAT, run.platform.code, str(run.id), run.ended_at.isoformat(), checks)
    return msgspec.json.format(msgspec.json.encode(_File(content, key.sign(_canonical(content)).hex())), indent=1)


def accept_report(context: Context, platform_id: UUID, file: bytes, *, machine_now: datetime) -> ReportCode:
    """Record the checks of a report that the sandbox signed; what counts is the file, not who brings it.

    Codes: platform_unknown, no_sandbox_known (production has no public half in its settings), report_malformed,
    signature_wrong, another_platform, report_too_old (90 days), checks_missing, report_repeated. Rule: PLAT-01.
    Cost: five statements.
    """
    with db.transaction():
        platform = Platform.objects.select_for_update().filter(id=platform_id).first()
        known = get_settings().sandbox_report_key
        report = _read(file)
        code = _report_code(platform, known, report, machine_now)
        if platform is None or report is None or code.is_refusal:
            return code
        evidence = {one.name: one.evidence for one in report.content.checks}
        digest = sha256(report.text).hexdigest()
        rows = IntegrationCheck.objects.filter(platform=platform).order_by("id")
        if any(shown.get("report") == digest for row in rows for shown in row.evidence):
            return ReportCode.REPORT_REPEATED
        record_integration_checks(
            context.acting_as("system:sandbox-report"),
            [
                IntegrationResult(
                    platform_id=platform.id,
                    name=name,
                    passed=True,
                    evidence=[{**shown, "report": digest} for shown in evidence[name]],
                )
                for name in INTEGRATION_CHECKS
            ],
        )
    return ReportCode.OK


def _report_code(platform: Platform | None, known: str, report: _Report | None, machine_now: datetime) -> ReportCode:
    if platform is None:
        return ReportCode.PLATFORM_UNKNOWN
    # Anybody can sign with the well-known secret of a sandbox that was never given one of its own.
    if not known or known == _public(_private(bytes.fromhex(sandbox_key("secret_key")))):
        return ReportCode.NO_SANDBOX_KNOWN
    if report is None:
        return ReportCode.REPORT_MALFORMED
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(known)).verify(report.signature, report.text)
    except InvalidSignature:
        return ReportCode.SIGNATURE_WRONG
    return _content_code(platform, report, machine_now)


def _content_code(platform: Platform, report: _Report, machine_now: datetime) -> ReportCode:
    if report.content.platform != platform.code:
        return ReportCode.ANOTHER_PLATFORM
    if report.passed_at < machine_now - REPORT_LIFE:
        return ReportCode.REPORT_TOO_OLD
    proven = {one.name for one in report.content.checks if one.evidence}
    return ReportCode.OK if proven >= set(INTEGRATION_CHECKS) else ReportCode.CHECKS_MISSING


def _read(file: bytes) -> _Report | None:
    if len(file) > REPORT_BYTES_MAX:
        return None
    try:
        found = msgspec.json.decode(file, type=_File)
        passed_at = datetime.fromisoformat(found.report.passed_at)
        report = _Report(_canonical(found.report), found.report, bytes.fromhex(found.signature), passed_at)
    except (msgspec.DecodeError, ValueError):
        return None
    return report if found.report.format == FORMAT and passed_at.tzinfo is not None else None


def _canonical(content: _Content) -> bytes:
    return rfc8785.dumps(msgspec.to_builtins(content))


def _own_secret() -> bytes:
    if get_settings().deployment != "sandbox":
        raise RuntimeError("reports are signed in a sandbox only")
    return get_settings().key("secret_key")


def _private(secret: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hmac.digest(secret, _PURPOSE, "sha256"))


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
