"""Seeing a layer that is too wide through an extra one: two moons, a hidden layer of ten units, and two more.

The posts' workaround for wide layers: an extra layer of two linear units before the output. It changes the model, so
what is seen is how this model works, not how one without the extra layer would. Above is what the extra layer sees,
where the boundary is always straight; below the same boundary among the raw inputs.

    python moons.py --output DIR [--seed 42]
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import keras
import numpy as np
from experiment import classifier, options_of, pictures_at, read, record, save

from deepreplay import Replay

LIMITS = {"xlim": (-1.5, 2.5), "ylim": (-1.25, 1.75)}


def load_data(n_points: int = 1000, noise: float = 0.1, seed: int = 13) -> tuple[np.ndarray, np.ndarray]:
    """Points of two half circles that reach into each other, the lower one positive, mixed."""
    generator = np.random.default_rng(seed)
    y = generator.permutation(np.repeat([0, 1], n_points))
    angle = generator.uniform(0, np.pi, 2 * n_points)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    X = np.where(y[:, None] == 1, np.array([1, 0.5]) - upper, upper)
    return X + generator.normal(0, noise, X.shape), y


def build_model() -> keras.Model:
    """Two inputs, ten hidden units, two linear ones, one output."""
    layers = [
        keras.layers.Dense(10, activation="tanh", kernel_initializer="he_normal", name="wide"),
        keras.layers.Dense(2, activation="linear", kernel_initializer="glorot_normal", name="latent"),
    ]
    return classifier(layers, 2, keras.optimizers.SGD(learning_rate=0.05))


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, and save a picture."""
    options = read(options_of(__doc__, epochs=60), arguments)
    path, build = options.output / "moons.h5", {"contour_points": options.contour_points, **LIMITS}
    record(path, "moons", build_model, load_data(), options)
    with Replay(path, "moons") as replay:
        rows = [
            partial(replay.build_feature_space, layer_name="latent", **build),
            partial(replay.build_decision_boundary, **build),
        ]
        figure = pictures_at([0, 5, 20, 60], replay, rows, f"Moons, seed {options.seed}")
        save(figure, options.output / "moons.png")


if __name__ == "__main__":
    main()
