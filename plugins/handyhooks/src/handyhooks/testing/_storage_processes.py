"""Promises of storage backends about other processes."""

from __future__ import annotations

import base64
import json
import os
import pickle
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from handyhooks.testing._storage_trial import GROUP, Trial, record_values
from handyhooks.testing.conformance import NotCheckedWarning

__all__ = ["survives_a_killed_writer", "works_beside_another_process"]

_COUNT: Final = 3


def works_beside_another_process(trial: Trial) -> None:
    """What one process committed, another reads; beside the live writer where `concurrent_read` says so."""
    if not trial.record.persistent:
        return
    writer = trial.create()
    for index in range(_COUNT):
        writer.write(index, record_values(index))
        writer.commit()
    writer.write(_COUNT, record_values(_COUNT))
    if trial.record.concurrent_read:
        _reads_elsewhere(trial, "beside the live writer")
    writer.close()
    _reads_elsewhere(trial, "after the writer was closed")


def survives_a_killed_writer(trial: Trial) -> None:
    """Committed records outlive a writer that is killed, and can be gone on from."""
    if not trial.record.persistent:
        return
    with _child(trial, "write") as started:
        if started and trial.record.concurrent_read:
            trial.holds(_COUNT)
    if not started:
        return
    trial.holds(_COUNT)
    writer = trial.record.resume(trial.location, GROUP)
    writer.write(_COUNT, record_values(_COUNT))
    writer.commit()
    writer.close()
    trial.holds(_COUNT + 1)


def _reads_elsewhere(trial: Trial, when: str) -> None:
    with _child(trial, "read", when):
        pass


@contextmanager
def _child(trial: Trial, job: str, when: str = "") -> Iterator[bool]:
    """Give a job to another process and hear its answer; kill it at the end. False where it can't load the record."""
    try:
        record = base64.b64encode(pickle.dumps(trial.record)).decode()
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        _not_checked(trial, f"{type(error).__name__}: {error}")
        yield False
        return
    message = {"record": record, "do": job, "location": trial.location, "group": GROUP, "count": _COUNT}
    command = [sys.executable, "-m", "handyhooks.testing._storage_child"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment,
    ) as process:
        try:
            yield _heard(trial, process, json.dumps(message), when)
        finally:
            process.kill()


def _heard(trial: Trial, process: subprocess.Popen[str], message: str, when: str) -> bool:
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise RuntimeError("The other process has no pipes.")
    process.stdin.write(message + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        last = process.stderr.read().strip().splitlines()[-1:]
        trial.expect(False, f"{f'The other process failed {when}'.rstrip()}: {' '.join(last)}")
    answer = json.loads(line)
    if "unloadable" in answer:
        _not_checked(trial, answer["unloadable"])
        return False
    found = answer["differences"]
    trial.expect(not found, f"Read in another process {when}: {'; '.join(found)}.")
    return True


def _not_checked(trial: Trial, cause: str) -> None:
    warnings.warn(
        f"What {trial.record.name!r} promises about other processes was not checked ({trial.promise}): another "
        f"process can't import its functions ({cause}). Define them at the top of a module.",
        NotCheckedWarning,
        stacklevel=2,
    )
