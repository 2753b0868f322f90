"""Everything that handyspark raises of its own accord, and the warnings it gives."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

__all__ = [
    "ColumnNotFoundError",
    "HandySparkError",
    "InferredTypeWarning",
    "InvalidOperationError",
    "InvalidTypeError",
    "InvalidValueError",
    "LeftOutWarning",
    "MissingMethodError",
    "MissingPackageError",
    "PluginError",
    "SafetyWarning",
    "TooManyStrataError",
    "TooManyValuesError",
    "UndefinedMetricWarning",
    "UnknownNameError",
    "UnsupportedColumnError",
    "near",
]


class HandySparkError(Exception):
    """Base of every error that handyspark raises of its own accord."""


class InvalidValueError(HandySparkError, ValueError):
    """An argument of the right type whose value is not allowed."""


class InvalidTypeError(HandySparkError, TypeError):
    """An argument of the wrong type."""


class InvalidOperationError(HandySparkError, TypeError):
    """What was asked for can't be done with this object."""


class UnsupportedColumnError(InvalidTypeError):
    """A column of a type that makes no sense for what was asked."""


class TooManyStrataError(InvalidValueError):
    """A stratification into more strata than is allowed."""


class TooManyValuesError(InvalidValueError):
    """More distinct values than the driver should hold."""


class MissingMethodError(HandySparkError, AttributeError):
    """A pandas method that pandas does not have, or that makes no sense for a column of Spark."""


class MissingPackageError(HandySparkError, ImportError):
    """What was asked for needs a package that is not installed."""


class PluginError(HandySparkError):
    """A function of an outlier method, an imputation strategy or a plot kind failed. The cause is chained."""


class UnknownNameError(HandySparkError, LookupError):
    """No method, strategy or plot kind of that name is installed."""


class ColumnNotFoundError(HandySparkError, KeyError):
    """A column that the frame does not have."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""

    @classmethod
    def from_missing(cls, missing: str, available: Sequence[str]) -> ColumnNotFoundError:
        """Name the missing column, what is near, and what there is."""
        return cls(f"There is no column {missing!r}.{near(missing, available)} Columns: {_listed(available)}.")


class InferredTypeWarning(UserWarning):
    """The type of a new column was found by trying its function on a few rows."""


class SafetyWarning(UserWarning):
    """A result was cut at the safety limit."""


class LeftOutWarning(UserWarning):
    """Rows were left out since they miss something."""


class UndefinedMetricWarning(UserWarning):
    """A figure is not defined for these data, and given as NaN, or as 0 where scikit-learn does so."""


def near(name: str, names: Sequence[str]) -> str:
    """Return " Did you mean 'x'?" for the nearest of `names`, or nothing."""
    folded = {other.casefold(): other for other in names}
    matches = difflib.get_close_matches(name.casefold(), folded, n=1)
    return f" Did you mean {folded[matches[0]]!r}?" if matches else ""


def _listed(names: Sequence[str], most: int = 30) -> str:
    shown = ", ".join(map(repr, names[:most])) or "none"
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
