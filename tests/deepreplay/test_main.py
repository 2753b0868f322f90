"""``python -m deepreplay``."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from deepreplay import Replay
from deepreplay.__main__ import main


@pytest.fixture
def location(trained: Any, tmp_path: Path) -> str:
    path = tmp_path / "run.h5"
    path.write_bytes(trained.path.read_bytes())
    return str(path)


def test_recordings_are_listed(location: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ls", location]) == 0
    heading, line = capsys.readouterr().out.splitlines()
    assert heading.split() == ["group", "epochs", "model", "metrics", "created", "last", "record"]
    assert line.split()[:3] == ["part1", "6", "Sequential"]
    assert "accuracy, loss, mae" in line
    assert line.count("20") >= 2


def test_what_is_known_of_one_is_told(location: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", location, "part1"]) == 0
    told = capsys.readouterr().out
    for word in ("samples", "120", "keras", "layer0/weights0", "float32 (2, 2)", "hdf5"):
        assert word in told


def test_a_copy_replays_the_same(location: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = str(tmp_path / "copy.h5")
    assert main(["export", location, "part1", target, "--as", "again"]) == 0
    with Replay(location, "part1") as one, Replay(target, "again") as other:
        assert list(one.epochs) == list(other.epochs)
        np.testing.assert_array_equal(one.predict_proba(), other.predict_proba())
        np.testing.assert_array_equal(one.training_loss, other.training_loss)
        np.testing.assert_array_equal(one.inputs, other.inputs)
    assert main(["export", location, "part1", target, "--as", "again"]) == 1
    assert "holds a group 'again' already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("target", "said"), [("memory://copy", "keeps nothing"), ("nowhere/copy.h5", "folder 'nowhere' .*does not exist")]
)
def test_a_copy_that_would_be_lost_is_refused(
    location: str, target: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", location, "part1", target]) == 1
    assert re.search(said, capsys.readouterr().err)


def test_recordings_are_removed_all_or_none(location: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rm", location, "part1", "part2"]) == 1
    assert "no group 'part2'. Did you mean 'part1'?" in capsys.readouterr().err
    Replay(location, "part1").close()
    assert main(["rm", location, "part1", "part1"]) == 0
    assert "Removed part1." in capsys.readouterr().out
    assert main(["ls", location]) == 0
    assert "part1" not in capsys.readouterr().out
    assert main(["info", location]) == 1
    assert "holds no recordings." in capsys.readouterr().err


def test_a_damaged_recording_is_told_and_can_be_removed(location: str, capsys: pytest.CaptureFixture[str]) -> None:
    with h5py.File(location, "a") as file:
        file.copy("part1", "broken")
        file["broken"].attrs["records"] = "many"
    assert main(["ls", location]) == 1
    assert "group 'broken' is damaged" in capsys.readouterr().err
    assert main(["rm", location, "broken"]) == 0
    assert main(["ls", location]) == 0
    assert "part1" in capsys.readouterr().out


def test_a_reader_of_the_list_may_leave_early(location: str) -> None:
    command = f"{sys.executable} -m deepreplay ls {location}"
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(command.split(), stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert done.stderr == ""


def test_what_is_not_there_is_told_without_a_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.h5").write_text("notes")
    for command, said in (
        (["ls", str(tmp_path / "none.h5")], "Nothing is stored"),
        (["ls", str(tmp_path / "notes.h5")], "no HDF5 file"),
        (["ls", str(tmp_path)], "It is a folder, not a file. If another storage backend keeps it"),
        (["info", str(tmp_path / "none.h5"), "a"], "Nothing is stored"),
        (["info", str(tmp_path / "none.h5")], "Nothing is stored"),
        (["info", str(tmp_path / "notes.h5")], "no HDF5 file"),
        (["ls", "run.xyz"], "No installed storage backend"),
        (["ls", "run.h5", "--storage", "hdf"], "hdf5"),
    ):
        assert main(command) == 1
        assert said in capsys.readouterr().err


def test_no_keras_is_needed(location: str) -> None:
    code = "import sys; from deepreplay.__main__ import main; main(sys.argv[1:]); print('keras' in sys.modules)"
    environment = {**os.environ, "KERAS_BACKEND": "none"}
    done = subprocess.run(
        [sys.executable, "-c", code, "info", location], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout.splitlines()[-1] == "False"
