"""One process trains a model that `tf.distribute` mirrors on two logical CPUs."""

import os
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"

import numpy as np
import tensorflow as tf

[cpu] = tf.config.list_physical_devices("CPU")
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)

import keras  # noqa: E402 - the devices must be set before

from deepreplay import ReplayData  # noqa: E402

folder = Path(sys.argv[1])
X = np.random.default_rng(0).normal(size=(16, 2)).astype("float32")
y = (X[:, :1] > 0).astype("float32")
with tf.distribute.MirroredStrategy(["/cpu:0", "/cpu:1"]).scope():
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.SGD(0.5))
model.fit(X, y, epochs=2, batch_size=8, verbose=0, callbacks=[ReplayData(X, y, folder / "run.h5", "a")])
for device in range(2):
    copies = [weight.value.values[device].numpy() for weight in model.weights]
    np.savez(folder / f"{device}.npz", *copies)
