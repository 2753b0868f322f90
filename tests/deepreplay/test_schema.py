"""Names of what is recorded."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from deepreplay.schema import EPOCHS, LEARNING_RATE, metric_of, record_of, weights_record

METRICS = st.text() | st.sampled_from(["lr", "epochs", "metric/lr", "metric/", "layer0/weights0", "loss", "layer0"])


@given(METRICS)
def test_a_metric_is_found_under_its_own_name(metric: str) -> None:
    assert metric_of(record_of(metric)) == metric


@given(METRICS)
def test_no_metric_takes_the_place_of_something_else(metric: str) -> None:
    assert record_of(metric) not in (EPOCHS, LEARNING_RATE, weights_record(0, 0))
    assert all(metric_of(name) is None for name in (EPOCHS, LEARNING_RATE, weights_record(3, 1)))
