"""What recording costs: against a bare h5py append, and against a training without it.

    python benchmarks/overhead.py [writing] [training] [memory]

Each figure is the median of several runs of both, one after the other, on this machine.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")

import h5py
import keras
import numpy as np

from deepreplay import ReplayData
from deepreplay.storage.hdf5 import BACKEND

RUNS = 3


def main(parts: list[str]) -> None:
    """Print the parts that were asked for, or all."""
    for name, part in (("writing", writing), ("training", training), ("memory", memory)):
        if not parts or name in parts:
            part()


def writing() -> None:
    """Seconds a record, and bytes a second, for a flush after every record."""
    resnet = keras.applications.ResNet50(weights=None)
    cases = {
        "1 MB in 4 arrays": ([(512, 256), (256,), (256, 480), (480,)], 60),
        "52 MB in 4 arrays": ([(3500, 2000), (2000,), (2000, 3000), (3000,)], 6),
        "ResNet50, 320 arrays": ([tuple(weight.shape) for weight in resnet.weights], 6),
    }
    print("Writing records              bare h5py     deepreplay    ratio   MB/s")
    for name, (shapes, records) in cases.items():
        arrays = {f"layer0/weights{i}": np.ones(shape, "float32") for i, shape in enumerate(shapes)}
        bare = median(lambda a=arrays, n=records: seconds_in_folder(bare_append, a, n)) / records
        own = median(lambda a=arrays, n=records: seconds_in_folder(backend_append, a, n)) / records
        size = sum(array.nbytes for array in arrays.values()) / 1e6
        print(f"{name:24}  {bare * 1e3:9.2f} ms  {own * 1e3:9.2f} ms  {own / bare:7.2f}  {size / own:5.0f}")


def bare_append(path: str, arrays: Mapping[str, np.ndarray], records: int) -> None:
    """What anyone would write: a dataset an array, that grows by a row."""
    with h5py.File(path, "w") as file:
        rows = {
            name: file.create_dataset(
                name, (0, *value.shape), value.dtype, maxshape=(None, *value.shape), chunks=(1, *value.shape)
            )
            for name, value in arrays.items()
        }
        for index in range(records):
            for name, value in arrays.items():
                rows[name].resize(index + 1, axis=0)
                rows[name][index] = value
            file.flush()


def backend_append(path: str, arrays: Mapping[str, np.ndarray], records: int) -> None:
    """The built-in backend."""
    writer = BACKEND.create(path, "run", {}, {})
    for index in range(records):
        writer.write(index, arrays)
        writer.commit()
    writer.close()


def training() -> None:
    """Seconds of a training without and with the callback."""
    cases = {
        "tiny (9 weights)": (2, 2, 10_000, 20),
        "1 MB": (64, 490, 100_000, 5),
        "50 MB": (1000, 3000, 2_000, 5),
    }
    print("Training                      without          with    more")
    for name, (inputs, units, samples, epochs) in cases.items():
        X = np.random.default_rng(0).normal(size=(samples, inputs)).astype("float32")
        y = (X[:, 0] > 0).astype("float32")
        model = keras.Sequential(
            [keras.layers.Input((inputs,))]
            + [keras.layers.Dense(units, "relu") for _ in range(1 if units == 2 else 2)]
            + [keras.layers.Dense(1, "sigmoid")]
        )
        model.compile(loss="binary_crossentropy", optimizer="sgd")
        fit(model, X, y, 1, None)
        without, with_callback = [], []
        for _ in range(RUNS):
            without.append(fit(model, X, y, epochs, None) / epochs)
            with tempfile.TemporaryDirectory() as folder:
                with_callback.append(fit(model, X, y, epochs, Path(folder, "run.h5")) / epochs)
        one, other = statistics.median(without), statistics.median(with_callback)
        print(f"{name:20}  {one * 1e3:9.1f} ms  {other * 1e3:9.1f} ms  {other / one - 1:6.1%}  an epoch")


def fit(model: keras.Model, X: np.ndarray, y: np.ndarray, epochs: int, path: Path | None) -> float:
    """Seconds of the epochs, without those before the first."""
    times: list[float] = []
    clock = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: times.append(time.perf_counter()),
        on_train_end=lambda logs: times.append(time.perf_counter()),
    )
    recording = [] if path is None else [ReplayData(X[:1000], y[:1000], path, "run")]
    model.fit(X, y, epochs=epochs, batch_size=256, verbose=0, callbacks=[*recording, clock])
    return times[-1] - times[0]


def memory() -> None:
    """Peak memory of processes that write few and many records of 10 MB."""
    code = (
        "import sys, tempfile, numpy as np; from deepreplay.storage.hdf5 import BACKEND\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        "    writer = BACKEND.create(folder + '/run.h5', 'run', {}, {})\n"
        "    for index in range(int(sys.argv[1])):\n"
        "        writer.write(index, {'w': np.full((2500, 1000), index, 'float32')}); writer.commit()\n"
        "    print([line for line in open('/proc/self/status') if 'VmHWM' in line][0].split()[1])\n"
    )
    print("Memory: peak of a writer of 10 MB records")
    for records in (5, 50):
        done = subprocess.run([sys.executable, "-c", code, str(records)], capture_output=True, text=True, check=True)
        print(f"{records:4} records  {int(done.stdout) / 1024:7.1f} MB")


def median(measured: Callable[[], float]) -> float:
    """The middle one of several measurements."""
    return statistics.median(measured() for _ in range(RUNS))


def seconds_in_folder(
    append: Callable[[str, Mapping[str, np.ndarray], int], None], arrays: Mapping[str, np.ndarray], records: int
) -> float:
    """Seconds that it takes in a new folder."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        append(os.path.join(folder, "run.h5"), arrays, records)
        return time.perf_counter() - start


if __name__ == "__main__":
    main(sys.argv[1:])
