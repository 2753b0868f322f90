"""Both hosts and all plugins in one environment: found, listed and used."""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ["MPLBACKEND"] = "Agg"
os.environ["PYSPARK_PYTHON"] = sys.executable

import numpy as np
import pytest
from matplotlib.text import Text

from handyhooks import PlotKind, ScoreMethod, StorageBackend, Visualization
from handyhooks.manager import manager

RECORDS = [
    ("handyspark_outlier_methods", "mahalanobis", "handyspark-mahalanobis", ScoreMethod),
    ("handyspark_plot_kinds", "ridgeline", "handy-ridgeline", PlotKind),
    ("deepreplay_visualizations", "ridgeline", "handy-ridgeline", Visualization),
    ("deepreplay_storage_backends", "zarr", "deepreplay-zarr", StorageBackend),
]


@pytest.fixture(scope="module")
def frame(spark: Any) -> Any:
    """Return 201 rows in two strata: two correlated columns, and one row that breaks the correlation."""
    random = np.random.default_rng(7)
    x = random.normal(size=200)
    y = x + random.normal(scale=0.1, size=200)
    rows = [(float(a), float(b), "even" if i % 2 else "odd") for i, (a, b) in enumerate(zip(x, y, strict=True))]
    import handyspark

    return handyspark.handy(spark.createDataFrame([*rows, (2.0, -2.0, "odd")], "x double, y double, s string"))


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a recording, in Zarr, of a network that trained three epochs."""
    import keras

    from deepreplay.callbacks import ReplayData

    path = tmp_path_factory.mktemp("recordings") / "training.zarr"
    random = np.random.default_rng(7)
    inputs = random.normal(size=(40, 2))
    targets = (inputs[:, 0] > 0).astype(int)
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(3, name="hidden"), keras.layers.Dense(1)])
    model.compile(loss="mse", optimizer="sgd")
    model.fit(inputs, targets, epochs=3, verbose=0, callbacks=[ReplayData(inputs, targets, path, "run")])
    return path


@pytest.mark.parametrize(("hook", "name", "distribution", "kind"), RECORDS)
def test_the_manager_finds_the_record_of_a_plugin(hook: str, name: str, distribution: str, kind: type) -> None:
    assert isinstance(manager().get(hook, name), kind)
    (provided,) = [one for one in manager().records(hook) if one.record.name == name]
    assert (provided.distribution, provided.version) == (distribution, importlib.metadata.version(distribution))


def test_nothing_was_set_aside() -> None:
    for hook in {hook for hook, *_ in RECORDS}:
        manager().records(hook)
    assert manager().failures == ()


def test_the_command_lists_plugins_of_both_hosts_beside_what_is_built_in() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "handyhooks", "--json"], capture_output=True, text=True, check=True, env=os.environ
    )
    document = json.loads(done.stdout)
    listed = {(one["hook"], one["name"]): one["distribution"] for one in document["records"]}
    assert {(hook, name): listed.get((hook, name)) for hook, name, *_ in RECORDS} == {
        (hook, name): distribution for hook, name, distribution, _ in RECORDS
    }
    assert listed["handyspark_outlier_methods", "tukey"] == "handyspark"
    assert listed["deepreplay_storage_backends", "hdf5"] == "deepreplay"
    assert document["conflicts"] == []
    assert document["failures"] == []


def test_handyspark_counts_outliers_by_mahalanobis(frame: Any) -> None:
    assert frame.outliers("tukey").sum() == 0  # neither column is odd by itself
    assert frame.outliers("mahalanobis").sum() >= 1


def test_handyspark_draws_one_ridge_a_stratum(frame: Any) -> None:
    drawn = frame.stratify(["s"]).cols["x"].plot("ridgeline")
    figure = drawn[0] if isinstance(drawn, tuple) else drawn.figure
    texts = {text.get_text() for axes in figure.axes for text in axes.findobj(Text)}
    assert {'s == "even"', 's == "odd"'} <= texts


def test_deepreplay_replays_what_was_recorded_in_zarr(recording: Path) -> None:
    from deepreplay.replay import Replay

    with Replay(replay_filename=recording, group_name="run") as replay:
        assert replay.n_epochs == 3
        assert list(replay.epochs) == [0, 1, 2, 3]


def test_deepreplay_builds_the_ridgeline_of_a_plugin(recording: Path) -> None:
    from deepreplay.replay import Replay

    with Replay(replay_filename=recording, group_name="run") as replay:
        plot = replay.build("ridgeline", layer_name="hidden")
        assert plot.plot(epoch=2).axes
        assert "ridgeline" in replay.built
