"""The posts' comparison of activation functions: sigmoid, tanh and ReLU learn to tell two parabolas apart.

Trains the network of `parabola.py` once with each function in its hidden layer, and once without any ("linear"),
and saves

- ``functions.png``: the functions with their gradients (figures 6 to 8 of the post),
- ``boundaries.png``: what each network has learnt at the end, linear first (figures 2 and 3),
- ``spaces.png``: the three feature spaces at one epoch,
- ``spaces_and_boundaries.png``: feature spaces above, boundaries among the raw inputs below (figure 9),
- ``curves.png``: accuracy and loss over all points, epoch by epoch (figure 10).

All of it is for the one seed that the titles name. Which function learns fastest differs from seed to seed:
`seeds.py` trains with many.

    python activations.py --output DIR [--seed 42] [--epoch 60]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack

import matplotlib.pyplot as plt
import numpy as np
from experiment import options_of, read, save
from matplotlib.figure import Figure
from parabola import record

from deepreplay import Replay
from deepreplay.plot import compose_plots

FUNCTIONS = ("sigmoid", "tanh", "relu")
COLORS = {"sigmoid": "tab:orange", "tanh": "tab:purple", "relu": "tab:blue"}


def functions() -> Figure:
    """Each activation function with its gradient."""
    z = np.linspace(-5, 5, 1001)
    sigmoid = 1 / (1 + np.exp(-z))
    values = {
        "sigmoid": (sigmoid, sigmoid * (1 - sigmoid)),
        "tanh": (np.tanh(z), 1 - np.tanh(z) ** 2),
        # No line between 0 and 1: at z = 0 there is no gradient.
        "relu": (np.maximum(z, 0), np.where(z == 0, np.nan, (z > 0).astype(float))),
    }
    figure, axes = plt.subplots(1, 3, figsize=(12, 4), layout="constrained")
    for ax, (name, (value, gradient)) in zip(axes, values.items(), strict=True):
        ax.plot(z, value, color="tab:blue", label="activation")
        ax.plot(z, gradient, color="tab:red", linestyle="--", label="gradient")
        ax.set(title=name, xlabel="z", ylim=(-1.1, 1.1 if name != "relu" else 5.1))
        ax.grid(alpha=0.3)
        ax.legend(loc="upper left")
    return figure


def compared(replays: Mapping[str, Replay], kinds: Sequence[str], epoch: int, title: str, points: int) -> Figure:
    """A column for each network, a row for each kind of picture."""
    size = (4 * len(replays), 4.2 * len(kinds) + 0.4)
    _, axes = plt.subplots(len(kinds), len(replays), figsize=size, squeeze=False, layout="constrained")
    plots = []
    for column, (name, replay) in zip(axes.T, replays.items(), strict=True):
        for ax, kind in zip(column, kinds, strict=True):
            if kind == "feature space":
                plots.append(replay.build_feature_space(ax, layer_name="hidden", contour_points=points))
            else:
                plots.append(replay.build_decision_boundary(ax, contour_points=points))
            plots[-1].set_title(f"{name}: {kind}")
    return compose_plots(plots, epoch=epoch, title=title)


def curves(replays: Mapping[str, Replay], title: str) -> Figure:
    """Accuracy and loss of all networks side by side."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.4), layout="constrained")
    for name, replay in replays.items():
        plot = replay.build_loss_and_metric(metric_name="accuracy")
        plt.close(plot.figure)
        data = plot.data
        left.plot(data.epochs, np.asarray(data.metric), color=COLORS[name], label=name)
        right.plot(data.epochs, np.asarray(data.loss), color=COLORS[name], label=name)
    left.set(xlabel="epoch", ylabel="accuracy")
    right.set(xlabel="epoch", ylabel="loss", ylim=(0, None))
    left.legend()
    figure.suptitle(title)
    return figure


def main(arguments: Sequence[str] | None = None) -> None:
    """Train the networks and save the pictures."""
    parser = options_of(__doc__, epochs=150)
    parser.add_argument("--epoch", type=int, default=60, help="the epoch of spaces.png")
    options = read(parser, arguments)
    path, seed, points = options.output / "activations.h5", options.seed, options.contour_points
    for name in ("linear", *FUNCTIONS):
        record(path, name, seed, options.epochs)
    with ExitStack() as stack:
        linear, *rest = (stack.enter_context(Replay(path, name)) for name in ("linear", *FUNCTIONS))
        replays = dict(zip(FUNCTIONS, rest, strict=True))
        title = f"Seed {seed}"
        save(functions(), options.output / "functions.png")
        # Epochs of a short run end earlier.
        epoch, both = min(options.epoch, options.epochs), ["feature space", "original space"]
        for file, runs, kinds, shown in (
            ("boundaries", {"linear": linear, **replays}, both[1:], options.epochs),
            ("spaces", replays, both[:1], epoch),
            ("spaces_and_boundaries", replays, both, options.epochs),
        ):
            save(compared(runs, kinds, shown, title, points), options.output / f"{file}.png")
        save(curves(replays, title), options.output / "curves.png")


if __name__ == "__main__":
    main()
