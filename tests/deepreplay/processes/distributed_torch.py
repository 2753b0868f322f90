"""Two processes train one model by PyTorch's DistributedDataParallel, in the loop that Keras's guide shows."""

import os
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"
os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")

import keras
import numpy as np
import torch
from torch import distributed
from torch.nn.parallel import DistributedDataParallel

from deepreplay import ReplayData


def train(rank: int, folder: Path) -> None:
    distributed.init_process_group("gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=2)
    X = np.random.default_rng(0).normal(size=(16, 2)).astype("float32")
    y = (X[:, :1] > 0).astype("float32")
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile(loss="binary_crossentropy")
    together = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    callbacks = keras.callbacks.CallbackList(
        [ReplayData(X, y, folder / "run.h5", "a")], model=model, epochs=2, steps=1, verbose=0
    )
    callbacks.on_train_begin()
    for epoch in range(2):
        callbacks.on_epoch_begin(epoch)
        callbacks.on_train_batch_begin(0)
        optimizer.zero_grad()
        # Each trains on samples of its own: only gradients that were exchanged make the weights equal.
        loss = torch.nn.functional.binary_cross_entropy(together(torch.tensor(X[rank::2])), torch.tensor(y[rank::2]))
        loss.backward()
        optimizer.step()
        callbacks.on_train_batch_end(0, {"loss": loss.item()})
        callbacks.on_epoch_end(epoch, {"loss": loss.item()})
    callbacks.on_train_end()
    np.savez(folder / f"{rank}.npz", *model.get_weights())
    distributed.destroy_process_group()


if __name__ == "__main__":
    torch.multiprocessing.spawn(train, (Path(sys.argv[1]),), nprocs=2)
