"""A model of 57 inputs, seen through an extra layer of two units: mails that are spam or not.

The extra linear layer splits the model in two, as the post explains: the encoder goes from the inputs to two latent
factors, and the decoder, the output, is a plain logistic regression on them. ``spambase.png`` shows the factors at
several epochs, ``decoder.png`` the logistic regression at the last, as probabilities all over the plane of the
factors. What is shown are mails that the model was not trained on.

The data are the UCI Spambase (https://archive.ics.uci.edu/dataset/94/spambase), a CSV of 57 numbers and the class
without a header. Without ``--data``, numbers are drawn that are as many, but mean nothing.

    python spambase.py --output DIR --data spambase.csv [--seed 42]
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
from experiment import classifier, options_of, pictures_at, read, record, save
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from deepreplay import Replay

N_INPUTS = 57
N_SHOWN = 1000
SHADES = LinearSegmentedColormap.from_list("classes", ["#a5c8e1", "white", "#abdaab"])


def load_data(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and classes of the mails."""
    table = np.loadtxt(path, delimiter=",")
    if table.ndim != 2 or table.shape[1] != N_INPUTS + 1:
        raise SystemExit(f"{path} is not the Spambase: it must have {N_INPUTS + 1} columns, without a header.")
    return table[:, :-1], table[:, -1].astype(int)


def made_up_data(n_points: int = 4000, seed: int = 13) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies that are higher in the positive cases for some of the inputs."""
    generator = np.random.default_rng(seed)
    y = (generator.uniform(size=n_points) < 0.4).astype(int)
    shift = generator.normal(0, 0.3, N_INPUTS)
    return np.exp(generator.normal(size=(n_points, N_INPUTS)) + y[:, None] * shift), y


def prepared(X: np.ndarray, y: np.ndarray, seed: int) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Samples to train on and others to look at, on a scale on which no input outweighs the rest."""
    order = np.random.default_rng(seed).permutation(len(X))
    shown, trained_on = order[:N_SHOWN], order[N_SHOWN:]
    X = np.log1p(X)  # a few mails have frequencies a hundred times higher than most
    X = (X - X[trained_on].mean(axis=0)) / X[trained_on].std(axis=0)
    return (X[trained_on], y[trained_on]), (X[shown], y[shown])


def build_model() -> keras.Model:
    """57 inputs, ten hidden units, two latent factors, one output."""
    layers = [
        keras.layers.Dense(10, activation="tanh", kernel_initializer="he_normal", name="hidden"),
        keras.layers.Dense(2, activation="linear", kernel_initializer="glorot_normal", name="latent"),
    ]
    return classifier(layers, N_INPUTS, keras.optimizers.SGD(learning_rate=0.01))


def decoder(replay: Replay, title: str, names: Sequence[str]) -> tuple[Figure, float]:
    """The output as a logistic regression on the two factors; and how far its probabilities are from the model's."""
    epoch = replay.n_epochs
    factors = replay.view.outputs("latent", epoch)
    weights, bias = replay.view.weights(epoch)["output"]
    limits = [
        (low - 0.05 * (high - low), high + 0.05 * (high - low))
        for low, high in zip(factors.min(0), factors.max(0), strict=True)
    ]
    plane = np.stack(np.meshgrid(*(np.linspace(low, high, 300) for low, high in limits)), axis=-1)
    figure, ax = plt.subplots(figsize=(7, 5.5), layout="constrained")
    probability = logistic(plane @ weights[:, 0] + bias[0])
    shades = ax.pcolormesh(*np.moveaxis(plane, -1, 0), probability, cmap=SHADES, vmin=0, vmax=1)
    ax.contour(*np.moveaxis(plane, -1, 0), probability, levels=[0.5], colors="black")
    for label, color in enumerate(("tab:blue", "tab:green")):
        ax.plot(*factors[replay.targets.ravel() == label].T, ".", markersize=4, color=color, label=names[label])
    figure.colorbar(shades, label="probability: 1 / (1 + exp(-(w1 f1 + w2 f2 + b)))")
    ax.set(xlabel="f1", ylabel="f2", title=f"{title}, epoch {epoch}")
    ax.legend(loc="upper right")
    own = logistic(factors @ weights[:, 0] + bias[0])
    return figure, float(np.abs(own - replay.predict_proba(epoch, epoch)[0, :, 0]).max())


def logistic(z: np.ndarray) -> np.ndarray:
    """Probability for a log-odds."""
    return 1 / (1 + np.exp(-z))


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, and save two pictures."""
    parser = options_of(__doc__, epochs=30)
    parser.add_argument("--data", type=Path, help="the CSV file; without it, data are made up")
    options = read(parser, arguments)
    if options.data:
        (X, y), name, classes = load_data(options.data), "Spambase", ("not spam", "spam")
    else:
        (X, y), name, classes = made_up_data(), "Made-up data", ("negative cases", "positive cases")
    title = f"{name}, seed {options.seed}"
    train, shown = prepared(X, y, options.seed)
    path = options.output / "spambase.h5"
    record(path, "spambase", build_model, train, options, seen=shown)
    with Replay(path, "spambase") as replay:
        rows = [partial(replay.build_feature_space, layer_name="latent")]
        save(pictures_at([0, 1, 5, options.epochs], replay, rows, title), options.output / "spambase.png")
        figure, difference = decoder(replay, title, classes)
        save(figure, options.output / "decoder.png")
        last = replay.n_epochs
        accuracy = ((replay.predict_proba(last, last)[0] > 0.5) == replay.targets.reshape(-1, 1)).mean()
        print(f"{title}: {accuracy:.1%} of {len(shown[0])} samples that it was not trained on are right at the end.")
        print(f"A logistic regression on the two factors gives the same probabilities, but for {difference:.0e}.")


if __name__ == "__main__":
    main()
