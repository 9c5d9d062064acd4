"""What clocks start: every job does its work once, and the queue runs it, also after a worker that died."""

import asyncio

import pytest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from prakerja.audit.operations import Event, record_events
from prakerja.audit.queries import list_broken_seals
from prakerja.config import queue
from prakerja.config.jobs import JOBS, run_job
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.selection.queries import list_decrees
from tests.cards.test_revocation import world

BY_NAME = {job.name: job for job in JOBS}


def test_every_job_has_a_rhythm_that_the_queue_reads() -> None:
    periodic = {one.task.name: one for one in app.periodic_registry.periodic_tasks.values()}
    assert set(periodic) == set(BY_NAME) | {"free_stalled_jobs"}
    for one in periodic.values():
        assert 0 < one.croniter.get_next(float) - one.croniter.get_prev(float) <= 3_600


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_a_job_moves_nothing_where_nothing_is_due(name: str) -> None:
    assert run_job(BY_NAME[name]) == 0


@pytest.mark.django_db
def test_who_missed_the_first_purchase_is_proposed_once_and_a_person_signs() -> None:
    """CARD-01: the clock proposes; nobody is revoked before a second signature."""
    world(2)
    job = BY_NAME["propose_revocation"]
    assert run_job(job) == 2
    assert run_job(job) == 0
    (decree,) = list_decrees(state="prepared")
    assert (decree.kind, decree.maker, decree.participants) == ("revocation", "system:worker", 2)
    assert db.value("SELECT count(*) FROM participants WHERE state = 'revoked'") == 0


@pytest.mark.django_db
def test_notices_and_the_end_of_balances_come_by_the_clock() -> None:
    world(1)
    # The machine's day lies years behind the end of this balance (CARD-02).
    assert run_job(BY_NAME["expire_balances"]) == 1
    assert run_job(BY_NAME["expire_balances"]) == 0
    assert db.rows("SELECT state FROM participants") == [("expired",)]


def test_the_queue_runs_a_job_and_forgets_it(committed_db: None, context: Context) -> None:
    record_events(context, [Event("test.happened", context.uuid())])
    app.configure_task("seal_events", queueing_lock="seal_events", lock="seal_events").defer(timestamp=0)
    assert waiting() == 1
    work_once()
    assert waiting() == 0
    assert run_job(BY_NAME["seal_events"]) == 0
    assert list_broken_seals() == []


def test_a_job_of_a_worker_that_died_gives_its_lock_back(committed_db: None) -> None:
    app.configure_task("seal_events", lock="seal_events").defer(timestamp=0)
    db.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    app.configure_task("seal_events", lock="seal_events").defer(timestamp=1)
    app.configure_task("free_stalled_jobs").defer(timestamp=0)
    work_once()  # frees the lock; what waited for it may have been asked for too early
    work_once()
    assert waiting() == 0


def waiting() -> int:
    """Jobs that a test has asked for; the clock may ask for others at any moment."""
    return ProcrastinateJob.objects.filter(args__timestamp__in=[0, 1]).exclude(task_name="free_stalled_jobs").count()


def work_once() -> None:
    async def work() -> None:
        async with worker.open_async():
            await worker.run_worker_async(
                wait=False, delete_jobs="successful", install_signal_handlers=False, listen_notify=False
            )

    with queue.worker_app() as worker:
        asyncio.run(work())
