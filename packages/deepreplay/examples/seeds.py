"""Does tanh really learn faster than sigmoid? The posts' experiment with many seeds instead of one.

For each activation function, as many networks as there are seeds learn the two parabolas. Printed and drawn is after
which epoch a network first has all points right.

The networks are trained side by side, as one Keras model: each has weights, an order of the samples and a loss of its
own, so none knows of the others, and forty of them take as long as one.

    python seeds.py --output DIR [--seeds 40] [--epochs 150]
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import matplotlib.pyplot as plt
import numpy as np
from activations import COLORS, FUNCTIONS
from experiment import read, save
from matplotlib.figure import Figure

from deepreplay import Replay, ReplayData
from deepreplay.datasets.parabola import load_data


def build_networks(activation: str, seeds: Sequence[int]) -> Any:
    """The post's network once for each seed, as layers that keep them apart (axis s)."""
    count = len(seeds)
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((count, 2)),
            layers.EinsumDense("bsi,sij->bsj", (count, 2), activation=activation, bias_axes="sj", name="hidden"),
            layers.EinsumDense("bsi,si->bs", (count,), activation="sigmoid", bias_axes="s", name="output"),
        ]
    )
    hidden = [keras.initializers.GlorotNormal(seed=seed)((2, 2)) for seed in seeds]
    output = [keras.initializers.RandomNormal(seed=seed)((2, 1)) for seed in seeds]
    kernels = [np.stack([keras.ops.convert_to_numpy(kernel) for kernel in layer]) for layer in (hidden, output)]
    model.get_layer("hidden").set_weights([kernels[0], np.zeros((count, 2))])
    model.get_layer("output").set_weights([kernels[1][..., 0], np.zeros(count)])
    # The loss is the mean over the networks, so each gets a share of the gradient of its own loss.
    model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.SGD(learning_rate=0.05 * count))
    return model


def first_all_right(activation: str, seeds: Sequence[int], epochs: int) -> np.ndarray:
    """Epoch after which each network first has all points right; infinity for those that never do."""
    X, y = load_data()
    orders = np.stack([np.random.default_rng(seed).permutation(len(X)) for seed in seeds], axis=1)
    X, y = X[orders], y[orders]
    keras.utils.set_random_seed(0)
    replaydata = ReplayData(X, y, filename="memory://seeds", group_name=activation, overwrite=True)
    build_networks(activation, seeds).fit(X, y, epochs=epochs, batch_size=16, callbacks=[replaydata], verbose=0)
    with Replay("memory://seeds", activation) as replay:
        right = np.stack(
            [((replay.predict_proba(epoch, epoch)[0] > 0.5) == y).all(axis=0) for epoch in range(epochs + 1)]
        )
    return np.where(right.any(axis=0), right.argmax(axis=0), np.inf)


def table(firsts: Mapping[str, np.ndarray]) -> str:
    """Median epoch, over all networks and over those that got there."""
    lines = [f"{'':8} {'median of all':>14} {'never':>7} {'median of the others':>21}"]
    for name, first in firsts.items():
        learnt = first[np.isfinite(first)]
        median = np.median(learnt) if learnt.size else np.inf
        lines.append(f"{name:8} {np.median(first):14g} {len(first) - len(learnt):4} of {len(first)} {median:18g}")
    return "\n".join(lines)


def shares(firsts: Mapping[str, np.ndarray], epochs: int) -> Figure:
    """Share of the networks that have had all points right, by epoch."""
    figure, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
    count = 0
    for name, first in firsts.items():
        count = len(first)
        share = [(first <= epoch).mean() for epoch in range(epochs + 1)]
        ax.step(range(epochs + 1), share, where="post", color=COLORS[name], label=name)
    ax.set(xlabel="epoch", ylabel="share of the networks", ylim=(-0.02, 1.02))
    ax.set_title(f"Networks that have had all points right, of {count} (seeds 0 to {count - 1})")
    ax.grid(alpha=0.3)
    ax.legend()
    return figure


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, print the table and save the picture."""
    parser = argparse.ArgumentParser(description="Count the epochs that networks with many seeds need.")
    parser.add_argument("--output", type=Path, required=True, help="folder for the picture")
    parser.add_argument("--epochs", type=int, default=150, help="how long to train")
    parser.add_argument("--seeds", type=int, default=40, help="how many networks of each kind: seeds 0, 1, 2, ...")
    options = read(parser, arguments)
    firsts = {name: first_all_right(name, range(options.seeds), options.epochs) for name in FUNCTIONS}
    print(f"First epoch with all points right, {options.seeds} seeds, {options.epochs} epochs (inf: not by then)")
    print(table(firsts))
    save(shares(firsts, options.epochs), options.output / "seeds.png")


if __name__ == "__main__":
    main()
