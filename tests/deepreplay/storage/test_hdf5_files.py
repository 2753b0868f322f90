"""HDF5 files that are forked with, interrupted, moved away from, deleted, shared by threads, or made by other tools."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from deepreplay.storage import _hdf5_atomic, _hdf5_descriptors, _hdf5_files
from deepreplay.storage.hdf5 import BACKEND


def record(writer: Any, index: int) -> None:
    writer.write(index, {"w": np.full((20, 30), index, dtype="float32")})
    writer.commit()


def begun(location: Path | str, group: str = "a", records: int = 2) -> Any:
    writer = BACKEND.create(str(location), group, {"group": group}, {"inputs": np.arange(3)})
    for index in range(records):
        record(writer, index)
    return writer


def check(location: Path | str, group: str, records: int) -> None:
    reader = BACKEND.open(str(location), group)
    assert len(reader) == records
    np.testing.assert_array_equal(reader.read("w", slice(None))[:, 3, 3], np.arange(records))
    reader.close()


forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


def forked(run: Callable[[], None]) -> int:
    """A process that does something, and ends as Python does."""
    child = os.fork()
    if not child:
        try:
            run()
            _hdf5_files._close_all()  # what it registers to be done at the end; libraries beside it may hang there
        except BaseException:
            os._exit(1)
        os._exit(0)
    return child


@forks
def test_a_forked_process_that_ends_leaves_the_file_alone(tmp_path: Path) -> None:
    location = tmp_path / "run.h5"
    writer = begun(location)
    writer.write(2, {"w": np.full((20, 30), 2, dtype="float32")})
    ready, go = os.pipe()
    child = forked(lambda: os.read(ready, 1) and None)
    writer.commit()
    for index in range(3, 70):
        record(writer, index)
    os.write(go, b"1")
    assert os.waitpid(child, 0)[1] == 0
    for index in range(70, 75):
        record(writer, index)
    writer.close()
    check(location, "a", 75)


@forks
def test_a_forked_process_does_not_keep_the_file_locked(tmp_path: Path) -> None:
    location = tmp_path / "run.h5"
    writer = begun(location)
    ready, go = os.pipe()
    child = forked(lambda: os.read(ready, 1) and None)
    writer.close()
    BACKEND.resume(str(location), "a").close()
    os.write(go, b"1")
    assert os.waitpid(child, 0)[1] == 0


@forks
def test_forked_processes_read_where_they_like(tmp_path: Path) -> None:
    """A descriptor's place is common to both."""
    location = tmp_path / "run.h5"
    begun(location, records=60).close()
    reader = BACKEND.open(str(location), "a")
    reader.read("w", 0)

    def read() -> None:
        for index in [*range(60)] * 5:
            np.testing.assert_array_equal(reader.read("w", index), np.full((20, 30), index))

    child = forked(read)
    read()
    assert os.waitpid(child, 0)[1] == 0


def test_ctrl_c_waits_until_a_record_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    location = tmp_path / "run.h5"
    writer = begun(location)

    def write(*arguments: Any) -> None:
        signal.raise_signal(signal.SIGINT)
        write_at(*arguments)

    write_at = _hdf5_atomic.write_at
    writer.write(2, {"w": np.full((20, 30), 2, dtype="float32")})
    monkeypatch.setattr(_hdf5_atomic, "write_at", write)
    with pytest.raises(KeyboardInterrupt):
        writer.commit()
    monkeypatch.undo()
    check(location, "a", 3)
    record(writer, 3)
    writer.close()
    check(location, "a", 4)


def test_readers_stay_with_their_file_when_the_folder_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    writer = begun("run.h5")
    reader = BACKEND.open("run.h5", "a")
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    record(writer, 2)
    reader.refresh()
    np.testing.assert_array_equal(reader.read("w", 2), np.full((20, 30), 2))
    writer.close()


def test_an_empty_file_is_a_new_one(tmp_path: Path) -> None:
    location = tmp_path / "run.h5"
    location.touch()
    assert BACKEND.groups(str(location)) == []
    for call in (BACKEND.open, BACKEND.resume):
        with pytest.raises(FileNotFoundError, match="The file is empty"):
            call(str(location), "a")
    begun(location).close()
    check(location, "a", 2)


def test_a_file_that_is_deleted_while_it_is_written_is_said_so(tmp_path: Path) -> None:
    location, other = tmp_path / "run.h5", tmp_path / "other.h5"
    writer, moved = begun(location), begun(other)
    location.unlink()
    other.rename(location)
    with pytest.raises(OSError, match="the file was deleted, or another took its place"):
        record(writer, 2)
    record(moved, 2)
    moved.close()
    check(location, "a", 3)
    location.unlink()
    begun(location).close()
    check(location, "a", 2)
    writer.close()


