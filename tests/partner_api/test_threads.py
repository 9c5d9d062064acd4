import threading
import time

import pytest

from prakerja.partner_api.threads import LastUsedFirst


def wait_for_idle(pool: LastUsedFirst, count: int) -> None:
    """A thread waits at its desk a moment behind the answer."""
    until = time.monotonic() + 60
    while len(pool._idle) != count:
        assert time.monotonic() < until
        time.sleep(0.001)


def test_one_after_the_other_is_the_work_of_one_thread() -> None:
    pool = LastUsedFirst(4, name="t")
    workers = set()
    for _ in range(50):
        workers.add(pool.submit(threading.get_ident).result(timeout=60))
        wait_for_idle(pool, 1)
    assert len(workers) == 1
    pool.shutdown()


@pytest.mark.parametrize("last", [0, 1, 2])
def test_who_worked_last_works_next(last: int) -> None:
    pool = LastUsedFirst(3, name="t")
    ends = [threading.Event() for _ in range(3)]

    def work(end: threading.Event) -> int:
        end.wait(60)
        return threading.get_ident()

    held = [pool.submit(work, end) for end in ends]
    order = [place for place in range(3) if place != last] + [last]
    for count, place in enumerate(order, start=1):
        ends[place].set()
        worker = held[place].result(timeout=60)
        wait_for_idle(pool, count)
    assert pool.submit(threading.get_ident).result(timeout=60) == worker
    pool.shutdown()


def test_as_many_at_once_as_it_has_and_the_rest_waits_its_turn() -> None:
    pool = LastUsedFirst(3, name="t")
    barrier = threading.Barrier(3)
    order: list[int] = []
    held = [pool.submit(barrier.wait, 60) for _ in range(3)]
    for future in [pool.submit(order.append, number) for number in range(20)]:
        future.result(timeout=60)
    for one in held:
        one.result(timeout=60)
    assert sorted(order) == list(range(20))
    pool.shutdown()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("t-")]


def test_what_fails_fails_for_who_asked() -> None:
    pool = LastUsedFirst(1, name="t")
    with pytest.raises(ZeroDivisionError):
        pool.submit(lambda: 1 // 0).result(timeout=60)
    assert pool.submit(lambda: 7).result(timeout=60) == 7
    pool.shutdown()
    with pytest.raises(RuntimeError):
        pool.submit(lambda: 7)
