from __future__ import annotations

import re
from pathlib import Path

import pytest

README = Path(__file__).resolve().parents[3] / "plugins/handy-ridgeline/README.md"


def block_about(word: str) -> str:
    (block,) = [
        block
        for block in re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
        if word in block
    ]
    return block


def test_ridges_of_passengers(spark):
    handyspark = pytest.importorskip("handyspark")
    datasets = pytest.importorskip("handyspark.datasets")
    lines = block_about("hdf.").splitlines()
    assert lines
    hdf = handyspark.handy(datasets.passengers(spark, 300))
    drawn = [eval(line, {"hdf": hdf}) for line in lines]
    _, by_stratum = drawn[0]
    assert len(by_stratum.collections) == 6
    assert len(drawn[1].collections) == 2


def test_ridges_of_a_training(tmp_path, monkeypatch):
    deepreplay = pytest.importorskip("deepreplay")
    keras = pytest.importorskip("keras")
    import numpy as np

    inputs = np.random.default_rng(0).normal(size=(40, 2)).astype("float32")
    targets = (inputs.sum(axis=1) > 0).astype("float32")
    layers = [
        keras.layers.Input((2,)),
        keras.layers.Dense(4, activation="tanh", name="hidden"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
    model = keras.Sequential(layers)
    model.compile(loss="binary_crossentropy", optimizer="sgd")
    recorder = deepreplay.ReplayData(inputs, targets, filename=str(tmp_path / "run.h5"), group_name="part1")
    model.fit(inputs, targets, epochs=2, verbose=0, callbacks=[recorder])
    replay = deepreplay.Replay(replay_filename=str(tmp_path / "run.h5"), group_name="part1")
    monkeypatch.chdir(tmp_path)
    exec(block_about("replay."), {"replay": replay})
    assert (tmp_path / "ridgeline.gif").read_bytes().startswith(b"GIF8")
