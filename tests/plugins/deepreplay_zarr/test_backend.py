"""Zarr hierarchies in folders, in zip files and behind URLs."""

from __future__ import annotations

import dataclasses
import itertools
import shutil
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


def test_a_zipped_folder_can_be_read_but_not_written(tmp_path: Path) -> None:
    folder = str(tmp_path / "run.zarr")
    writer = BACKEND.create(folder, "a", {}, {})
    writer.write(0, {"w": np.arange(3.0)})
    writer.commit()
    writer.close()
    archive = shutil.make_archive(folder, "zip", folder)
    assert list(BACKEND.groups(archive)) == ["a"]
    reader = BACKEND.open(archive, "a")
    np.testing.assert_array_equal(reader.read("w", 0), [0, 1, 2])
    reader.close()
    for write in (lambda: BACKEND.resume(archive, "a"), lambda: BACKEND.create(archive, "b", {}, {})):
        with pytest.raises(OSError, match="can be read, not written"):
            write()
    assert list(BACKEND.groups(str(tmp_path / "other.zarr.zip"))) == []


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


def test_a_missing_folder_is_named_and_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no such folder"):
        BACKEND.create(str(tmp_path / "nowhere" / "run.zarr"), "a", {}, {})
    assert list(tmp_path.iterdir()) == []


def test_a_killed_writer_loses_no_record_that_it_acknowledged(tmp_path: Path, killed_writers: Any) -> None:
    locations = [str(tmp_path / f"{attempt}.zarr") for attempt in range(20)]
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
