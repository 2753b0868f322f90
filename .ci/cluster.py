"""Runs a command on a Spark cluster of its own: `python .ci/cluster.py pytest tests/handyspark`.

On loopback, and from the pip-installed pyspark alone, this starts a standalone master and two workers, runs the
command with HANDYSPARK_TEST_MASTER=spark://..., then starts a Spark Connect server on the same cluster and runs the
command with HANDYSPARK_TEST_REMOTE=sc://... What was started is stopped, whatever happens.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

import pyspark

HOST = "127.0.0.1"
WORKERS = 2
PATIENCE = 120
"""Seconds that a process of the cluster may take until it answers."""

SPARK_HOME = Path(pyspark.__file__).parent
ENVIRONMENT = {
    **os.environ,
    "SPARK_HOME": str(SPARK_HOME),
    "SPARK_LOCAL_IP": HOST,
    "PYSPARK_PYTHON": sys.executable,
}


def main(command: list[str]) -> int:
    """Run the command through ``spark://`` and through ``sc://``; 0 where both end well."""
    if not command:
        sys.exit(__doc__)
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _end)
    with ExitStack() as started, tempfile.TemporaryDirectory() as logs:
        master = _start_cluster(started, Path(logs))
        codes = [_run(command, HANDYSPARK_TEST_MASTER=master)]
        remote = _start_connect_server(started, Path(logs), master)
        codes.append(_run(command, HANDYSPARK_TEST_REMOTE=remote))
        # Within the folder of the logs: the processes write into it until they end.
        started.close()
    return max(codes, key=abs)


def _end(number: int, _: FrameType | None) -> None:
    # As an exception, so that what was started is stopped.
    sys.exit(128 + number)


def _start_cluster(started: ExitStack, logs: Path) -> str:
    port, page = _free_port(), _free_port()
    master = f"spark://{HOST}:{port}"
    name = "org.apache.spark.deploy.master.Master"
    running = [
        _start(started, logs / "master.log", name, "-h", HOST, "-p", str(port), "--webui-port", str(page)),
    ]
    _wait(lambda: _state(page) is not None, "the master", running, logs)
    for number in range(WORKERS):
        name = "org.apache.spark.deploy.worker.Worker"
        arguments = ["-h", HOST, "-c", "1", "-m", "2g", "--webui-port", "0", "-d", str(logs / f"work-{number}"), master]
        running.append(_start(started, logs / f"worker-{number}.log", name, *arguments))
    _wait(lambda: (_state(page) or {}).get("aliveworkers") == WORKERS, "the workers", running, logs)
    return master


def _start_connect_server(started: ExitStack, logs: Path, master: str) -> str:
    port = _free_port()
    settings = {
        "spark.connect.grpc.binding.address": HOST,
        "spark.connect.grpc.binding.port": str(port),
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
    }
    server = _start(
        started,
        logs / "connect.log",
        "org.apache.spark.deploy.SparkSubmit",
        *("--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "--master", master),
        *(word for name, value in settings.items() for word in ("--conf", f"{name}={value}")),
        "spark-internal",
    )
    _wait(lambda: _accepts(port), "the Spark Connect server", [server], logs)
    return f"sc://{HOST}:{port}"


def _start(started: ExitStack, log: Path, main_class: str, *arguments: str) -> subprocess.Popen[bytes]:
    return started.enter_context(_running([str(SPARK_HOME / "bin/spark-class"), main_class, *arguments], log))


@contextmanager
def _running(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process with all that it starts itself, and stop them all in the end."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=ENVIRONMENT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        _signal_group(process, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            print(f"{log.stem} does not end; it is killed.", flush=True)
        # Whatever the process has left of its own children, too.
        _signal_group(process, signal.SIGKILL)
        process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _wait(ready: Callable[[], bool], what: str, processes: list[subprocess.Popen[bytes]], logs: Path) -> None:
    until = time.monotonic() + PATIENCE
    while not ready():
        dead = any(process.poll() is not None for process in processes)
        if dead or time.monotonic() > until:
            for log in sorted(logs.glob("*.log")):
                print(f"--- {log.name}\n{log.read_text(errors='replace')[-4000:]}")
            sys.exit(f"{what} {'ended' if dead else f'did not answer in {PATIENCE} s'}; the logs are above.")
        time.sleep(0.3)
    print(f"{what}: ready", flush=True)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])


def _accepts(port: int) -> bool:
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex((HOST, port)) == 0


def _state(page: int) -> dict[str, object] | None:
    """What the master says of its cluster; None while it does not answer."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{page}/json/", timeout=2) as answer:
            state: dict[str, object] = json.load(answer)
            return state
    except (OSError, ValueError):
        return None


def _run(command: list[str], **variables: str) -> int:
    print("+", *(f"{name}={value}" for name, value in variables.items()), *command, flush=True)
    with subprocess.Popen(command, env={**ENVIRONMENT, **variables}) as process:
        try:
            return process.wait()
        except BaseException:
            process.terminate()
            raise


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
