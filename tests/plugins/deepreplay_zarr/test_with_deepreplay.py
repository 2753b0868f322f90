"""The backend where it is used: deepreplay finds it by a location's suffix, or by its name."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
import numpy as np
import pytest

from deepreplay import Replay, ReplayData


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
