"""A hidden layer too wide to be drawn: its decision boundary among the raw inputs.

The points lie on two noisy circles, one inside the other. A hidden layer of ten units has no feature space of two
dimensions, but the inputs have: so the boundary is drawn there, at several epochs, and animated with the predicted
probabilities of both classes.

    python circles.py --output DIR [--seed 42]
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import keras
import matplotlib.pyplot as plt
import numpy as np
from experiment import classifier, options_of, pictures_at, read, record, save

from deepreplay import Replay
from deepreplay.plot import compose_animations

LIMITS = (-1.5, 1.5)


def load_data(
    n_points: int = 1000, radius: float = 0.4, noise: float = 0.1, seed: int = 13
) -> tuple[np.ndarray, np.ndarray]:
    """Points of a circle of radius 1 (negative cases) and of a smaller one (positive), mixed."""
    generator = np.random.default_rng(seed)
    y = generator.permutation(np.repeat([0, 1], n_points))
    angle = generator.uniform(0, 2 * np.pi, 2 * n_points)
    distance = np.where(y == 1, radius, 1)
    X = distance[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return X + generator.normal(0, noise, X.shape), y


def build_model() -> keras.Model:
    """Two inputs, ten hidden units, one output."""
    hidden = keras.layers.Dense(10, activation="tanh", kernel_initializer="he_normal", name="hidden")
    return classifier([hidden], 2, keras.optimizers.SGD(learning_rate=0.05))


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, and save a picture and a video."""
    options = read(options_of(__doc__, epochs=50), arguments)
    path = options.output / "circles.h5"
    record(path, "circles", build_model, load_data(), options)
    build = {"contour_points": options.contour_points, "xlim": LIMITS, "ylim": LIMITS}
    title = f"Circles, seed {options.seed}"
    with Replay(path, "circles") as replay:
        figure = pictures_at([0, 5, 10, 50], replay, [partial(replay.build_decision_boundary, **build)], title)
        save(figure, options.output / "circles.png")
        figure = plt.figure(figsize=(12, 6))
        left = plt.subplot2grid((2, 2), (0, 0), rowspan=2)
        above, below = plt.subplot2grid((2, 2), (0, 1)), plt.subplot2grid((2, 2), (1, 1))
        plots = [replay.build_decision_boundary(left, **build), replay.build_probability_histogram(above, below)]
        figure.subplots_adjust(hspace=0.4)
        compose_animations(plots, title=title).save(options.output / "circles.mp4", dpi=120, fps=10)
        plt.close(figure)


if __name__ == "__main__":
    main()
