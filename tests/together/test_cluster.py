"""The cluster that the suite can be run on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path


def processes_of(folder: Path) -> list[str]:
    """Command lines that name a folder."""
    listed = subprocess.run(["ps", "-A", "-ww", "-o", "args"], capture_output=True, text=True, check=True)
    return [line for line in listed.stdout.splitlines() if str(folder) in line]


def test_a_cluster_that_is_ended_early_leaves_no_process(root: Path, tmp_path: Path) -> None:
    sleeping = [sys.executable, "-c", f"import time; time.sleep(600)  # {tmp_path}"]
    with subprocess.Popen(
        [sys.executable, str(root / ".ci/cluster.py"), *sleeping],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    ) as cluster:
        assert cluster.stdout is not None
        assert any("HANDYSPARK_TEST_MASTER=spark://" in line for line in cluster.stdout)
        workers = [line for line in processes_of(tmp_path) if "deploy.worker.Worker" in line]
        assert len(workers) == 2
        cluster.send_signal(signal.SIGTERM)
    assert cluster.returncode == 128 + signal.SIGTERM
    assert processes_of(tmp_path) == []