def test_after_a_full_disk_the_same_process_can_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    location = tmp_path / "run.h5"
    writer = begun(location)

    def write(*arguments: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(_hdf5_atomic, "write_at", write)
    with pytest.raises(OSError, match="No space left on device"):
        record(writer, 2)
    monkeypatch.undo()
    again = BACKEND.resume(str(location), "a")
    record(again, 2)
    again.close()
    writer.close()
    check(location, "a", 3)


def test_threads_write_groups_of_one_file_while_others_read_them(tmp_path: Path) -> None:
    location, errors = tmp_path / "run.h5", []
    begun(location, "old", 20).close()
    reader = BACKEND.open(str(location), "old")

    def guarded(work: Callable[[], None]) -> threading.Thread:
        def run() -> None:
            try:
                work()
            except BaseException as error:
                errors.append(error)

        return threading.Thread(target=run)

    def read() -> None:
        for index in [*range(20)] * 5:
            np.testing.assert_array_equal(reader.read("w", index), np.full((20, 30), index))

    threads = [guarded(lambda name=name: begun(location, name, 20).close()) for name in "abc"]  # type: ignore[misc]
    threads += [guarded(read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    for name in "abc":
        check(location, name, 20)


@pytest.mark.parametrize("options", [{"libver": "latest"}, {"userblock_size": 2048}], ids=str)
def test_files_that_other_tools_made_are_written_and_read_beside(tmp_path: Path, options: dict[str, Any]) -> None:
    location, copy = tmp_path / "run.h5", tmp_path / "copy.h5"
    with h5py.File(location, "w", **options) as file:
        file["theirs"] = np.arange(5)
    before = location.read_bytes()[:2048] if "userblock_size" in options else b""
    writer = begun(location)
    reader = BACKEND.open(str(location), "a")
    copy.write_bytes(location.read_bytes())  # as a killed writer leaves it
    record(writer, 2)
    reader.refresh()
    np.testing.assert_array_equal(reader.read("w", 2), np.full((20, 30), 2))
    writer.close()
    for path, records in ((location, 3), (copy, 2)):
        check(path, "a", records)
        assert path.read_bytes().startswith(before)
        with h5py.File(path) as file:
            np.testing.assert_array_equal(file["theirs"], np.arange(5))


def test_a_broken_counter_is_named_and_the_group_can_be_deleted(tmp_path: Path) -> None:
    location = tmp_path / "run.h5"
    begun(location, "good").close()
    begun(location, "bad").close()
    for value in ("many", None):
        with h5py.File(location, "a") as file:
            del file["bad"].attrs["records"]
            if value:
                file["bad"].attrs["records"] = value
        for call in (BACKEND.open, BACKEND.resume):
            with pytest.raises(OSError, match="'bad' is damaged: its attribute 'records' is no count"):
                call(str(location), "bad")
        assert BACKEND.groups(str(location)) == ["bad", "good"]
    BACKEND.delete(str(location), "bad")
    begun(location, "bad").close()
    check(location, "good", 2)


READ_SLOWLY = """
import sys
from deepreplay.storage._hdf5_files import open_file
file = open_file(sys.argv[1], "r")
before = file._raw._read_generation()
print("in", flush=True)
sys.stdin.readline()
print(file._raw._read_generation() == before, flush=True)
file.leave()
sys.stdin.readline()
"""


def test_a_writer_waits_for_what_another_process_reads_but_not_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    location = tmp_path / "run.h5"
    writer = begun(location)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    command = [sys.executable, "-c", READ_SLOWLY, str(location)]
    with subprocess.Popen(command, text=True, **pipes) as process:  # type: ignore[call-overload]
        assert process.stdout.readline() == "in\n"
        monkeypatch.setattr(_hdf5_descriptors, "_PATIENCE", 10)
        # While the writer waits, the reader is told to look whether anything has changed.
        process.stdin.write("\n")
        timer = threading.Timer(0.02, process.stdin.flush)
        timer.start()
        record(writer, 2)
        assert process.stdout.readline() == "True\n"
        process.communicate("\n")
        monkeypatch.undo()
    with subprocess.Popen(command, text=True, **pipes) as process:  # type: ignore[call-overload]
        assert process.stdout.readline() == "in\n"
        record(writer, 3)
        check(location, "a", 4)
        assert process.communicate("\n\n")[0] == "False\n"
    writer.close()
