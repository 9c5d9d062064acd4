"""The jobs of `config/jobs.py` as tasks of procrastinate, the queue in PostgreSQL. Loaded by who works on the queue.

A job's queue lock keeps one of its kind waiting and one running, however many workers there are.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connections
from procrastinate import App, JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from prakerja.config.jobs import JOBS, Job, run_job


def _task(job: Job) -> Callable[[int], int]:
    def run(timestamp: int) -> int:  # noqa: ARG001 - the moment for which the queue asked; a job does what is due now
        try:
            return run_job(job)
        finally:
            connections.close_all()  # the queue runs each job in a thread that it does not keep

    return run


for _job in JOBS:
    app.periodic(cron=_job.cron)(
        app.task(name=_job.name, lock=_job.name, queueing_lock=_job.name, pass_context=False)(_task(_job))
    )


@app.periodic(cron="* * * * *")
@app.task(name="free_stalled_jobs", queueing_lock="free_stalled_jobs", pass_context=True)
async def free_stalled_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - the queue gives it
    """Take jobs of workers that died from their locks; what they had to do is due again at their next turn."""
    manager = context.app.job_manager
    for stalled in await manager.get_stalled_jobs():
        await manager.finish_job(stalled, status=Status.FAILED, delete_job=True)


@contextmanager
def worker_app() -> Iterator[App]:
    """The queue with a pool of connections of its own, as a worker needs it; open it before use."""
    # In place, because the periodic tasks are bound to this app.
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
        yield worker
