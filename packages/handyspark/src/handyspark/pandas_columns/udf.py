"""Pandas' methods as pandas UDFs that need no handyspark where they run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

__all__ = ["caller"]


def caller(
    accessor: str, name: str, kwargs: Mapping[str, Any], slots: Mapping[str, int], dtypes: Sequence[str], returns: str
) -> Callable[..., Any]:
    """Make a function that calls a method of pandas on columns as `Operand.parts` gives them.

    What is made refers to nothing in this package, so that it is pickled by value.

    Parameters
    ----------
    accessor
        ``"str"``, ``"dt"``, or nothing; ``"index"`` where the column is the index of a Series, and which rows a method
        keeps is the result.
    name, kwargs
        The method, and its arguments.
    slots
        Arguments that are columns, by their position among all columns; the first is the Series itself.
    dtypes
        Of each column.
    returns
        A Spark type, ``"micros"``, or ``"clock"`` (micros that the clock of the result's zone shows); nothing to leave
        the result as it is.
    """
    # No closure may reach this module's globals: it is not there on the executors.
    settings = (accessor, name, dict(kwargs), dict(slots), tuple(dtypes), returns)

    def compute(*parts):  # type: ignore[no-untyped-def]
        import warnings

        import numpy as np
        import pandas as pd

        accessor, name, kwargs, slots, dtypes, returns = settings
        left = list(parts)
        series = []
        for dtype in dtypes:
            values = left.pop(0)
            if dtype in ("Int64", "boolean") or dtype.startswith("datetime64"):
                absent = left.pop(0).to_numpy(dtype=bool)
                if dtype.startswith("datetime64"):
                    micros = values.to_numpy(dtype="int64").copy()
                    micros[absent] = np.iinfo("int64").min
                    clock = pd.Series(micros.view("datetime64[us]"))
                    series.append(clock.dt.tz_localize("UTC") if dtype.endswith("UTC]") else clock)
                elif dtype == "Int64":
                    series.append(pd.Series(pd.arrays.IntegerArray(values.to_numpy(dtype="int64"), absent)))
                else:
                    series.append(pd.Series(pd.arrays.BooleanArray(values.to_numpy(dtype=bool), absent)))
            elif dtype == "Float64":
                floats = values.to_numpy(dtype="float64")
                series.append(pd.Series(pd.arrays.FloatingArray(floats.copy(), np.isnan(floats))))
            else:
                series.append(values.astype("object").where(values.notna(), None).astype(dtype))
        if accessor == "index":
            rows = pd.Series(np.arange(len(series[0])), index=pd.Index(series[0]))
            owner = rows[rows.index.notna()].sort_index()
        else:
            owner = getattr(series[0], accessor) if accessor else series[0]
        member = getattr(owner, name)
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            arguments = {**kwargs, **{parameter: series[at] for parameter, at in slots.items()}}
            result = member(**arguments) if callable(member) else member
        if accessor == "index":
            kept = np.isin(np.arange(len(series[0])), result.to_numpy())
            result = pd.Series(pd.arrays.BooleanArray(kept, series[0].isna().to_numpy(dtype=bool)))
        if not returns:
            return result
        if returns == "clock":
            result = result.dt.tz_localize(None)
        if returns in ("micros", "clock"):
            result = (
                pd.Series(result.to_numpy(dtype="datetime64[us]").astype("int64"))
                .astype("Int64")
                .mask(result.isna().to_numpy())
            )
        elif returns in ("int", "bigint"):
            result = result.astype("Int64")
        elif returns == "double":
            result = result.astype("Float64").to_numpy(dtype="float64", na_value=np.nan)
        elif returns == "boolean":
            result = result.astype("boolean")
        else:
            items = result.astype("object")
            if returns == "array<string>":
                items = [list(item) if isinstance(item, (list, tuple)) else None for item in items]
            else:
                items = [item if isinstance(item, (str, bytes)) else None for item in items]
            result = pd.Series(items, dtype="object")
        return pd.Series(result)

    return compute
