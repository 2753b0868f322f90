"""Zarr hierarchies in folders, in zip files and behind URLs."""

from __future__ import annotations

import dataclasses
import errno
import itertools
import os
import shutil
import threading
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zarr
from hypothesis import given
from hypothesis import strategies as st

from deepreplay_zarr.backend import BACKEND
from deepreplay_zarr.names import decode, encode
from handyhooks.testing import check_storage_backend


def test_folders_keep_what_every_backend_promises(tmp_path: Path) -> None:
    numbers = itertools.count()
    check_storage_backend(BACKEND, lambda: str(tmp_path / f"{next(numbers)}.zarr"))


def test_urls_keep_what_every_backend_promises() -> None:
    numbers = itertools.count()
    # What lies at memory:// ends with the process, unlike what lies at other URLs.
    in_memory = dataclasses.replace(BACKEND, persistent=False)
    check_storage_backend(in_memory, lambda: f"memory://conformance/{next(numbers)}.zarr")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_name_can_be_told_from_its_node(name: str) -> None:
    node = encode(name)
    assert decode(node) == name
    assert "/" not in node
    assert node.strip(".") != ""
    assert not node.startswith("__")


def test_any_zarr_tool_reads_what_is_stored(tmp_path: Path) -> None:
    location = str(tmp_path / "run.zarr")
    writer = BACKEND.create(location, "part1", {"samples": 3}, {"inputs": np.eye(3)})
    for index in range(4):
        loss = {"loss": np.array(index / 2)} if index else {}
        writer.write(index, {"layer0/weights0": np.full((2, 3), index, dtype="float32"), **loss})
        writer.commit()
    writer.close()
    run = zarr.open_group(location, mode="r")["part1"]
    assert run.attrs["header"] == {"samples": 3}
    assert run["records"].attrs["committed"] == 4
    np.testing.assert_array_equal(run["static/inputs"], np.eye(3))
    np.testing.assert_array_equal(run["records/layer0.weights0"][:, 0, 0], [0, 1, 2, 3])
    np.testing.assert_array_equal(run["records/loss"], [np.nan, 0.5, 1.0, 1.5])


def record(location: str, group: str, *values: float) -> Any:
    writer = BACKEND.create(location, group, {}, {"inputs": np.eye(2)})
    for index, value in enumerate(values):
        writer.write(index, {"w": np.full(3, float(value))})
        writer.commit()
    return writer


def test_zip_files_keep_what_every_backend_promises(tmp_path: Path) -> None:
    numbers = itertools.count()
    check_storage_backend(BACKEND, lambda: str(tmp_path / f"{next(numbers)}.zarr.zip"))


def test_a_zip_file_is_packed_when_its_last_writer_closes(tmp_path: Path) -> None:
    location = str(tmp_path / "run.zarr.zip")
    first, second = record(location, "a", 1, 2), record(location, "b", 3)
    first.close()
    assert sorted(BACKEND.groups(location)) == ["a", "b"]
    assert not (tmp_path / "run.zarr.zip").exists()
    reader = BACKEND.open(location, "a")
    second.close()
    assert os.listdir(tmp_path) == ["run.zarr.zip"]
    # The reader began in the folder, which is gone: Zarr would give fill values.
    np.testing.assert_array_equal(reader.read("w", slice(None))[:, 0], [1, 2])
    np.testing.assert_array_equal(reader.static("inputs"), np.eye(2))
    with zarr.storage.ZipStore(location, mode="r") as store:
        np.testing.assert_array_equal(zarr.open_group(store, mode="r")["b/records/w"], [[3, 3, 3]])
    BACKEND.delete(location, "b")
    assert (os.listdir(tmp_path), list(BACKEND.groups(location))) == (["run.zarr.zip"], ["a"])


