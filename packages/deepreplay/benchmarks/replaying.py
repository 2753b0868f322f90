"""What replaying costs: the posts' first experiment as a video of five plots, beside other ways to the same.

    python benchmarks/replaying.py [--epochs 150] [--contour-points 1000] [--without straightforward]

Each way runs in a process of its own, one after the other, so that its peak memory is its own. Printed are seconds and
ratios:

- deepreplay: building and saving; its peak memory above a process that has imported Keras and pyplot, also for a third
  of the epochs;
- ffmpeg alone: the frames lie ready, and are encoded with the settings of deepreplay;
- straightforward: ``set_weights`` and ``predict`` in one big batch, Axes cleared and ``contourf`` for every frame,
  ``FuncAnimation.save``;
- evaluating alone: predictions of all epochs on the contour points, against a bare loop of the compiled network.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")

import imageio_ffmpeg
import keras
import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np

SIZE, DPI, FPS = (12, 6), 120, 10
GROUP = "tanh"
COLORS = ("tab:blue", "tab:green")
Result = dict[str, float]


def main() -> None:
    """Measure all ways and print the ratios; in a child process, one of them."""
    parser = argparse.ArgumentParser(description="Measure what replaying costs.")
    parser.add_argument("--epochs", type=int, default=150)
    parser.add_argument("--contour-points", type=int, default=1000)
    parser.add_argument("--without", nargs="*", default=[], choices=sorted(WAYS), help="ways to leave out")
    parser.add_argument("--way", choices=sorted(WAYS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        result = WAYS[options.way](options.folder, options.epochs, options.contour_points)
        print(json.dumps({"peak": peak_memory(), **result}))
        return
    with tempfile.TemporaryDirectory() as name:
        record(Path(name), options.epochs)
        results = {}
        for way in WAYS:
            if way not in options.without:
                results[way] = in_child(way, Path(name), options.epochs, options.contour_points)
        if "deepreplay" in results:
            third = in_child("deepreplay", Path(name), max(1, options.epochs // 3), options.contour_points)
            results["a third of the epochs"] = third
    report(results)


def in_child(way: str, folder: Path, epochs: int, contour_points: int) -> Result:
    """Measure one way in a new process."""
    command = [sys.executable, __file__, "--way", way, "--folder", str(folder)]
    command += ["--epochs", str(epochs), "--contour-points", str(contour_points)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    result: Result = json.loads(done.stdout.splitlines()[-1])
    print(
        f"{way:16} {epochs:4} epochs  " + "  ".join(f"{name} {value:.2f}" for name, value in result.items()), flush=True
    )
    return result


def report(results: dict[str, Result]) -> None:
    """Print ratios, each with what is aimed at."""
    nothing = {"total": float("nan"), "save": float("nan")}
    own, rival, ffmpeg = (results.get(way, nothing) for way in ("deepreplay", "straightforward", "ffmpeg"))
    print(f"\nsaving, against ffmpeg alone               {own['save'] / ffmpeg['total']:6.2f}  (aim: 2 at most)")
    print(f"straightforward way, against all of it     {rival['total'] / own['total']:6.2f}  (aim: 10 at least)")
    if "evaluating" in results:
        ratio = results["evaluating"]["engine"] / results["evaluating"]["bare"]
        print(f"evaluating, against the bare loop          {ratio:6.2f}  (aim: 1.5 at most)")
    if "deepreplay" in results:
        more, fewer = own["above"], results["a third of the epochs"]["above"]
        print(f"peak memory above importing Keras          {more:6.0f} MB  (aim: 250 MB at most)")
        print(f"the same for a third of the epochs         {fewer:6.0f} MB")


def record(folder: Path, epochs: int) -> None:
    """Train the network of the post."""
    from deepreplay import ReplayData
    from deepreplay.datasets.parabola import load_data

    keras.utils.set_random_seed(42)
    X, y = load_data()
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((2,)),
            layers.Dense(2, activation="tanh", kernel_initializer="glorot_normal", name="hidden"),
            layers.Dense(1, activation="sigmoid", kernel_initializer="random_normal", name="output"),
        ]
    )
    model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.SGD(0.05), metrics=["accuracy"])
    replaydata = ReplayData(X, y, folder / "run.h5", GROUP, batch_size=16)
    model.fit(X, y, epochs=epochs, batch_size=16, verbose=0, callbacks=[replaydata])


def five_axes() -> tuple[Any, list[Any]]:
    """Figure and Axes of the post: the feature space, both histograms of probabilities, loss and metric, losses."""
    figure = plt.figure(figsize=SIZE, dpi=DPI)
    places: list[tuple[tuple[int, int], int, int]] = [((0, 0), 2, 2)]
    places += [((row, column), 1, 1) for column in (2, 3) for row in (0, 1)]
    axes = [plt.subplot2grid((2, 4), place, rowspan=rows, colspan=columns) for place, rows, columns in places]
    figure.subplots_adjust(left=0.06, right=0.94, wspace=0.6, hspace=0.35)
    return figure, axes


def built(folder: Path, epochs: int, contour_points: int) -> list[Any]:
    """The five plots, by deepreplay."""
    from deepreplay import Replay

    replay = Replay(folder / "run.h5", GROUP)
    _, (space, negative, positive, curves, losses) = five_axes()
    end = {"epoch_end": epochs}
    return [
        replay.build_feature_space(space, layer_name="hidden", contour_points=contour_points, **end),
        replay.build_probability_histogram(negative, positive, **end),
        replay.build_loss_and_metric(curves, metric_name="accuracy", **end),
        replay.build_loss_histogram(losses, **end),
    ]


def deepreplay(folder: Path, epochs: int, contour_points: int) -> Result:
    """Seconds to build and to save, and memory."""
    from deepreplay.plot import compose_animations

    before, start = peak_memory(), time.perf_counter()
    plots = built(folder, epochs, contour_points)
    middle = time.perf_counter()
    compose_animations(plots, title="tanh").save(folder / "deepreplay.mp4", dpi=DPI, fps=FPS)
    end = time.perf_counter()
    return {"build": middle - start, "save": end - middle, "total": end - start, "above": peak_memory() - before}


def ffmpeg(folder: Path, epochs: int, contour_points: int) -> Result:
    """Seconds to encode the very same frames, which are drawn in full and written to a file first."""
    from deepreplay.figure.encoders import encode_mp4
    from deepreplay.plot import compose_plots

    plots, raw = built(folder, epochs, contour_points), folder / "frames.raw"
    figure = plots[0].figure
    with raw.open("wb") as file:
        for epoch in range(epochs + 1):
            compose_plots(plots, epoch=epoch, title="tanh")
            figure.canvas.draw()
            file.write(figure.canvas.buffer_rgba())
    width, height = figure.canvas.get_width_height()
    frames = np.memmap(raw, np.uint8, "r", shape=(epochs + 1, width * height * 4))

    def ready() -> Iterator[memoryview]:
        return (memoryview(frame) for frame in frames)

    seconds = timed(lambda: encode_mp4(str(folder / "ffmpeg.mp4"), ready, len(frames), (width, height), FPS))
    raw.unlink()
    return {"total": seconds}


def straightforward(folder: Path, epochs: int, contour_points: int) -> Result:
    """Seconds of what anyone would write first."""
    from matplotlib.animation import FuncAnimation

    from deepreplay import Replay

    replay = Replay(folder / "run.h5", GROUP)
    weights, X, y = [replay.weights[epoch] for epoch in range(epochs + 1)], replay.inputs, replay.targets.ravel()
    model = replay.model_at(0)
    hidden = keras.Model(model.inputs, model.get_layer("hidden").output)
    mesh, grid = mesh_of(contour_points), grid_lines()
    history: list[tuple[float, float]] = []

    def predicted(network: Any, points: np.ndarray) -> np.ndarray:
        return network.predict(points, batch_size=len(points), verbose=0)

    def draw(epoch: int) -> None:
        model.set_weights(weights[epoch])
        for ax in (*axes, twin):
            ax.clear()
        twin.yaxis.tick_right()
        space, negative, positive, curves, losses = axes
        bent = predicted(hidden, mesh).reshape(contour_points, contour_points, 2)
        region = predicted(model, mesh).reshape(contour_points, contour_points)
        space.contourf(bent[..., 0], bent[..., 1], region, levels=[0, 0.5, 1], colors=COLORS, alpha=0.3)
        for line in predicted(hidden, grid.reshape(-1, 2)).reshape(grid.shape):
            space.plot(*line.T, color="0.45", linewidth=0.6)
        seen, probability = predicted(hidden, X), predicted(model, X).ravel()
        for label, ax in ((0, negative), (1, positive)):
            space.plot(*seen[y == label].T, ".", color=COLORS[label], markersize=4)
            ax.hist(probability[y == label], bins=10, range=(0, 1), color=COLORS[label])
        space.set(xlim=(-1.05, 1.05), ylim=(-1.05, 1.05))
        loss = -np.log(np.clip(np.where(y == 1, probability, 1 - probability), 1e-7, 1))
        history[epoch:] = [(float(loss.mean()), float(((probability > 0.5) == y).mean()))]
        curves.plot([one for one, _ in history], color="tab:red")
        twin.plot([one for _, one in history], color="tab:blue")
        losses.hist(loss, bins=30)
        figure.suptitle(f"tanh, epoch {epoch}")

    start = time.perf_counter()
    figure, axes = five_axes()
    twin = axes[3].twinx()
    animation = FuncAnimation(figure, draw, frames=epochs + 1, init_func=lambda: None)
    with mpl.rc_context({"animation.ffmpeg_path": imageio_ffmpeg.get_ffmpeg_exe()}):
        animation.save(str(folder / "straightforward.mp4"), dpi=DPI, fps=FPS)
    return {"total": time.perf_counter() - start}


def evaluating(folder: Path, epochs: int, contour_points: int) -> Result:
    """Seconds of all predictions on the contour points, each way once before for compiling."""
    from deepreplay import Replay

    replay = Replay(folder / "run.h5", GROUP)
    weights, mesh, model = (
        [replay.weights[epoch] for epoch in range(epochs + 1)],
        mesh_of(contour_points),
        replay.model_at(0),
    )
    chunks = np.array_split(mesh, max(1, round(len(mesh) / 131_072)))
    network = compiled(lambda values, x: model.stateless_call(values, [], x)[0])

    def bare(states: list[list[np.ndarray]]) -> None:
        for values in states:
            tensors = [keras.ops.convert_to_tensor(value) for value in values]
            for chunk in chunks:
                keras.ops.convert_to_numpy(network(tensors, keras.ops.convert_to_tensor(chunk)))

    def engine(last: int) -> None:
        for epoch in range(last + 1):
            replay.view.predict(epoch, mesh)

    bare(weights[:1])
    engine(0)
    return {"bare": timed(lambda: bare(weights)), "engine": timed(lambda: engine(epochs))}


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function made fast by the backend itself."""
    name = keras.backend.backend()
    if name == "jax":
        import jax

        return jax.jit(function)
    if name == "tensorflow":
        import tensorflow as tf

        return tf.function(function, jit_compile=True)
    import torch

    return torch.no_grad()(function)


def mesh_of(points: int) -> np.ndarray:
    """All points of the mesh, shape (points * points, 2)."""
    ticks = np.linspace(-1, 1, points, dtype=np.float32)
    return np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)


def grid_lines() -> np.ndarray:
    """The lines of the grid, as deepreplay draws them."""
    from deepreplay.plot import build_2d_grid

    return build_2d_grid((-1, 1), (-1, 1)).astype(np.float32)


def timed(action: Callable[[], object]) -> float:
    """Seconds that it takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def peak_memory() -> float:
    """Peak memory of this process so far, in MB."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return float("nan")


WAYS: dict[str, Callable[[Path, int, int], Result]] = {
    "deepreplay": deepreplay,
    "ffmpeg": ffmpeg,
    "straightforward": straightforward,
    "evaluating": evaluating,
}


if __name__ == "__main__":
    main()
