"""What a recorded run consists of: the names of its arrays and the fields of its header.

The callback writes by these names and `deepreplay.run` reads by them; a storage backend knows none of them.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = [
    "BATCHES",
    "COUNTERS",
    "CREATED",
    "EPOCHS",
    "INPUTS",
    "LEARNING_RATE",
    "SAMPLES",
    "SAMPLE_WEIGHT",
    "TARGETS",
    "TIME",
    "metric_of",
    "record_of",
    "weights_record",
]

FORMAT: Final = 1
"""Version of the header; grows when a reader of an older version could misunderstand it."""

CREATED: Final = "created"
"""Field of the header that says when the run was begun, in microseconds: a run that replaces one has another."""

INPUTS: Final = "inputs"
TARGETS: Final = "targets"
SAMPLE_WEIGHT: Final = "sample_weight"
SAMPLES: Final = "arrays"
"""Field of the header that says how the samples' arrays belong together."""

EPOCHS: Final = "epochs"
BATCHES: Final = "batches"
LEARNING_RATE: Final = "lr"
TIME: Final = "time"
"""Number of the epoch, weight updates so far, learning rate, and seconds since 1970: one number a record."""

COUNTERS: Final = (EPOCHS, BATCHES, LEARNING_RATE, TIME)
_PREFIX = "metric/"
_WEIGHTS = re.compile(r"layer\d+/weights\d+")


def weights_record(layer: int, position: int) -> str:
    """Name of a layer's array: ``layer.get_weights()[position]`` of layer number `layer`."""
    return f"layer{layer}/weights{position}"


def record_of(metric: str) -> str:
    """Name under which a metric is stored: its own, unless that is taken."""
    taken = metric in COUNTERS or metric.startswith(_PREFIX) or _WEIGHTS.fullmatch(metric)
    return _PREFIX + metric if taken else metric


def metric_of(record: str) -> str | None:
    """The metric that is stored under a name; None where the name holds no metric.

    Examples
    --------
    >>> metric_of("val_loss"), metric_of(record_of("lr")), metric_of("lr"), metric_of("layer0/weights1")
    ('val_loss', 'lr', None, None)
    """
    if record in COUNTERS or _WEIGHTS.fullmatch(record):
        return None
    return record.removeprefix(_PREFIX)
