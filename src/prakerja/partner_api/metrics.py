"""What the process did, in the text format that Prometheus reads."""

from bisect import bisect_left
from collections import Counter as Tally
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from prakerja.partner_api.lanes import BATCH_BUCKETS, Lanes

BUCKETS_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
CONTENT_TYPE: Final = b"text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Answers by call and code, and how long they took."""

    def __init__(self) -> None:
        self._answers: Tally[tuple[str, str]] = Tally()
        self._buckets: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}

    def count(self, call: str, code: str) -> None:
        """One answer that took no time worth telling."""
        self._answers[call, code] += 1

    def note(self, call: str, code: str, seconds: float) -> None:
        """One answer; `code` is `OK` or that of the refusal."""
        self.count(call, code)
        buckets = self._buckets.get(call)
        if buckets is None:
            buckets = self._buckets[call] = [0] * (len(BUCKETS_SECONDS) + 1)
        buckets[bisect_left(BUCKETS_SECONDS, seconds)] += 1
        self._seconds[call] = self._seconds.get(call, 0.0) + seconds

    def text(self, lanes: Iterable[Lanes[Any, Any]]) -> bytes:
        """The whole page."""
        lines = [*self._answer_lines(), *self._latency_lines(), *_lane_lines(list(lanes))]
        return ("\n".join(lines) + "\n").encode()

    def _answer_lines(self) -> Iterator[str]:
        yield from _head("prakerja_api_answers_total", "counter", "Answers by call and code; OK is a success.")
        for (call, code), count in sorted(self._answers.items()):
            yield f'prakerja_api_answers_total{{call="{call}",code="{code}"}} {count}'
        yield from _head("prakerja_api_refusals_total", "counter", "Refusals by code, over all calls.")
        refusals: Tally[str] = Tally()
        for (_, code), count in self._answers.items():
            refusals[code] += count if code != "OK" else 0
        for code, count in sorted(refusals.items()):
            if code != "OK":
                yield f'prakerja_api_refusals_total{{code="{code}"}} {count}'

    def _latency_lines(self) -> Iterator[str]:
        name = "prakerja_api_seconds"
        yield from _head(name, "histogram", "From the whole request to its answer.")
        for call, buckets in sorted(self._buckets.items()):
            yield from _histogram(name, call, BUCKETS_SECONDS, buckets, f"{self._seconds[call]:.6f}")


def _lane_lines(lanes: list[Lanes[Any, Any]]) -> Iterator[str]:
    name = "prakerja_api_batch_size"
    yield from _head(name, "histogram", "Requests that one call of an operation answered.")
    for one in lanes:
        yield from _histogram(name, one.name, BATCH_BUCKETS, [*one.figures.sizes, 0], str(one.figures.items))
    for name, kind, text, figures in (
        ("prakerja_api_batches_total", "counter", "Batches.", [one.figures.batches for one in lanes]),
        ("prakerja_api_batched_items_total", "counter", "Requests in batches.", [one.figures.items for one in lanes]),
        ("prakerja_api_failed_batches_total", "counter", "Failed batches.", [one.figures.failures for one in lanes]),
        (
            "prakerja_api_batch_seconds_total",
            "counter",
            "Time spent in batches.",
            [round(one.figures.busy_seconds, 6) for one in lanes],
        ),
        (
            "prakerja_api_queue_seconds_total",
            "counter",
            "Time that the first request of each batch waited.",
            [round(one.figures.waited_seconds, 6) for one in lanes],
        ),
        (
            "prakerja_api_not_taken_total",
            "counter",
            "Requests refused because the queue was full or the process stops.",
            [one.figures.not_taken for one in lanes],
        ),
        ("prakerja_api_waiting", "gauge", "Requests that wait now.", [one.waiting for one in lanes]),
    ):
        yield from _head(name, kind, text)
        for one, figure in zip(lanes, figures, strict=True):
            yield f'{name}{{call="{one.name}"}} {figure}'


def _head(name: str, kind: str, text: str) -> Iterator[str]:
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} {kind}"


def _histogram(name: str, call: str, limits: Sequence[float], buckets: Sequence[int], total: str) -> Iterator[str]:
    count = 0
    for limit, here in zip((*map(str, limits), "+Inf"), buckets, strict=True):
        count += here
        yield f'{name}_bucket{{call="{call}",le="{limit}"}} {count}'
    yield f'{name}_sum{{call="{call}"}} {total}'
    yield f'{name}_count{{call="{call}"}} {count}'
