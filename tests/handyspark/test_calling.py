"""What a record's functions raise reaches users as handyspark's own, and names the record and its distribution."""

from __future__ import annotations

from typing import Any

import pytest

from handyhooks.errors import RecordError
from handyspark.calling import calling
from handyspark.errors import HandySparkError, InvalidValueError, PluginError

pytestmark = pytest.mark.usefixtures("plugin")

PLUGIN = "of handyspark-test-plugin 1.0"


def test_functions_that_fail_are_named_with_their_distribution(frame: Any) -> None:
    hdf = frame([(1.0,), (2.0,)], "x double")
    with pytest.raises(PluginError, match=f"method 'broken_bounds' {PLUGIN} failed: ZeroDivisionError") as raised:
        hdf.outliers("broken_bounds")
    assert isinstance(raised.value.__cause__, ZeroDivisionError)
    with pytest.raises(PluginError, match=f"method 'broken_score' {PLUGIN} failed: KeyError: 'x'"):
        hdf.outliers("broken_score")
    with pytest.raises(PluginError, match=f"plot kind 'broken_plot' {PLUGIN} failed: KeyError: 'm'"):
        hdf.cols["x"].plot("broken_plot")


def test_what_a_plugin_tells_users_keeps_its_class(frame: Any) -> None:
    with pytest.raises(RecordError, match=r"'refusing' .*: These columns are of no use\.") as raised:
        frame([(1.0,)], "x double").stratify("x").outliers("refusing")
    assert isinstance(raised.value, PluginError)
    assert isinstance(raised.value, HandySparkError)
    assert type(raised.value.__cause__) is RecordError


def test_own_errors_and_interruptions_pass_unchanged() -> None:
    for error in (InvalidValueError("as it is"), KeyboardInterrupt()):
        with pytest.raises(type(error)) as raised, calling("the plot kind 'x'"):
            raise error
        assert raised.value is error
