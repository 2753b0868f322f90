"""The examples run, and save what they say."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import h5py
import pytest

pytestmark = pytest.mark.thorough

EXAMPLES = Path(__file__).resolve().parents[2] / "packages/deepreplay/examples"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_parabola_saves_the_recording_one_epoch_and_the_video(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parabola = load("parabola")
    arguments = ["--output", str(tmp_path / "new"), "--activation", "relu", "--seed", "3", "--epochs", "2"]
    for _ in range(2):  # a second run replaces the first
        parabola.main([*arguments, "--epoch", "1"])
    assert "relu, seed 3: accuracy" in capsys.readouterr().out
    names = {path.name for path in (tmp_path / "new").iterdir()}
    assert names == {"parabola.h5", "parabola_relu_epoch_1.png", "parabola_relu.mp4"}
    with h5py.File(tmp_path / "new" / "parabola.h5") as file:
        assert (file["relu"].attrs["n_epochs"], file["relu"].attrs["samples"]) == (2, 2000)
