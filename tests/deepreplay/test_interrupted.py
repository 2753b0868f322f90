"""Recordings that something ends, that several processes make, or that are looked at while they are made."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest

from deepreplay import Replay, ReplayData
from deepreplay.errors import EpochError, StorageError
from deepreplay.storage import hdf5

X = np.random.default_rng(0).uniform(-1, 1, (40, 2))
Y = (X[:, 0] > 0).astype(int)

MODEL = """
import os, sys
os.environ["KERAS_BACKEND"] = {backend!r}
import keras, numpy as np
from deepreplay import ReplayData
X = np.random.default_rng(0).uniform(-1, 1, (40, 2))
Y = (X[:, 0] > 0).astype(int)
model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense({units}), keras.layers.Dense(1)])
model.compile(loss="mse", optimizer="sgd")
"""

TRAIN = """
class Say(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        print(epoch + 1, flush=True)
model.fit(X, Y, epochs=100_000, verbose=0, callbacks=[ReplayData(X, Y, sys.argv[1], "killed"), Say()])
"""


def fit(model: Any, *callbacks: Any, epochs: int = 2, **options: Any) -> Any:
    return model.fit(X, Y, epochs=epochs, batch_size=16, verbose=0, callbacks=list(callbacks), **options)


@pytest.mark.thorough
def test_killed_trainings_replay_to_their_last_epoch_and_go_on(tmp_path: Path, make_model: Callable[..., Any]) -> None:
    older = ReplayData(X, Y, tmp_path / "older.h5", "older", model=make_model())
    del older
    code = MODEL.format(backend=keras.backend.backend(), units=50) + TRAIN
    trainings = []
    for number in range(3):
        path = tmp_path / f"{number}.h5"
        path.write_bytes((tmp_path / "older.h5").read_bytes())
        process = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True)
        trainings.append((path, process))
    acknowledged = []
    for epochs, (_, process) in zip((1, 9, 40), trainings, strict=True):
        assert process.stdout is not None
        for _ in range(epochs):
            assert process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
        acknowledged.append(int((process.stdout.read().splitlines() or [str(epochs)])[-1]))
        process.wait()
    for epochs, (path, _) in zip(acknowledged, trainings, strict=True):
        with Replay(path, "killed") as replay:
            assert replay.n_epochs >= epochs
            assert np.isfinite(replay.training_loss).all()
            assert replay.training_loss.shape == (replay.n_epochs,)
            last = replay.model_at(-1)
            np.testing.assert_allclose(replay.predict_proba(-1)[0], last.predict(X, verbose=0), rtol=1e-4, atol=1e-5)
            before = replay.n_epochs
        fit(last, ReplayData(X, Y, path, "killed", append=True))
        with Replay(path, "killed") as replay, Replay(path, "older") as older_replay:
            assert replay.n_epochs == before + 2
            assert older_replay.n_epochs == 0


class Interrupt(keras.callbacks.Callback):
    """Ctrl-C in the second epoch."""

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if self.model.optimizer.iterations >= 5:
            raise KeyboardInterrupt


@pytest.mark.parametrize(("freq", "last"), [("epoch", 1), ("batch", 3)])
def test_after_ctrl_c_the_file_can_be_closed_for_other_processes(
    tmp_path: Path, make_model: Callable[..., Any], freq: str, last: int
) -> None:
    replaydata = ReplayData(X, Y, tmp_path / "run.h5", "a", freq=freq)
    with pytest.raises(KeyboardInterrupt):
        fit(make_model(), replaydata, Interrupt())
    with Replay(tmp_path / "run.h5", "a") as replay:
        assert replay.n_epochs == last
    replaydata.close()
    code = f"import h5py; h5py.File({str(tmp_path / 'run.h5')!r}, 'a').close()"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_early_stopping_and_epochs_that_begin_later_are_counted_as_they_were(
    tmp_path: Path, make_model: Callable[..., Any]
) -> None:
    stop = keras.callbacks.EarlyStopping(monitor="loss", patience=1, min_delta=10)
    history = fit(make_model(), ReplayData(X, Y, tmp_path / "run.h5", "early"), stop, epochs=50)
    late = fit(make_model(), ReplayData(X, Y, tmp_path / "run.h5", "late"), epochs=5, initial_epoch=2)
    for group, ran in (("early", history), ("late", late)):
        with Replay(tmp_path / "run.h5", group) as replay:
            np.testing.assert_allclose(replay.training_loss, ran.history["loss"])
            assert list(replay.epochs) == list(range(len(ran.history["loss"]) + 1))


def test_several_callbacks_and_generators_record_at_once(tmp_path: Path, make_model: Callable[..., Any]) -> None:
    def batches() -> Any:
        while True:
            yield X[:20], Y[:20]

    both = [
        ReplayData(X, Y, tmp_path / "run.h5", "a"),
        ReplayData(X[:5], Y[:5], tmp_path / "run.h5", "b", freq="batch"),
    ]
    make_model().fit(batches(), steps_per_epoch=3, epochs=2, verbose=0, callbacks=both)
    with Replay(tmp_path / "run.h5", "a") as a, Replay(tmp_path / "run.h5", "b") as b:
        assert (a.n_epochs, b.n_epochs) == (2, 6)
        np.testing.assert_array_equal(a.weights[2][0], b.weights[6][0])


def test_an_open_replay_does_not_keep_a_training_from_recording(tmp_path: Path, make_model: Callable[..., Any]) -> None:
    fit(make_model(), ReplayData(X, Y, tmp_path / "run.h5", "a"))
    with Replay(tmp_path / "run.h5", "a") as replay:
        fit(make_model(), ReplayData(X, Y, tmp_path / "run.h5", "b"))
        assert replay.n_epochs == 2
        assert replay.predict_proba().shape == (3, 40, 1)
        fit(make_model(), ReplayData(X, Y, tmp_path / "run.h5", "a", overwrite=True), epochs=1)
        with pytest.raises(StorageError, match="'a' was replaced since it was opened"):
            replay.weights[0]


def test_a_live_replay_sees_the_epochs_that_are_done(tmp_path: Path, make_model: Callable[..., Any]) -> None:
    seen = []

    class Watch(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if epoch == 0:
                self.live = Replay(tmp_path / "run.h5", "a", live=True)
                self.still = Replay(tmp_path / "run.h5", "a")
            before = self.still.n_epochs
            self.still.refresh()
            same = np.array_equal(self.live.weights[-1][0], self.model.get_weights()[0])
            seen.append((self.live.n_epochs, before, self.still.n_epochs, len(self.live.training_loss), same))

    fit(make_model(), ReplayData(X, Y, tmp_path / "run.h5", "a"), Watch(), epochs=3)
    assert seen == [(1, 1, 1, 1, True), (2, 1, 2, 2, True), (3, 2, 3, 3, True)]


def test_a_live_replay_waits_for_a_training_to_begin(tmp_path: Path, trained: Any) -> None:
    done = hdf5.BACKEND.open(str(trained.path), "part1")
    static = {name: done.static(name) for name in ("inputs", "targets")}
    location = str(tmp_path / "run.h5")
    writer = hdf5.BACKEND.create(location, "a", done.header, static)
    with pytest.raises(StorageError, match=r"holds no state.*live=True waits"):
        Replay(location, "a")
    with Replay(location, "a", live=True) as replay:
        assert (replay.n_epochs, list(replay.epochs)) == (0, [])
        with pytest.raises(EpochError, match="No state is recorded yet"):
            replay.predict_proba()
        writer.write(0, {name: done.read(name, 0) for name in done.names() if name.startswith("layer")})
        writer.commit()
        assert list(replay.epochs) == [0]
        assert replay.predict_proba().shape == (1, 120, 1)
    writer.close()


def test_of_several_processes_the_first_one_writes(
    tmp_path: Path, make_model: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ReplayData(X, Y, tmp_path / "run.h5", "a")
    fit(make_model(), first)
    before = (tmp_path / "run.h5").read_bytes()
    for module in ("callbacks", "recorder"):
        monkeypatch.setattr(f"deepreplay.{module}.is_writer", lambda model=None: False, raising=False)
    for freq in ("epoch", "batch"):
        other = ReplayData(X, Y, tmp_path / "run.h5", "a", freq=freq)  # the group that the first process made
        fit(make_model(), other)
    assert (tmp_path / "run.h5").read_bytes() == before


def test_a_file_that_another_process_writes_is_told_before_training(
    tmp_path: Path, make_model: Callable[..., Any]
) -> None:
    path = tmp_path / "run.h5"
    code = f"import h5py, sys; file = h5py.File({str(path)!r}, 'a'); print(1, flush=True); sys.stdin.readline()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", code], text=True, **pipes) as process:  # type: ignore[call-overload]
        process.stdout.readline()
        model = make_model()
        with pytest.raises(StorageError, match="Another process has the file open"):
            fit(model, ReplayData(X, Y, path, "a"))
        assert model.optimizer.iterations == 0
        process.communicate("\n")


def test_places_that_cannot_be_written_are_told_when_the_callback_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder.h5").mkdir()
    with pytest.raises(StorageError, match="It is a folder, not a file"):
        ReplayData(X, Y, tmp_path / "folder.h5", "a")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["a/numbers"] = np.arange(3)
    for options in ({}, {"overwrite": True}, {"append": True}):
        with pytest.raises(StorageError, match="'a' is no recording"):
            ReplayData(X, Y, tmp_path / "other.h5", "a", **options)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(StorageError, match=r"The folder '.*' of the recording is read-only"):
        ReplayData(X, Y, tmp_path / "run.h5", "a")
    with pytest.raises(StorageError, match=r"other\.h5' is read-only"):
        ReplayData(X, Y, tmp_path / "other.h5", "b")


@pytest.mark.parametrize("damage", ["header", "inputs", "records"])
def test_a_damaged_group_is_named_and_can_be_overwritten(
    tmp_path: Path, make_model: Callable[..., Any], damage: str
) -> None:
    path = tmp_path / "run.h5"
    for group in ("a", "b"):
        fit(make_model(), ReplayData(X, Y, path, group))
    with h5py.File(path, "a") as file:
        if damage == "header":
            file["a"].attrs["header"] = "{"
        elif damage == "records":
            del file["a"].attrs["records"]
        else:
            del file["a/inputs"]
    with pytest.raises(StorageError, match=r"can't be used|Group 'a' .* is damaged"):
        fit(make_model(), ReplayData(X, Y, path, "a", append=True))
    model = make_model()
    fit(model, ReplayData(X, Y, path, "a", overwrite=True), epochs=1)
    with Replay(path, "a") as replay, Replay(path, "b") as other:
        assert (replay.n_epochs, other.n_epochs) == (1, 2)
        np.testing.assert_array_equal(replay.weights[1][0], model.get_weights()[0])


FULL = """
import resource
from deepreplay.errors import StorageError
recording = ReplayData(X, Y, {path!r}, "a")
resource.setrlimit(resource.RLIMIT_FSIZE, (os.path.getsize({path!r}) + 300_000, resource.RLIM_INFINITY))
try:
    model.fit(X, Y, epochs=99, verbose=0, callbacks=[recording])
except StorageError as error:
    print(error)
recording.close()
try:
    ReplayData(X, Y, {path!r}, "b", model=model)
except StorageError as error:
    print(error)
"""


def test_a_file_that_may_not_grow_ends_the_recording_with_its_last_epoch_whole(
    tmp_path: Path, make_model: Callable[..., Any]
) -> None:
    pytest.importorskip("resource", reason="this system sets no limits on files")
    path = tmp_path / "run.h5"
    fit(make_model(), ReplayData(X, Y, path, "older"))
    code = MODEL.format(backend=keras.backend.backend(), units=500) + FULL.format(path=str(path))
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(said) == 2
    for line in said:
        assert "There is no room left" in line
        assert "may not become larger" in line
        assert "What was recorded before is whole" in line
    with Replay(path, "a") as replay, Replay(path, "older") as older:
        reached = replay.n_epochs
        assert 5 < reached < 99
        assert older.n_epochs == 2
        last = replay.model_at(-1)
    fit(last, ReplayData(X, Y, path, "a", append=True), epochs=1)
    with Replay(path, "a") as replay:
        assert replay.n_epochs == reached + 1


def test_two_callbacks_of_one_training_can_not_go_on_with_one_group(
    tmp_path: Path, make_model: Callable[..., Any]
) -> None:
    model = make_model()
    fit(model, ReplayData(X, Y, tmp_path / "run.h5", "a"))
    both = [ReplayData(X, Y, tmp_path / "run.h5", "a", append=True) for _ in range(2)]
    with pytest.raises(StorageError, match="'a' was deleted, or is recorded by another callback"):
        fit(model, *both)
    both[1].close()
    with Replay(tmp_path / "run.h5", "a") as replay:
        assert replay.n_epochs in (2, 3)
