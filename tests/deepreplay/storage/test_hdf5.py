"""The layout of HDF5 files, and what becomes of them when something goes wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

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


@pytest.mark.parametrize("side", [1, 20, 40, 60, 100, 200, 700])
def test_a_file_of_one_record_is_not_many_times_as_large(tmp_path: Path, side: int) -> None:
    arrays = {f"layer{i}/weights0": np.ones((side, side + i), dtype="float32") for i in range(10)}
    path, size = tmp_path / "run.h5", sum(array.nbytes for array in arrays.values())
    for records in (1, 60):
        writer = BACKEND.create(str(path), f"of {records}", {}, {})
        for index in range(records):
            writer.write(index, arrays)
            writer.commit()
        writer.close()
        assert path.stat().st_size < 1.5 * size * records + 100_000
        path.unlink()


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
    assert "Another process has the file open" in said
    writer.close()


def run_of(location: str, group: str, records: int = 2) -> None:
    writer = BACKEND.create(location, group, {"group": group}, {"inputs": np.zeros(3)})
    for index in range(records):
        writer.write(index, {"w": np.full(4, index, dtype="float32")})
        writer.commit()
    writer.close()


def test_open_readers_do_not_keep_this_process_from_writing(tmp_path: Path) -> None:
    location = str(tmp_path / "run.h5")
    run_of(location, "a")
    reader = BACKEND.open(location, "a")
    run_of(location, "b")
    np.testing.assert_array_equal(reader.read("w", 1), np.ones(4))
    writer = BACKEND.resume(location, "a")
    writer.write(2, {"w": np.full(4, 2, dtype="float32")})
    writer.commit()
    assert len(reader) == 2
    reader.refresh()
    np.testing.assert_array_equal(reader.read("w", 2), np.full(4, 2))
    writer.close()
    BACKEND.delete(location, "b")
    np.testing.assert_array_equal(reader.read("w", 0), np.zeros(4))
    BACKEND.delete(location, "a")
    with pytest.raises(KeyError):
        reader.read("w", 0)


def test_a_reader_does_not_mistake_a_new_run_for_the_one_that_it_opened(tmp_path: Path) -> None:
    location = str(tmp_path / "run.h5")
    run_of(location, "a")
    reader = BACKEND.open(location, "a")
    BACKEND.delete(location, "a")
    BACKEND.create(location, "a", {"another": 1}, {}).close()
    with pytest.raises(OSError, match="'a' was replaced since it was opened"):
        reader.read("w", 0)


def test_a_reader_in_another_process_keeps_nobody_from_writing(tmp_path: Path) -> None:
    location = str(tmp_path / "run.h5")
    run_of(location, "a")
    code = (
        "import sys; from deepreplay.storage.hdf5 import BACKEND\n"
        f"reader = BACKEND.open({location!r}, 'a'); print(reader.read('w', 1)[0], flush=True); sys.stdin.readline()\n"
        "reader.refresh(); print(len(reader))"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", code], text=True, **pipes) as process:  # type: ignore[call-overload]
        assert process.stdout.readline() == "1.0\n"
        writer = BACKEND.resume(location, "a")
        writer.write(2, {"w": np.zeros(4, dtype="float32")})
        writer.commit()
        assert process.communicate("\n")[0] == "3\n"
        writer.close()


def test_what_is_no_recording_is_left_alone(tmp_path: Path) -> None:
    location = str(tmp_path / "run.h5")
    with h5py.File(location, "w") as file:
        file["foreign/data"] = np.arange(3)
        file["numbers"] = np.arange(3)
    for name in ("foreign", "numbers"):
        for call in (BACKEND.open, BACKEND.resume, BACKEND.delete):
            with pytest.raises(OSError, match=f"'{name}' is no recording. It was left as it is"):
                call(location, name)
        with pytest.raises(FileExistsError):
            BACKEND.create(location, name, {}, {})
    assert list(BACKEND.groups(location)) == []
    with h5py.File(location) as file:
        assert sorted(file) == ["foreign", "numbers"]


@pytest.mark.parametrize("left", [0.5, 0.9, 0.99])
def test_a_file_that_was_cut_short_is_named_and_left_alone(tmp_path: Path, left: float) -> None:
    path = tmp_path / "run.h5"
    run_of(str(path), "a", 50)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * left)])
    before = path.read_bytes()
    for call in (BACKEND.open, BACKEND.resume):
        with pytest.raises(OSError, match=r"cut short|damaged"):
            call(str(path), "a")
    with pytest.raises(OSError, match=r"cut short|damaged"):
        BACKEND.create(str(path), "b", {}, {})
    assert path.read_bytes() == before


def test_several_inputs_lie_in_a_group_of_their_own(tmp_path: Path) -> None:
    location = str(tmp_path / "run.h5")
    static = {"inputs/left eye": np.zeros(3), "inputs/a/b": np.ones(2), "layer0/weights0": np.zeros(5)}
    writer = BACKEND.create(location, "a", {}, static)
    writer.write(0, {"inputs": np.array(1.0), "layer0/weights0": np.ones((2, 2))})
    writer.commit()
    writer.close()
    with h5py.File(location) as file:
        assert sorted(file["a/inputs"]) == ["a%2Fb", "left eye"]
    reader = BACKEND.open(location, "a")
    for name, array in static.items():
        np.testing.assert_array_equal(reader.static(name), array)
    np.testing.assert_array_equal(reader.read("layer0/weights0", 0), np.ones((2, 2)))
    for name in ("inputs", "loss", "w"):
        with pytest.raises(KeyError):
            reader.static(name)
    reader.close()


def test_a_killed_writer_loses_no_epoch_that_it_acknowledged(tmp_path: Path, killed_writers: Any) -> None:
    locations = [str(tmp_path / f"{attempt}.h5") for attempt in range(20)]
    for location in locations:
        run_of(location, "old")
    for location, acknowledged in killed_writers("deepreplay.storage.hdf5", locations):
        reader = BACKEND.open(location, "new")
        last = len(reader) - 1
        assert last >= acknowledged
        numbers = np.arange(last + 1.0)
        for i in range(5):
            rows = reader.read(f"layer{i}/weights0", slice(None))
            np.testing.assert_array_equal(rows, np.broadcast_to(numbers[:, None, None], (last + 1, 20, 30)))
        np.testing.assert_array_equal(reader.read("loss", slice(1, None)), numbers[1:])

        writer = BACKEND.resume(location, "new")
        writer.write(last + 1, {"loss": np.array(-1.0)})
        writer.commit()
        writer.close()
        older = BACKEND.open(location, "old")
        np.testing.assert_array_equal(older.read("w", 1), np.ones(4))


KEEP_WRITING = """
import sys, numpy as np
from deepreplay.storage.hdf5 import BACKEND
writer = BACKEND.create(sys.argv[1], "new", {}, {})
for index in range(100_000):
    writer.write(index, {f"layer{i}/weights0": np.full((20, 30), index, dtype="float32") for i in range(5)})
    writer.commit()
    print(index, flush=True)
