"""The first experiment of the posts: a hidden layer of two units learns to tell two parabolas apart.

Trains the network, and shows the five plots of the post: the feature space, the probabilities of the negative and of
the positive cases, loss and accuracy, and the losses of all samples. Saved are one epoch and the animation of all.
How fast a network learns this depends on its initial weights: what is shown holds for the seed that was given,
and is named in the title.

    python parabola.py --output DIR [--activation tanh] [--seed 42]
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

import keras
import matplotlib.pyplot as plt

from deepreplay import Replay, ReplayData
from deepreplay.datasets.parabola import load_data
from deepreplay.plot import compose_animations, compose_plots


def build_model(activation: str, seed: int) -> Any:
    """Two inputs, two hidden units, one output, initialized as in the post."""
    initializers = keras.initializers
    model = keras.Sequential(
        [
            keras.layers.Input((2,)),
            keras.layers.Dense(
                2, activation=activation, kernel_initializer=initializers.GlorotNormal(seed=seed), name="hidden"
            ),
            keras.layers.Dense(
                1, activation="sigmoid", kernel_initializer=initializers.RandomNormal(seed=seed), name="output"
            ),
        ]
    )
    optimizer = keras.optimizers.SGD(learning_rate=0.05)
    model.compile(loss="binary_crossentropy", optimizer=optimizer, metrics=["accuracy"])
    return model


def record(path: Path, activation: str, seed: int, epochs: int) -> None:
    """Train, and record the training as a group named after the activation function."""
    keras.utils.set_random_seed(seed)
    X, y = load_data()
    replaydata = ReplayData(X, y, filename=path, group_name=activation, overwrite=True, batch_size=16)
    build_model(activation, seed).fit(X, y, epochs=epochs, batch_size=16, callbacks=[replaydata], verbose=0)


def show(path: Path, activation: str, seed: int, epoch: int) -> None:
    """Save one epoch as a picture and all of them as a video, beside the recording."""
    with Replay(path, group_name=activation) as replay:
        figure = plt.figure(figsize=(16, 8), layout="constrained")
        axes = figure.subplot_mosaic(
            [
                ["feature space", "feature space", "negative", "loss and metric"],
                ["feature space", "feature space", "positive", "losses"],
            ]
        )
        plots = [
            replay.build_feature_space(axes["feature space"], layer_name="hidden"),
            replay.build_probability_histogram(axes["negative"], axes["positive"]),
            replay.build_loss_and_metric(axes["loss and metric"], metric_name="accuracy"),
            replay.build_loss_histogram(axes["losses"]),
        ]
        title = f"{activation}, seed {seed}"
        epoch = min(epoch, replay.n_epochs)
        picture = path.with_name(f"parabola_{activation}_epoch_{epoch}.png")
        compose_plots(plots, epoch=epoch, title=title).savefig(picture, dpi=120)
        video = path.with_name(f"parabola_{activation}.mp4")
        compose_animations(plots, title=title).save(video, dpi=120, fps=10)
        plt.close(figure)
        all_right = [
            int(e) for e, share in zip(replay.epochs, replay.loss_and_metric[1].metric, strict=True) if share == 1
        ]
        print(
            f"{activation}, seed {seed}: accuracy {float(replay.loss_and_metric[1].at(-1).metric):.3f} at the end",
            end="",
        )
        print(f"; all points right for the first time after epoch {all_right[0]}." if all_right else ".")
        print(f"Saved {picture} and {video}.")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the experiment."""
    parser = argparse.ArgumentParser(description="Replay a network that learns to tell two parabolas apart.")
    parser.add_argument(
        "--output", type=Path, required=True, help="folder for the recording, the picture and the video"
    )
    parser.add_argument("--activation", default="tanh", choices=["sigmoid", "tanh", "relu"], help="of the hidden layer")
    parser.add_argument("--seed", type=int, default=42, help="of the initial weights and of the order of the samples")
    parser.add_argument("--epochs", type=int, default=150, help="how long to train")
    parser.add_argument("--epoch", type=int, default=60, help="the epoch of the picture")
    options = parser.parse_args(arguments)
    options.output.mkdir(parents=True, exist_ok=True)
    path = options.output / "parabola.h5"
    record(path, options.activation, options.seed, options.epochs)
    show(path, options.activation, options.seed, options.epoch)


if __name__ == "__main__":
    main()
