"""What a weight initializer does before any training: z-values, activations, weights and gradients of five layers.

Each row is a network of five hidden layers of a hundred tanh units, initialized another way and never trained
(`ReplayData` with ``model=`` records epoch 0 alone). The scales differ from row to row: where the weights are too
small, the activations die away from layer to layer and the gradients are next to nothing; where they are too large,
the activations sit at -1 and 1.

    python initializers.py --output DIR [--seed 42]
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import keras
import matplotlib.pyplot as plt
import numpy as np
from experiment import classifier, read, save
from matplotlib.figure import Figure

from deepreplay import Replay, ReplayData
from deepreplay.plot import compose_plots

N_INPUTS = 10
INITIALIZERS: dict[str, Any] = {
    "normal, deviation 0.01": keras.initializers.RandomNormal(stddev=0.01),
    "normal, deviation 0.3": keras.initializers.RandomNormal(stddev=0.3),
    "Glorot normal": keras.initializers.GlorotNormal(),
}


def load_data(n_points: int = 1000, seed: int = 13) -> tuple[np.ndarray, np.ndarray]:
    """Normal points in ten dimensions; those farther out than half of them are positive."""
    X = np.random.default_rng(seed).normal(size=(n_points, N_INPUTS))
    distance = np.linalg.norm(X, axis=1)
    return X, (distance > np.median(distance)).astype(int)


def build_model(initializer: Any, units: int) -> keras.Model:
    """Five hidden layers, all initialized the same way."""
    layers = [
        keras.layers.Dense(units, activation="tanh", kernel_initializer=initializer.clone(), name=f"h{i}")
        for i in range(1, 6)
    ]
    return classifier(layers, N_INPUTS, "sgd")


def show(replays: dict[str, Replay], title: str) -> Figure:
    """A row for each initializer, a column for each of the four distributions."""
    _, axes = plt.subplots(len(replays), 4, figsize=(16, 3.6 * len(replays)), layout="constrained")
    plots = []
    for row, (name, replay) in zip(axes, replays.items(), strict=True):
        built = [
            replay.build_outputs(row[0], before_activation=True, include_inputs=False),
            replay.build_outputs(row[1], include_inputs=False),
            replay.build_weights(row[2]),
            replay.build_gradients(row[3]),
        ]
        for plot, what in zip(built, ("z-values", "activations", "weights", "gradients"), strict=True):
            plot.set_title(f"{name}: {what}")
        plots += built
    return compose_plots(plots, epoch=0, title=title)


def main(arguments: Sequence[str] | None = None) -> None:
    """Record untrained networks and save the picture."""
    parser = argparse.ArgumentParser(description="Compare weight initializers before any training.")
    parser.add_argument("--output", type=Path, required=True, help="folder for the recording and the picture")
    parser.add_argument("--seed", type=int, default=42, help="of the initial weights")
    parser.add_argument("--units", type=int, default=100, help="of each hidden layer")
    options = read(parser, arguments)
    X, y = load_data()
    path = options.output / "initializers.h5"
    with ExitStack() as stack:
        replays = {}
        for name, initializer in INITIALIZERS.items():
            keras.utils.set_random_seed(options.seed)
            ReplayData(X, y, path, name, overwrite=True, model=build_model(initializer, options.units))
            replays[name] = stack.enter_context(Replay(path, name))
        save(show(replays, f"Before training, seed {options.seed}"), options.output / "initializers.png")


if __name__ == "__main__":
    main()