"""


def test_a_live_writer_is_read_without_a_torn_record(tmp_path: Path) -> None:
    location = str(tmp_path / "run.h5")
    process = subprocess.Popen([sys.executable, "-c", KEEP_WRITING, location], stdout=subprocess.PIPE, text=True)
    output = process.stdout
    assert output is not None
    output.readline()
    # Two readers, as of a notebook's cell that was run twice.
    reader, beside, seen = BACKEND.open(location, "new"), BACKEND.open(location, "new"), []
    for _ in range(60):
        reader.refresh()
        last = len(reader) - 1
        seen.append(last)
        for i in (0, 4):
            np.testing.assert_array_equal(reader.read(f"layer{i}/weights0", last), np.full((20, 30), last))
        np.testing.assert_array_equal(beside.read("layer0/weights0", 0), np.zeros((20, 30)))
    process.kill()
    output.close()
    process.wait()
    assert seen == sorted(seen)
    assert seen[-1] > seen[0]


def test_an_open_reader_keeps_no_other_tool_of_this_process_from_reading(tmp_path: Path) -> None:
    location = str(tmp_path / "run.h5")
    run_of(location, "a")
    reader = BACKEND.open(location, "a")
    with h5py.File(location) as file:
        np.testing.assert_array_equal(file["a/w"][1], np.ones(4))
        other = BACKEND.open(location, "a")
        np.testing.assert_array_equal(other.read("w", 0), reader.read("w", 0))


def test_a_reader_beside_the_writer_leaves_it_its_lock(tmp_path: Path) -> None:
    location = str(tmp_path / "run.h5")
    run_of(location, "a")
    writer = BACKEND.resume(location, "a")
    BACKEND.open(location, "a").close()
    code = f"import h5py; h5py.File({location!r}, 'a')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "BlockingIOError" in done.stderr
    writer.close()
