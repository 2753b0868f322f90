"""The backend where it is used: deepreplay finds it by a location's suffix, or by its name."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
import numpy as np
import pytest

from deepreplay import Replay, ReplayData
from deepreplay.errors import StorageError


@pytest.mark.parametrize(
    ("place", "storage"),
    [
        ("{}/run.zarr", None),
        ("{}/run.zarr.zip", None),
        ("memory://with-deepreplay.zarr", None),
        ("{}/run", "zarr"),
        ("file://{}/run.zarr", "zarr"),
    ],
)
def test_a_training_is_recorded_and_replayed(tmp_path: Path, place: str, storage: str | None) -> None:
    location = place.format(tmp_path)
    X, y = np.random.default_rng(0).normal(size=(20, 2)), np.arange(20) % 2
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile(loss="binary_crossentropy", metrics=["accuracy"])
    model.fit(X, y, epochs=3, verbose=0, callbacks=[ReplayData(X, y, location, "part1", storage=storage)])
    with Replay(location, "part1", storage=storage) as replay:
        assert replay.n_epochs == 3
        np.testing.assert_allclose(replay.predict_proba(3, 3)[0], model.predict(X, verbose=0), rtol=1e-5)


def test_a_replay_sees_that_its_run_was_replaced_by_a_like_one(tmp_path: Path) -> None:
    X, y = np.zeros((4, 2)), np.zeros(4)
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1)])
    ReplayData(X, y, tmp_path / "run.zarr", "a", model=model)
    with Replay(tmp_path / "run.zarr", "a") as replay:
        replay.refresh()
        ReplayData(X, y, tmp_path / "run.zarr", "a", model=model, overwrite=True)
        with pytest.raises(StorageError, match="'a_init' was replaced since it was opened"):
            replay.refresh()
