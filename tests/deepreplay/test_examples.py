"""The examples run, and save and say what is true."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import h5py
import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest

from deepreplay.datasets.parabola import load_data

pytestmark = pytest.mark.thorough

EXAMPLES = Path(__file__).resolve().parents[2] / "packages/deepreplay/examples"

Load = Callable[[str], ModuleType]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Import an example by its name, as it finds itself when it is run: with its neighbours on the path."""
    monkeypatch.syspath_prepend(str(EXAMPLES))

    def load(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(f"example_{name}", EXAMPLES / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


def run(example: ModuleType, folder: Path, *arguments: str) -> set[str]:
    """Run it in a folder that is not there yet. Gives what is in it then."""
    example.main(["--output", str(folder / "new"), *arguments])
    assert not plt.get_fignums()
    assert all(path.stat().st_size > 1000 for path in (folder / "new").iterdir())
    return {path.name for path in (folder / "new").iterdir()}


def test_parabola_saves_the_recording_one_epoch_and_the_video(
    load: Load, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parabola, arguments = load("parabola"), ["--activation", "relu", "--seed", "3", "--epochs", "2", "--epoch", "1"]
    for _ in range(2):  # a second run replaces the first
        names = run(parabola, tmp_path, *arguments)
    assert "relu, seed 3: accuracy" in capsys.readouterr().out
    assert names == {"parabola.h5", "parabola_relu_epoch_1.png", "parabola_relu.mp4"}
    with h5py.File(tmp_path / "new" / "parabola.h5") as file:
        assert (file["relu"].attrs["n_epochs"], file["relu"].attrs["samples"]) == (2, 2000)


def test_activations_trains_the_three_functions_and_none_and_saves_the_figures_of_the_post(
    load: Load, tmp_path: Path
) -> None:
    figures = {"functions.png", "boundaries.png", "spaces.png", "spaces_and_boundaries.png", "curves.png"}
    names = run(load("activations"), tmp_path, "--epochs", "1", "--contour-points", "20")
    assert names == {"activations.h5", *figures}
    with h5py.File(tmp_path / "new" / "activations.h5") as file:
        assert set(file) == {"linear", "sigmoid", "tanh", "relu"}


def test_the_gradients_that_activations_draws_are_those_of_the_functions(load: Load) -> None:
    for ax, name in zip(load("activations").functions().axes, ("sigmoid", "tanh", "relu"), strict=True):
        value, gradient = ax.lines
        z = np.asarray(value.get_xdata())
        assert ax.get_title() == name
        np.testing.assert_allclose(value.get_ydata(), getattr(keras.ops, name)(z), atol=1e-6)
        smooth = np.isfinite(gradient.get_ydata())
        slope = np.gradient(np.asarray(value.get_ydata()), z)
        np.testing.assert_allclose(np.asarray(gradient.get_ydata())[smooth], slope[smooth], atol=2e-3)


def test_networks_side_by_side_learn_what_each_would_learn_alone(load: Load) -> None:
    seeds, parabola = load("seeds"), load("parabola")
    X, y = load_data(n_points=80)
    many = seeds.build_networks("tanh", [5, 6, 7])
    many.fit(np.stack([X] * 3, axis=1), np.stack([y] * 3, axis=1), batch_size=16, epochs=3, shuffle=False, verbose=0)
    for position, seed in enumerate([5, 6, 7]):
        alone = parabola.build_model("tanh", seed)
        alone.fit(X, y, batch_size=16, epochs=3, shuffle=False, verbose=0)
        for side_by_side, own in zip(many.get_weights(), alone.get_weights(), strict=True):
            np.testing.assert_allclose(side_by_side[position].ravel(), own.ravel(), rtol=1e-4, atol=1e-6)


def test_seeds_prints_what_is_drawn(load: Load, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seeds = load("seeds")
    firsts = {"tanh": np.array([3, 9, np.inf]), "relu": np.full(3, np.inf)}
    assert [line.split() for line in seeds.table(firsts).splitlines()[1:]] == [
        ["tanh", "9", "1", "of", "3", "6"],
        ["relu", "inf", "3", "of", "3", "inf"],
    ]
    tanh, relu = seeds.shares(firsts, 10).axes[0].lines
    assert list(tanh.get_ydata()) == [0, 0, 0, *[1 / 3] * 6, *[2 / 3] * 2]
    assert not any(relu.get_ydata())
    plt.close("all")
    seeds.main(["--output", str(tmp_path), "--seeds", "2", "--epochs", "1"])
    assert "2 of 2" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["seeds.png"]


def test_circles_are_circles_and_moons_half_ones(load: Load) -> None:
    X, y = load("circles").load_data(n_points=50, radius=0.4, noise=0)
    np.testing.assert_allclose(np.linalg.norm(X, axis=1), np.where(y == 1, 0.4, 1))
    X, y = load("moons").load_data(n_points=50, noise=0)
    upper, lower = X[y == 0], X[y == 1]
    np.testing.assert_allclose(np.linalg.norm(upper, axis=1), 1)
    np.testing.assert_allclose(np.linalg.norm(lower - [1, 0.5], axis=1), 1)
    assert upper[:, 1].min() >= 0
    assert lower[:, 1].max() <= 0.5
    assert (len(upper), len(lower)) == (50, 50)


def test_circles_saves_a_picture_and_a_video(load: Load, tmp_path: Path) -> None:
    names = run(load("circles"), tmp_path, "--epochs", "1", "--contour-points", "20")
    assert names == {"circles.h5", "circles.png", "circles.mp4"}


def test_moons_saves_a_picture(load: Load, tmp_path: Path) -> None:
    names = run(load("moons"), tmp_path, "--epochs", "1", "--contour-points", "20")
    assert names == {"moons.h5", "moons.png"}


def test_the_decoder_of_spambase_is_the_logistic_regression_that_it_is_said_to_be(
    load: Load, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(load("spambase"), tmp_path, "--epochs", "1") == {"spambase.h5", "spambase.png", "decoder.png"}
    said = capsys.readouterr().out
    assert "Made-up data, seed 42" in said
    difference = re.search(r"but for (\S+)\.\n", said)
    assert difference is not None
    assert float(difference.group(1)) < 1e-5


def test_spambase_takes_its_own_file_alone(load: Load, tmp_path: Path) -> None:
    spambase = load("spambase")
    path = tmp_path / "mails.csv"
    X, y = spambase.made_up_data(n_points=30)
    np.savetxt(path, np.column_stack([X, y]), delimiter=",")
    read_X, read_y = spambase.load_data(path)
    np.testing.assert_allclose(read_X, X)
    assert list(read_y) == list(y)
    np.savetxt(path, X, delimiter=",")
    with pytest.raises(SystemExit, match="must have 58 columns"):
        spambase.load_data(path)


def test_initializers_records_untrained_networks_and_saves_the_picture(load: Load, tmp_path: Path) -> None:
    assert run(load("initializers"), tmp_path, "--units", "5") == {"initializers.h5", "initializers.png"}
    with h5py.File(tmp_path / "new" / "initializers.h5") as file:
        assert {group.attrs["n_epochs"] for group in file.values()} == {0}


def test_the_gallery_shows_pictures_that_are_there_and_names_examples_that_are_there() -> None:
    docs = EXAMPLES.parent / "docs"
    text = (docs / "gallery.md").read_text(encoding="utf-8")
    assert {docs / link for link in re.findall(r"\]\((images/.+?)\)", text)} == set((docs / "images").iterdir())
    named = set(re.findall(r"python (\w+\.py) --output", text))
    assert named == {path.name for path in EXAMPLES.iterdir() if path.suffix == ".py"} - {
        "experiment.py",
        "parabola.py",
    }
