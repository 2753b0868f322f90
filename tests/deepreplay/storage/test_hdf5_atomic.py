"""Whatever moment an HDF5 file's writer ends at, the file holds what was flushed, and nothing of it is torn."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepreplay.storage import _hdf5_atomic
from deepreplay.storage._hdf5_atomic import AtomicFile
from deepreplay.storage.hdf5 import BACKEND

pytestmark = pytest.mark.thorough

SHAPES = {"layer0/weights0": (40, 50), "layer1/weights0": (3, 4), "layer2/weights0": (30,)}


@pytest.fixture
def operations(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What is done to files from now on, in order."""
    done: list[tuple[Any, ...]] = []

    def write(descriptor: int, view: memoryview, start: int) -> None:
        done.append(("write", start, bytes(view)))
        write_at(descriptor, view, start)

    def truncate(descriptor: int, size: int) -> None:
        done.append(("truncate", size))
        ftruncate(descriptor, size)

    write_at, ftruncate = _hdf5_atomic.write_at, os.ftruncate
    monkeypatch.setattr(_hdf5_atomic, "write_at", write)
    monkeypatch.setattr(_hdf5_atomic.os, "ftruncate", truncate)
    return done


def moments(before: bytes, operations: list[tuple[Any, ...]]) -> Iterator[tuple[int, bytes]]:
    """The file's bytes after each operation, and in the middle of each long one, beside how many were done."""
    content = bytearray(before)

    def put(start: int, data: bytes) -> None:
        content.extend(bytes(max(0, start + len(data) - len(content))))
        content[start : start + len(data)] = data

    for number, (what, where, *data) in enumerate(operations):
        if what == "truncate":
            content[where:] = bytes(max(0, where - len(content)))
        else:
            # A process that is killed ends its writing between two pages.
            middle = (where + len(data[0]) // 2) // 4096 * 4096 - where
            if middle > 0:
                put(where, data[0][:middle])
                yield number, bytes(content)
            put(where, data[0])
        yield number + 1, bytes(content)


def record(writer: Any, index: int) -> None:
    writer.write(index, {name: np.full(shape, index, dtype="float32") for name, shape in SHAPES.items()})
    writer.commit()


def whole(location: str, group: str) -> int:
    """How many records a group has, after it has been looked whether they are what `record` wrote."""
    reader = BACKEND.open(location, group)
    numbers = np.arange(len(reader), dtype="float32")
    for name, shape in SHAPES.items() if len(reader) else ():
        rows = reader.read(name, slice(None)).reshape(len(reader), -1)
        np.testing.assert_array_equal(rows, np.broadcast_to(numbers[:, None], (len(reader), np.prod(shape))))
    reader.close()
    return len(reader)


@pytest.mark.parametrize(("first", "records"), [(0, 2), (64, 66)])
def test_a_writer_that_ends_at_any_moment_leaves_every_committed_record(
    tmp_path: Path, operations: list[tuple[Any, ...]], first: int, records: int
) -> None:
    """At the start, where everything is new, and about record 64, where an index of 64 chunks is split."""
    location, copy = tmp_path / "run.h5", tmp_path / "copy.h5"
    writer = BACKEND.create(str(location), "old", {}, {"inputs": np.arange(3)})
    record(writer, 0)
    writer.close()
    before = location.read_bytes()
    operations.clear()
    committed = [0]
    writer = BACKEND.create(str(location), "new", {"samples": 3}, {"inputs": np.arange(3)})
    committed.append(len(operations))
    for index in range(records):
        record(writer, index)
        committed.append(len(operations))
    writer.close()
    for done, content in moments(before, operations):
        if done < committed[first]:
            continue
        copy.write_bytes(content)
        assert whole(str(copy), "old") == 1
        acknowledged = sum(done >= number for number in committed) - 2
        if acknowledged >= 0:
            assert whole(str(copy), "new") >= acknowledged
        assert copy.read_bytes() == content
    resumed = BACKEND.resume(str(copy), "new")
    record(resumed, records)
    resumed.close()
    assert whole(str(copy), "new") == records + 1


def test_a_new_file_holds_nothing_or_all_that_was_committed(tmp_path: Path, operations: list[tuple[Any, ...]]) -> None:
    """A writer that is killed before it has committed anything leaves a file that can be begun anew."""
    copy = tmp_path / "copy.h5"
    writer = BACKEND.create(str(tmp_path / "run.h5"), "new", {}, {"inputs": np.arange(10_000)})
    created = len(operations)
    record(writer, 0)
    writer.close()
    born = []
    for done, content in moments(b"", list(operations)):
        copy.write_bytes(content)
        born.append(list(BACKEND.groups(str(copy))) == ["new"])
        if not born[-1]:
            assert done < created
            with pytest.raises(FileNotFoundError):
                BACKEND.open(str(copy), "new")
            begun = BACKEND.create(str(copy), "again", {}, {})
            record(begun, 0)
            begun.close()
            assert BACKEND.groups(str(copy)) == ["again"]
    assert born == sorted(born)
    assert not born[0]
    assert born[-1]


def test_a_flush_that_ends_in_the_middle_of_putting_pages_is_finished_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    location = str(tmp_path / "run.h5")
    writer = BACKEND.create(location, "new", {}, {})
    record(writer, 0)
    starts: list[int] = []

    def write(descriptor: int, view: memoryview, start: int) -> None:
        if 0 in starts:  # the first page is put before the others
            raise OSError(errno.EIO, "Input/output error")
        starts.append(start)
        write_at(descriptor, view, start)

    write_at = _hdf5_atomic.write_at
    monkeypatch.setattr(_hdf5_atomic, "write_at", write)
    with pytest.raises(OSError, match="Input/output error"):
        record(writer, 1)
    monkeypatch.undo()
    writer.close()
    assert whole(location, "new") == 1
    BACKEND.resume(location, "new").close()
    assert whole(location, "new") == 1
    with h5py.File(location) as file:
        np.testing.assert_array_equal(file["new/layer0/weights0"], np.zeros((1, 40, 50)))


@given(
    st.lists(
        st.tuples(
            st.lists(st.tuples(st.integers(0, 20_000), st.binary(min_size=1, max_size=9_000)), max_size=5),
            st.none() | st.integers(0, 25_000),
        ),
        max_size=5,
    )
)
@settings(max_examples=50, deadline=None)
def test_flushes_are_whole_for_any_writes(rounds: list[tuple[list[tuple[int, bytes]], int | None]]) -> None:
    content, flushed = bytearray(), b""
    with tempfile.TemporaryDirectory() as folder:
        location = os.path.join(folder, "file")
        file = AtomicFile(location, "a")
        for writes, size in rounds:
            for start, data in writes:
                content.extend(bytes(max(0, start + len(data) - len(content))))
                content[start : start + len(data)] = data
                file.seek(start)
                assert file.write(data) == len(data)
                assert read_all(file) == content
                with AtomicFile(location, "r") as beside:
                    assert read_all(beside)[: len(flushed)] == flushed
            if size is not None:
                content[size:] = bytes(max(0, size - len(content)))
                file.truncate(size)
            file.flush()
            flushed = bytes(content)
            assert Path(location).read_bytes() == flushed
        file.seek(0)
        file.write(b"x" * 100_000)
        file.close()
        assert Path(location).read_bytes() == flushed


def read_all(file: AtomicFile) -> bytes:
    buffer = bytearray(file.seek(0, os.SEEK_END))
    file.seek(0)
    file.readinto(memoryview(buffer))
    return bytes(buffer)
