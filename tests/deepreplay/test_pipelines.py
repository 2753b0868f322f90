"""Trainings on each kind of pipeline that is installed, and by several processes or devices."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from deepreplay import Replay, ReplayData

X = np.random.default_rng(0).normal(size=(24, 2)).astype("float32")
Y = (X[:, 0] > 0).astype("float32")
STEPS = 3


def _slices() -> list[tuple[np.ndarray, np.ndarray]]:
    return [(X[start : start + 8], Y[start : start + 8, None]) for start in range(0, len(X), 8)]


def generator() -> Iterator[tuple[np.ndarray, np.ndarray]]:
    while True:
        yield from _slices()


def py_dataset() -> Any:
    class Slices(keras.utils.PyDataset):  # type: ignore[misc]
        def __len__(self) -> int:
            return STEPS

        def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
            return _slices()[index]

    return Slices()


def tf_data() -> Any:
    import tensorflow as tf

    return tf.data.Dataset.from_tensor_slices((X, Y[:, None])).batch(8)


def data_loader() -> Any:
    import torch

    samples = torch.utils.data.TensorDataset(torch.from_numpy(X), torch.from_numpy(Y[:, None]))
    return torch.utils.data.DataLoader(samples, batch_size=8)


# Keras takes the pipelines of other frameworks than its backend too, where they are installed.
PIPELINES = [
    generator,
    py_dataset,
    *([tf_data] if find_spec("tensorflow") else []),
    *([data_loader] if find_spec("torch") else []),
]


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_a_training_on_a_pipeline_is_that_on_its_arrays(
    tmp_path: Path, make_model: Callable[..., Any], pipeline: Callable[[], Any]
) -> None:
    model = make_model()
    recorded = ReplayData(X, Y, tmp_path / "run.h5", "pipeline", batch_size=8)
    model.fit(pipeline(), steps_per_epoch=STEPS, epochs=2, verbose=0, shuffle=False, callbacks=[recorded])
    expected = make_model()
    expected.fit(X, Y, batch_size=8, epochs=2, verbose=0, shuffle=False)
    with Replay(tmp_path / "run.h5", "pipeline") as replay:
        assert replay.n_epochs == 2
        for ours, theirs in zip(replay.weights[2], expected.get_weights(), strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


TOGETHER = {"torch": "distributed_torch.py", "tensorflow": "mirrored_tensorflow.py"}

if keras.backend.backend() in TOGETHER:

    def test_of_several_processes_or_devices_that_train_one_model_one_writes(tmp_path: Path) -> None:
        script = Path(__file__).parent / "processes" / TOGETHER[keras.backend.backend()]
        done = subprocess.run(
            [sys.executable, script, tmp_path], check=False, capture_output=True, text=True, env=dict(os.environ)
        )
        assert done.returncode == 0, done.stderr[-3000:]
        trained = [np.load(path) for path in sorted(tmp_path.glob("*.npz"))]
        with Replay(tmp_path / "run.h5", "a") as replay:
            assert replay.n_epochs == 2
            for weights in trained:
                for ours, theirs in zip(replay.weights[2], weights.values(), strict=True):
                    np.testing.assert_array_equal(ours, theirs)
        assert (len(trained), [path.name for path in tmp_path.glob("*.h5")]) == (2, ["run.h5"])
