"""What the examples share: their options, a training that is recorded, and pictures of several epochs."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

import keras
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepreplay import Replay, ReplayData
from deepreplay.figure.plots import EpochPlot


def options_of(description: str | None, *, epochs: int) -> argparse.ArgumentParser:
    """Options that every example has."""
    parser = argparse.ArgumentParser(description=(description or "").partition("\n")[0])
    parser.add_argument("--output", type=Path, required=True, help="folder for the recording and the pictures")
    parser.add_argument("--seed", type=int, default=42, help="of the initial weights and of the order of the samples")
    parser.add_argument("--epochs", type=int, default=epochs, help="how long to train")
    parser.add_argument("--contour-points", type=int, default=1000, help="points a side of the decision regions")
    return parser


def read(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the options, and make the folder."""
    options = parser.parse_args(arguments)
    options.output.mkdir(parents=True, exist_ok=True)
    return options


def classifier(layers: Sequence[Any], n_inputs: int, optimizer: Any) -> Any:
    """A compiled network that ends in one unit: the probability of the positive class."""
    output = keras.layers.Dense(1, activation="sigmoid", name="output")
    model = keras.Sequential([keras.layers.Input((n_inputs,)), *layers, output])
    model.compile(loss="binary_crossentropy", optimizer=optimizer, metrics=["accuracy"])
    return model


def record(
    path: Path,
    group: str,
    build: Callable[[], Any],
    train: tuple[np.ndarray, np.ndarray],
    options: argparse.Namespace,
    *,
    seen: tuple[np.ndarray, np.ndarray] | None = None,
) -> None:
    """Build a network and train it, both with the seed, and record how it sees the samples (those it is trained on)."""
    keras.utils.set_random_seed(options.seed)
    replaydata = ReplayData(*(seen or train), filename=path, group_name=group, overwrite=True, batch_size=16)
    build().fit(*train, epochs=options.epochs, batch_size=16, callbacks=[replaydata], verbose=0)


def pictures_at(
    epochs: Sequence[int], replay: Replay, rows: Sequence[Callable[[Axes], EpochPlot]], title: str
) -> Figure:
    """One Figure with a column for each epoch (those after the end show the last one), and a row for each picture."""
    size = (3.2 * len(epochs), 3.4 * len(rows) + 0.4)
    figure, axes = plt.subplots(len(rows), len(epochs), figsize=size, squeeze=False, layout="constrained")
    for build, row in zip(rows, axes, strict=True):
        for ax, epoch in zip(row, epochs, strict=True):
            plot = build(ax)
            plot.set_title("")  # the epoch alone stands above each
            plot.plot(epoch=min(epoch, replay.n_epochs))
    figure.suptitle(title)
    return figure


def save(figure: Figure, path: Path) -> None:
    """Save a picture, say so, and let go of it."""
    figure.savefig(path, dpi=120)
    plt.close(figure)
    print(f"Saved {path}.")