def test_of_two_writers_that_close_at_one_instant_one_packs(tmp_path: Path) -> None:
    location = str(tmp_path / "run.zarr.zip")
    for attempt in range(10):
        writers = [record(location, f"{name}{attempt}", attempt) for name in "ab"]
        together = threading.Barrier(2)

        def close(writer: Any, together: threading.Barrier = together) -> None:
            together.wait()
            writer.close()

        threads = [threading.Thread(target=close, args=[writer]) for writer in writers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert os.listdir(tmp_path) == ["run.zarr.zip"]
        assert len(BACKEND.groups(location)) == 2 * (attempt + 1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="locks are those of POSIX")
def test_a_writer_that_comes_late_to_pack_leaves_what_another_has_packed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    location = str(tmp_path / "run.zarr.zip")
    first, second = record(location, "a", 1, 2), record(location, "b", 3)
    lock = fcntl.flock

    def held_up(handle: int, how: int) -> None:
        if how & fcntl.LOCK_EX:  # meanwhile the other one comes, packs and is gone
            monkeypatch.undo()
            second.close()
        lock(handle, how)

    monkeypatch.setattr(fcntl, "flock", held_up)
    first.close()
    assert os.listdir(tmp_path) == ["run.zarr.zip"]
    np.testing.assert_array_equal(BACKEND.open(location, "a").read("w", slice(None))[:, 0], [1, 2])
    np.testing.assert_array_equal(BACKEND.open(location, "b").read("w", slice(None))[:, 0], [3])


def test_a_disk_that_is_full_when_it_is_packed_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    location = str(tmp_path / "run.zarr.zip")
    record(location, "old", 1).close()
    packed = Path(location).read_bytes()
    writer = record(location, "new", 2, 3)
    write, written = zipfile.ZipFile.write, []

    def full(self: zipfile.ZipFile, *arguments: Any) -> None:
        if len(written) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(arguments)
        write(self, *arguments)

    monkeypatch.setattr(zipfile.ZipFile, "write", full)
    with pytest.raises(OSError, match="No space left"):
        writer.close()
    monkeypatch.undo()
    assert sorted(os.listdir(tmp_path)) == ["run.zarr.zip", "run.zarr.zip.open"]
    assert Path(location).read_bytes() == packed
    np.testing.assert_array_equal(BACKEND.open(location, "new").read("w", slice(None))[:, 0], [2, 3])
    BACKEND.resume(location, "new").close()
    assert os.listdir(tmp_path) == ["run.zarr.zip"]
    np.testing.assert_array_equal(BACKEND.open(location, "new").read("w", slice(None))[:, 0], [2, 3])
    np.testing.assert_array_equal(BACKEND.open(location, "old").read("w", slice(None))[:, 0], [1])


def test_a_folder_that_was_zipped_can_be_gone_on_with(tmp_path: Path) -> None:
    folder = str(tmp_path / "run.zarr")
    record(folder, "a", 1).close()
    archive = shutil.make_archive(folder, "zip", folder)
    writer = BACKEND.resume(archive, "a")
    writer.write(1, {"w": np.full(3, 2.0)})
    writer.commit()
    writer.close()
    np.testing.assert_array_equal(BACKEND.open(archive, "a").read("w", slice(None))[:, 0], [1, 2])
    assert list(BACKEND.groups(str(tmp_path / "other.zarr.zip"))) == []


def test_what_is_no_zip_file_is_told_and_stays(tmp_path: Path) -> None:
    location = tmp_path / "run.zarr.zip"
    record(str(location), "a", 1).close()
    truncated = location.read_bytes()[:-30]
    for content in (b"text", truncated):
        location.write_bytes(content)
        for use in (BACKEND.open, BACKEND.resume, lambda *place: BACKEND.create(*place, {}, {})):
            with pytest.raises(OSError, match="no zip file, or a damaged one"):
                use(str(location), "a")
        assert (os.listdir(tmp_path), location.read_bytes()) == (["run.zarr.zip"], content)


def test_a_file_where_the_folder_should_be_is_told_and_stays(tmp_path: Path) -> None:
    location = tmp_path / "run.zarr"
    location.write_text("notes")
    for use in (BACKEND.open, BACKEND.resume, lambda *place: BACKEND.create(*place, {}, {})):
        with pytest.raises(NotADirectoryError, match="a file, not the folder"):
            use(str(location), "a")
    assert location.read_text() == "notes"


def test_large_arrays_come_in_chunks_of_at_most_a_megabyte(tmp_path: Path) -> None:
    location, array = str(tmp_path / "run.zarr"), np.arange(700_000, dtype="float32").reshape(700, 1000)
    writer = BACKEND.create(location, "a", {}, {})
    writer.write(0, {"weights": array, "bias": np.zeros(4, dtype="float32")})
    writer.commit()
    records = zarr.open_group(location, mode="r")["a/records"]
    assert records["weights"].chunks[0] == 1
    assert np.prod(records["weights"].chunks) * 4 <= 2**20
    assert records["bias"].chunks == (256, 4)
    np.testing.assert_array_equal(records["weights"][0], array)


def test_another_shape_or_dtype_under_one_name_is_refused(tmp_path: Path) -> None:
    writer = BACKEND.create(str(tmp_path / "run.zarr"), "a", {}, {})
    writer.write(0, {"w": np.zeros(2)})
    writer.commit()
    for other in (np.zeros(3), np.zeros(2, dtype="float32")):
        with pytest.raises(ValueError, match="'w' has shape"):
            writer.write(1, {"w": other})


@pytest.mark.parametrize("suffix", [".zarr", ".zarr.zip"])
def test_recordings_stay_where_they_are_when_the_folder_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    """Zarr takes a chunk that it does not find for one that was never written."""
    monkeypatch.chdir(tmp_path)
    writer = BACKEND.create(f"run{suffix}", "a", {}, {"inputs": np.arange(3)})
    writer.write(0, {"w": np.ones((2, 2))})
    writer.commit()
    reader = BACKEND.open(f"run{suffix}", "a")
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    np.testing.assert_array_equal(reader.read("w", 0), np.ones((2, 2)))
    writer.write(1, {"w": np.full((2, 2), 2.0)})
    writer.commit()
    writer.close()
    reader.refresh()
    np.testing.assert_array_equal(reader.read("w", 1), np.full((2, 2), 2.0))
    np.testing.assert_array_equal(reader.static("inputs"), np.arange(3))
    assert list((tmp_path / "other").iterdir()) == []


def test_a_group_has_one_writer_in_a_process(tmp_path: Path) -> None:
    location, record = str(tmp_path / "run.zarr"), {"w": np.zeros(2)}
    first = BACKEND.create(location, "a", {}, {})
    first.write(0, record)
    first.commit()
    second = BACKEND.resume(location, "a")
    with pytest.raises(OSError, match="'a' was deleted, or is recorded by another callback"):
        first.write(1, record)
    first.close()
    second.write(1, record)
    BACKEND.delete(location, "a")
    with pytest.raises(OSError, match="'a' was deleted, or is recorded by another callback"):
        second.commit()
    second.close()


def test_a_missing_folder_is_named_and_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no such folder"):
        BACKEND.create(str(tmp_path / "nowhere" / "run.zarr"), "a", {}, {})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".zarr", ".zarr.zip"])
def test_a_killed_writer_loses_no_record_that_it_acknowledged(tmp_path: Path, killed_writers: Any, suffix: str) -> None:
    locations = [str(tmp_path / f"{attempt}{suffix}") for attempt in range(20)]
    for location in locations:
        older = BACKEND.create(location, "old", {}, {})
        older.write(0, {"w": np.arange(4.0)})
        older.commit()
        older.close()
    for location, acknowledged in killed_writers("deepreplay_zarr.backend", locations):
        reader = BACKEND.open(location, "new")
        last = len(reader) - 1
        assert last >= acknowledged
        numbers = np.arange(last + 1.0)
        for i in range(5):
            np.testing.assert_array_equal(reader.read(f"layer{i}/weights0", slice(None))[:, 0, 0], numbers)
        np.testing.assert_array_equal(reader.read("loss", slice(None)), numbers)

        writer = BACKEND.resume(location, "new")
        writer.write(last + 1, {"loss": np.array(-1.0)})
        writer.commit()
        writer.close()
        np.testing.assert_array_equal(BACKEND.open(location, "old").read("w", 0), np.arange(4.0))
