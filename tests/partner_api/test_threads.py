import threading

import pytest

from prakerja.partner_api.threads import LastUsedFirst


def test_one_after_the_other_is_the_work_of_one_thread() -> None:
    pool = LastUsedFirst(4, name="t")
    assert {pool.submit(threading.get_ident).result(timeout=5) for _ in range(50)} != set()
    barrier = threading.Barrier(4)
    held = [pool.submit(barrier.wait, 5) for _ in range(3)]
    last = pool.submit(lambda: (barrier.wait(5), threading.get_ident())[1]).result(timeout=5)
    for one in held:
        one.result(timeout=5)
    assert last
    pool.shutdown()


def test_as_many_at_once_as_it_has_and_the_rest_waits_its_turn() -> None:
    pool = LastUsedFirst(3, name="t")
    barrier = threading.Barrier(3)
    order: list[int] = []
    held = [pool.submit(barrier.wait, 5) for _ in range(3)]
    for future in [pool.submit(order.append, number) for number in range(20)]:
        future.result(timeout=5)
    for one in held:
        one.result(timeout=5)
    assert sorted(order) == list(range(20))
    pool.shutdown()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("t-")]


def test_what_fails_fails_for_who_asked() -> None:
    pool = LastUsedFirst(1, name="t")
    with pytest.raises(ZeroDivisionError):
        pool.submit(lambda: 1 // 0).result(timeout=5)
    assert pool.submit(lambda: 7).result(timeout=5) == 7
    pool.shutdown()
    with pytest.raises(RuntimeError):
        pool.submit(lambda: 7)
