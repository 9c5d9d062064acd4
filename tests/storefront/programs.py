"""The two programs in this process, over an API that does what a test tells it."""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from prakerja.storefront.client import Answered, Outcome, Unknown
from prakerja.storefront.settings import Class, Settings

with warnings.catch_warnings():
    # It wants the next httpx, which the suite does not use elsewhere.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

__all__ = ["CLASS", "LOST", "NOW", "PAID", "UNREACHED", "ScriptedApi", "TestClient", "settings_in"]

NOW = datetime(2020, 7, 15, 3, 30, tzinfo=UTC)
CLASS = Class(
    course_code="k-1",
    schedule_code="j-1",
    title="Barista Dasar",
    institution="LPK Contoh",
    mode="online",
    amount_idr=350_000,
    starts_at=datetime(2020, 7, 15, 4, tzinfo=UTC),
    ends_at=datetime(2020, 7, 16, 6, tzinfo=UTC),
    sessions=(datetime(2020, 7, 15, 4, tzinfo=UTC), datetime(2020, 7, 16, 4, tzinfo=UTC)),
)
PAID = Answered({"transaction_code": "QHBST9GB5OSS888I", "prakerja_name": "Siti", "amount": 350_000})
LOST, UNREACHED = Unknown(was_sent=True), Unknown(was_sent=False)


@dataclass(slots=True)
class ScriptedApi:
    """Answers each call with what stands under its name: an outcome, several in turn, or a function."""

    answers: dict[str, Outcome | list[Outcome] | Callable[[], Outcome]]
    calls: list[tuple[str, Mapping[str, object], str]] = field(default_factory=list)

    def call(self, name: str, body: Mapping[str, object], *, token: str = "") -> Outcome:
        self.calls.append((name, dict(body), token))
        answer = self.answers[name]
        if isinstance(answer, list):
            return answer.pop(0)
        return answer() if callable(answer) else answer

    def named(self, name: str) -> list[tuple[Mapping[str, object], str]]:
        return [(body, token) for called, body, token in self.calls if called == name]


def settings_in(folder: Path) -> Settings:
    return Settings(
        name="Contoh",
        url="http://testserver",
        api_url="http://localhost:1",
        pages_url="http://localhost:8000",
        outbox_url="http://localhost:8000/sandbox/sms/",
        client_code="contoh-1",
        key="rahasia",
        database=folder / "program.sqlite3",
        classes=(CLASS,),
        redirect_uri="http://testserver/hadir/kembali",
        programme_ahead_seconds=round((NOW - datetime.now(UTC)).total_seconds()),
    )
