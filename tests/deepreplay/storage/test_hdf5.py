"""The layout of HDF5 files, and what becomes of them when something goes wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepreplay.storage._hdf5_names import decode, encode
from deepreplay.storage.hdf5 import BACKEND


@given(st.text())
def test_any_name_can_be_told_from_its_object(name: str) -> None:
    assert decode(encode(name)) == name
    assert decode(encode(name, taken=True)) == name
    assert encode(name, taken=True) != encode(name)
    assert "/" not in encode(name)
    assert encode(name) not in ("", ".", "..")


@given(st.from_regex(r"[a-z_ ]+[a-z0-9_. ]*", fullmatch=True))
def test_plain_names_stay(name: str) -> None:
    assert encode(name) == name


def test_what_is_taken_or_holds_a_slash_is_escaped_with_its_name_in_an_attribute(tmp_path: Path) -> None:
    location = str(tmp_path / "run.h5")
    writer = BACKEND.create(location, "a", {}, {"inputs": np.zeros(3)})
    writer.write(0, {"layer0/weights0": np.zeros((2, 2))})
    writer.write(1, {"inputs": np.array(1.0), "a/b": np.array(2.0), "layer0": np.array(3.0)})
    writer.commit()
    writer.close()
    with h5py.File(location) as file:
        own = {item.attrs["name"]: item[()].tolist() for item in file["a"].values() if "name" in item.attrs}
    assert own == {"inputs": [1.0], "a/b": [2.0], "layer0": [3.0]}


@pytest.mark.parametrize("name", ["inputs", "/a", "", ".", "a b"])
def test_a_record_may_have_the_name_of_a_static_array(tmp_path: Path, name: str) -> None:
    location = str(tmp_path / "run.h5")
    writer = BACKEND.create(location, "a", {}, {name: np.zeros(3)})
    writer.write(0, {name: np.ones(2)})
    writer.commit()
    writer.close()
    reader = BACKEND.open(location, "a")
    np.testing.assert_array_equal(reader.static(name), np.zeros(3))
    np.testing.assert_array_equal(reader.read(name, 0), np.ones(2))
    reader.close()


def test_numbers_have_a_row_for_every_record_from_1_on(tmp_path: Path) -> None:
    location = str(tmp_path / "run.h5")
    writer = BACKEND.create(location, "a", {}, {})
    for index in range(6):
        late = {"late": np.array(index / 2)} if index in (3, 5) else {}
        writer.write(index, {"weights": np.full(2, index), **late})
        writer.commit()
    writer.close()
    with h5py.File(location) as file:
        np.testing.assert_array_equal(file["a/late"], [np.nan, np.nan, 1.5, np.nan, 2.5])
    reader = BACKEND.open(location, "a")
    with pytest.raises(KeyError):
        reader.read("late", 4)
    assert reader.read("late", 5) == 2.5
    reader.close()


def test_arrays_that_come_every_few_records_have_no_empty_rows(tmp_path: Path) -> None:
    location = str(tmp_path / "run.h5")
    writer = BACKEND.create(location, "a", {}, {})
    for index in range(8):
        writer.write(index, {"weights": np.full((2, 3), index)} if index % 3 == 0 else {})
    writer.commit()
    writer.close()
    with h5py.File(location) as file:
        np.testing.assert_array_equal(file["a/weights"][:, 0, 0], [0, 3, 6])
    reader = BACKEND.open(location, "a")
    np.testing.assert_array_equal(reader.read("weights", slice(0, 8, 3))[:, 0, 0], [0, 3, 6])
    reader.close()


def test_large_arrays_come_in_chunks_of_at_most_a_megabyte(tmp_path: Path) -> None:
    location, array = str(tmp_path / "run.h5"), np.arange(700_000, dtype="float32").reshape(700, 1000)
    writer = BACKEND.create(location, "a", {}, {})
    writer.write(0, {"weights": array, "bias": np.zeros(4, dtype="float32")})
    writer.commit()
    writer.close()
    with h5py.File(location) as file:
        chunks = file["a/weights"].chunks
        assert chunks[0] == 1
        assert np.prod(chunks) * 4 <= 2**20
        assert file["a/bias"].chunks == (256, 4)
        np.testing.assert_array_equal(file["a/weights"][0], array)


def test_another_shape_or_dtype_under_one_name_is_refused(tmp_path: Path) -> None:
    writer = BACKEND.create(str(tmp_path / "run.h5"), "a", {}, {})
    writer.write(0, {"w": np.zeros(2)})
    for other in (np.zeros(3), np.zeros(2, dtype="float32")):
        with pytest.raises(ValueError, match="'w' has shape"):
            writer.write(1, {"w": other})
    writer.close()


def test_a_file_that_another_process_writes_can_be_read_but_not_written(tmp_path: Path) -> None:
    location = str(tmp_path / "run.h5")
    writer = BACKEND.create(location, "a", {"x": 1}, {})
    writer.write(0, {"w": np.zeros(2)})
    writer.commit()
    code = (
        "from deepreplay.storage.hdf5 import BACKEND\n"
        f"print(len(BACKEND.open({location!r}, 'a')))\n"
        f"try: BACKEND.create({location!r}, 'b', {{}}, {{}})\n"
        "except BlockingIOError as error: print(error)\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.startswith("1\n")
    assert "Another process holds the file" in said
    writer.close()


KEEP_WRITING = """
import sys, numpy as np
from deepreplay.storage.hdf5 import BACKEND
writer = BACKEND.create(sys.argv[1], "new", {"run": 1}, {"inputs": np.arange(10.0)})
for index in range(100_000):
    values = {f"layer{i}/weights0": np.full((20, 30), index, dtype="float32") for i in range(5)}
    writer.write(index, {**values, "loss": np.array(float(index))})
    writer.commit()
    print(index, flush=True)
"""


@pytest.mark.parametrize("attempt", range(5))
def test_a_killed_writer_loses_no_epoch_that_it_acknowledged(tmp_path: Path, attempt: int) -> None:
    location = str(tmp_path / "run.h5")
    older = BACKEND.create(location, "old", {}, {})
    older.write(0, {"w": np.arange(4.0)})
    older.commit()
    older.close()

    process = subprocess.Popen([sys.executable, "-c", KEEP_WRITING, location], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.03 + 0.017 * attempt)
    os.kill(process.pid, signal.SIGKILL)
    lines = process.stdout.read().splitlines()
    process.wait()
    acknowledged = int(lines[-1]) if lines else 0

    reader = BACKEND.open(location, "new")
    assert len(reader) >= acknowledged + 1
    last = len(reader) - 1
    for i in range(5):
        np.testing.assert_array_equal(reader.read(f"layer{i}/weights0", last), np.full((20, 30), last))
    np.testing.assert_array_equal(reader.read("loss", slice(1, None)), np.arange(1.0, last + 1))
    reader.close()

    writer = BACKEND.resume(location, "new")
    writer.write(last + 1, {"loss": np.array(-1.0)})
    writer.commit()
    writer.close()
    reader = BACKEND.open(location, "old")
    np.testing.assert_array_equal(reader.read("w", 0), np.arange(4.0))
    reader.close()
