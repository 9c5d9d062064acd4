"""`prakerja worker`."""

from typing import Annotated

import typer

from prakerja.cli._children import end_with_parent
from prakerja.cli._session import prepared, say


def command(
    *,
    once: Annotated[bool, typer.Option("--once", help="run each job once, now, in order, and end")] = False,
    with_parent: Annotated[
        bool, typer.Option("--with-parent", help="end when standard input ends", hidden=True)
    ] = False,
) -> None:
    """Run what clocks start: seals, notices, deadlines, payables, default outcomes. Until Ctrl-C or SIGTERM."""
    if with_parent:
        end_with_parent()
    with prepared():
        if once:
            run_all_once()
        else:
            run_worker()


def run_all_once() -> None:
    """Each job once, in the order of the table; what each has moved."""
    from prakerja.config.jobs import JOBS, run_job

    for job in JOBS:
        say(f"{job.name:<32} {run_job(job):>8}")


def run_worker() -> None:
    """Work on the queue; ends in order, after the jobs that run."""
    import logging

    from prakerja.config.queue import worker_app

    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    with worker_app() as app, app.open():
        app.run_worker(concurrency=2, delete_jobs="successful", fetch_job_polling_interval=5, listen_notify=True)
