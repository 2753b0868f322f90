"""What is left out of pandas' methods, and why; and the names that pandas itself has dropped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

__all__ = ["LEFT_OUT", "RENAMED"]

_WHOLE: Final = "it looks at all rows: use `hdf.cols[...]`, or Spark's aggregates"
_ORDER: Final = "it depends on the order of rows, which Spark's do not have: use Spark's window functions"
_INDEX: Final = "it is about the index or position of rows, which Spark's do not have"
_ROWS: Final = "it gives other rows than it is given: use the methods of the frame"
_FETCH: Final = "it brings the data to you: use `hdf.cols[...][:]` or `toPandas`"
_DRAWS: Final = "it draws: use `hdf.cols[...].hist()` and its kin"
_SERIES: Final = "it describes or changes a Series as an object, and columns are neither"
_FUNCTION: Final = (
    "it calls a function of yours: give that to `hdf.assign`, as in `hdf.assign(new=lambda Fare: Fare * 2)`"
)
_COLUMNS: Final = "it gives several columns"
_TYPE: Final = "Spark has no type for its result"
_TIME: Final = (
    "Spark has no type for it, unless `spark.sql.timeType.enabled` turns TIME on; `strftime('%H:%M:%S')` can write it"
)
_CAST: Final = "types are Spark's: use `cast` of the Spark column"
_ACCESS: Final = "it needs a dtype of pandas that no Spark column stands for"

_REASONS: Final = {
    ("", _WHOLE): "agg aggregate all any argmax argmin autocorr corr count cov describe dot duplicated equals "
    "factorize groupby hasnans idxmax idxmin is_monotonic_decreasing is_monotonic_increasing is_unique kurt kurtosis "
    "max mean median min mode nunique prod product quantile rank sem skew std sum unique value_counts var",
    ("", _ORDER): "argsort asof bfill cummax cummin cumprod cumsum diff ewm expanding ffill interpolate pct_change "
    "resample rolling searchsorted shift backfill pad",
    ("", _INDEX): "add_prefix add_suffix align asfreq at axes drop droplevel first_valid_index get "
    "iat iloc index item keys last_valid_index loc pop reindex reindex_like rename rename_axis reorder_levels "
    "reset_index set_axis sort_index swapaxes swaplevel take to_period to_timestamp unstack update xs first last",
    ("", _ROWS): "drop_duplicates dropna explode filter head nlargest nsmallest repeat sample sort_values tail",
    ("", _FETCH): "array items to_clipboard to_csv to_dict to_excel to_frame to_hdf to_json to_latex to_list "
    "to_markdown to_numpy to_pickle to_sql to_string to_xarray tolist values",
    ("", _DRAWS): "hist plot",
    (
        "",
        _SERIES,
    ): "T attrs copy dtype dtypes empty flags from_arrow info memory_usage name nbytes ndim set_flags "
    "shape size squeeze transpose bool ravel view",
    ("", _FUNCTION): "apply combine map pipe transform",
    ("", "it takes a list of conditions: use `pyspark.sql.functions.when`"): "case_when",
    ("", _COLUMNS): "compare divmod rdivmod",
    ("", _CAST): "astype convert_dtypes infer_objects",
    ("", _ACCESS): "cat list sparse struct",
    ("str", _COLUMNS): "extractall get_dummies",
    ("str", "it joins rows or other columns: use `pyspark.sql.functions.concat_ws`"): "cat",
    ("str", "it takes binary columns: use `pyspark.sql.functions.decode`"): "decode",
    ("dt", _COLUMNS): "isocalendar",
    ("dt", _TYPE + "; `strftime` can write it"): "timetz to_period",
    ("dt", _TIME): "time",
    ("dt", _FETCH): "to_pydatetime",
    ("dt", _SERIES): "as_unit freq unit tz",
    ("dt", "it is of durations, not of moments"): "components days microseconds nanoseconds seconds to_pytimedelta "
    "total_seconds",
    ("dt", "it is of periods, not of moments"): "asfreq end_time qyear start_time to_timestamp",
}


def _by_name() -> Iterator[tuple[tuple[str, str], str]]:
    for (accessor, reason), names in _REASONS.items():
        for name in names.split():
            yield (accessor, name), reason


LEFT_OUT: Final = dict(_by_name())
"""Reasons, by accessor (nothing for a Series) and name."""

RENAMED: Final = {
    ("", "clip_lower"): "`clip(lower=...)`",
    ("", "clip_upper"): "`clip(upper=...)`",
    ("", "append"): "`pandas.concat`; for Spark frames, `union`",
    ("", "as_matrix"): "`to_numpy`; for Spark columns, `hdf.cols[...][:]`",
    ("", "get_values"): "`to_numpy`; for Spark columns, `hdf.cols[...][:]`",
    ("", "iteritems"): "`items`; for Spark columns, `hdf.cols[...][:]`",
    ("", "ix"): "`loc` and `iloc`; for Spark frames, `filter`",
    ("", "mad"): "`(s - s.mean()).abs().mean()`",
    ("dt", "weekday_name"): "`day_name()`",
    ("dt", "week"): "`isocalendar().week`; for Spark columns, `pyspark.sql.functions.weekofyear`",
    ("dt", "weekofyear"): "`isocalendar().week`; for Spark columns, `pyspark.sql.functions.weekofyear`",
}
"""What today's pandas calls a method that it has dropped, by accessor and name."""
