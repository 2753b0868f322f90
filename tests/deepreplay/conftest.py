"""Small recorded runs, and the models that made them. The Keras backend is that of KERAS_BACKEND, else JAX."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ["MPLBACKEND"] = "Agg"

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest

from deepreplay import Replay, ReplayData
from deepreplay.datasets.parabola import load_data

EPOCHS = 6


class Watch(keras.callbacks.Callback):
    """Notes what the model is at the states of a training: what a recording must give back."""

    def __init__(self) -> None:
        super().__init__()
        self.weights: list[list[np.ndarray]] = []
        self.logs: list[dict[str, float]] = []

    def on_train_begin(self, logs: Any = None) -> None:
        if not self.weights:
            self.weights.append(self.model.get_weights())

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.weights.append(self.model.get_weights())
        self.logs.append(dict(logs))


@dataclass(frozen=True)
class Trained:
    """A run, and what it must give back."""

    path: Path
    X: np.ndarray
    y: np.ndarray
    model: Any
    watch: Watch


@pytest.fixture
def make_model() -> Callable[..., Any]:
    """Make the network of the posts, the same for the same seed."""

    def make(seed: int = 7, **compiled: Any) -> Any:
        keras.utils.set_random_seed(seed)
        layers = keras.layers
        model = keras.Sequential(
            [
                layers.Input((2,)),
                layers.Dense(2, activation="tanh", kernel_initializer="glorot_normal", name="hidden"),
                layers.Dense(1, activation="sigmoid", kernel_initializer="random_normal", name="output"),
            ]
        )
        settings = {"loss": "binary_crossentropy", "optimizer": keras.optimizers.SGD(0.5), "metrics": ["accuracy"]}
        model.compile(**(settings | compiled))
        return model

    return make


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """A recorded training of the posts' network, with a regularizer, which evaluating must not forget."""
    keras.utils.set_random_seed(3)
    X, y = load_data(n_points=60)
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((2,)),
            layers.Dense(2, activation="tanh", name="hidden", kernel_regularizer=keras.regularizers.L2(0.02)),
            layers.Dense(1, activation="sigmoid", name="output"),
        ]
    )
    model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.SGD(0.5), metrics=["accuracy", "mae"])
    path, watch = tmp_path_factory.mktemp("trained") / "run.h5", Watch()
    replaydata = ReplayData(X, y, filename=path, group_name="part1", batch_size=16)
    model.fit(X, y, epochs=EPOCHS, batch_size=16, verbose=0, callbacks=[watch, replaydata])
    return Trained(path, X, y, model, watch)


@pytest.fixture
def replay(trained: Trained) -> Iterator[Replay]:
    """The replay of that training."""
    with Replay(trained.path, group_name="part1") as replay:
        yield replay


@pytest.fixture(autouse=True)
def no_figures_left() -> Iterator[None]:
    """Close what a test has drawn."""
    yield
    plt.close("all")
