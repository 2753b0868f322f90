"""What a visualization shows, by epoch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from deepreplay.errors import EpochError
from deepreplay.figure.data import EpochData

EPOCHS = (3, 5, 8)


@pytest.fixture
def asked() -> list[int]:
    return []


@pytest.fixture
def data(asked: list[int]) -> EpochData:
    def compute(epoch: int) -> dict[str, Any]:
        asked.append(epoch)
        return {"loss": epoch / 2, "bent.input": np.full((4, 2), epoch)}

    return EpochData(compute, EPOCHS, {"line.input": np.zeros((4, 2)), "name": "accuracy"})


def test_positions_are_those_of_the_built_epochs(data: EpochData) -> None:
    assert data.epochs == EPOCHS
    assert len(data) == len(data.loss) == 3
    assert data.loss[1] == 2.5
    assert data.loss[-1] == 4
    assert list(data.loss) == [1.5, 2.5, 4]
    assert data[2].loss == 4


def test_arrays_are_whole_where_numpy_asks(data: EpochData) -> None:
    whole = np.stack([np.full((4, 2), epoch) for epoch in EPOCHS])
    np.testing.assert_array_equal(np.asarray(data.bent.input), whole)
    np.testing.assert_array_equal(np.asarray(data.bent.input, dtype="float32"), whole.astype("float32"))
    assert (data.bent.input.shape, data.bent.input.dtype) == (whole.shape, whole.dtype)


@pytest.mark.parametrize(
    "key",
    [0, -1, slice(1, None), slice(0, 0), (1, 2), (slice(None), 1, 0), (slice(0, 2), slice(1, 3)), [0, 2], np.int64(1)],
)
def test_indexing_is_that_of_the_whole_array(data: EpochData, key: Any) -> None:
    np.testing.assert_array_equal(data.bent.input[key], np.asarray(data.bent.input)[key])


def test_only_what_is_asked_for_is_computed(data: EpochData, asked: list[int]) -> None:
    assert data.loss[2] == 4
    assert set(asked) <= {EPOCHS[0], 8}


def test_an_epoch_is_found_by_its_number(data: EpochData) -> None:
    found = data.at(5)
    assert (found.loss, found.name) == (2.5, "accuracy")
    np.testing.assert_array_equal(found.bent.input, np.full((4, 2), 5))
    with pytest.raises(EpochError, match="nearest: 5 and 8"):
        data.at(6)


def test_what_is_the_same_in_all_epochs_has_no_axis_for_them(data: EpochData) -> None:
    assert data.name == "accuracy"
    assert data.line.input.shape == (4, 2)


def test_an_unknown_name_lists_what_there_is(data: EpochData) -> None:
    with pytest.raises(AttributeError, match=r"no 'los' here; there is line\.input, name, loss, bent\.input"):
        data.los  # noqa: B018
    assert {"loss", "bent", "line", "name"} <= set(dir(data))
