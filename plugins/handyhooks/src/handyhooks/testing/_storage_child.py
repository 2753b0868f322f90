"""The other process of a storage check: ``python -m handyhooks.testing._storage_child``.

Speaks JSON, one message a line. Asked for a job on standard input, it answers on standard output.
"""

from __future__ import annotations

import base64
import json
import pickle
import sys
from typing import Any

from handyhooks.replay_records import StorageBackend
from handyhooks.testing._storage_trial import differences, record_values

__all__ = ["main"]


def main() -> None:
    """Do one job."""
    job = json.loads(sys.stdin.readline())
    try:
        record = pickle.loads(base64.b64decode(job["record"]))
    except (ImportError, AttributeError) as error:
        _say({"unloadable": f"{type(error).__name__}: {error}"})
        return
    if job["do"] == "read":
        _read(record, job)
    else:
        _write(record, job)


def _say(message: dict[str, Any]) -> None:
    print(json.dumps(message), flush=True)


def _read(record: StorageBackend, job: dict[str, Any]) -> None:
    reader = record.open(job["location"], job["group"])
    found = differences(reader, job["count"])
    reader.close()
    _say({"differences": found})


def _write(record: StorageBackend, job: dict[str, Any]) -> None:
    """Commit records and leave one uncommitted; then wait to be killed."""
    writer = record.create(job["location"], job["group"], {}, {})
    for index in range(job["count"]):
        writer.write(index, record_values(index))
        writer.commit()
    writer.write(job["count"], record_values(job["count"]))
    _say({"differences": []})
    sys.stdin.readline()


if __name__ == "__main__":
    main()
