"""Estimators that fit imputers and fences within a pipeline, on its training data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from pyspark.ml import Estimator
from pyspark.ml.param import Param, Params

from handyspark.errors import InvalidTypeError, InvalidValueError, near
from handyspark.failures import guarded
from handyspark.fitted.encoding import decoded, encoded
from handyspark.frame import handy
from handyspark.imputation import learn_fills
from handyspark.ml.folder import Folder
from handyspark.ml.transformers import HandyFencer, HandyImputer
from handyspark.outliers import learn_fences
from handyspark.strata import Bucket, Quantile

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from handyspark.imputation.choosing import Columns, Strategies
    from handyspark.planner import Source
    from handyspark.strata import Cut

By: TypeAlias = "str | Cut | Sequence[str | Cut] | None"

__all__ = ["HandyFencerEstimator", "HandyImputerEstimator"]

R = TypeVar("R", bound="_Learner")

_FORMAT: Final = 1

_CUTS: Final[dict[str, type[Bucket] | type[Quantile]]] = {"bucket": Bucket, "quantile": Quantile}


_DEFAULTS: Final[dict[str, Any]] = {
    "categorical": None,
    "continuous": None,
    "strategy": "mean",
    "fallback": "overall",
    "add_indicator": False,
    "predictors": None,
}
"""Of the parameters of `HandyFrame.fill`."""


class _Learner(Folder):
    """Parameters as pyspark.ml has them, saved as JSON."""

    by: Param[Any] = Param(
        Params._dummy(), "by", "what to stratify by: names of columns, Bucket, Quantile, or a list of these"
    )
    options: Param[dict[str, Any]] = Param(Params._dummy(), "options", "options of the strategies or of the method")

    def _choose(self, **params: Any) -> None:
        """Set what differs from the default."""
        for name, value in params.items():
            if value != self.getOrDefault(name):
                self.set(self.getParam(name), value)

    def setParams(self: R, **params: Any) -> R:
        """Set parameters by their names.

        Raises
        ------
        InvalidTypeError
            There is no such parameter.
        """
        names = [param.name for param in self.params]
        for name, value in params.items():
            if name not in names:
                raise InvalidTypeError(
                    f"{type(self).__name__} has no parameter {name!r}; it has {', '.join(names)}.{near(name, names)}"
                )
            self.set(self.getParam(name), value)
        return self

    def _source(self, dataset: DataFrame) -> Source:
        frame, by = handy(dataset), self.getOrDefault("by")
        return frame._asked() if by is None else frame.stratify(by)._asked()

    def _document(self) -> str:
        given = {param.name: _out(value) for param, value in self._paramMap.items()}
        return json.dumps({"format": _FORMAT, "params": given}, indent=2, ensure_ascii=False)

    @classmethod
    def _from_document(cls: type[R], text: str, origin: str) -> R:
        document = json.loads(text)
        if document["format"] != _FORMAT:
            raise InvalidValueError(
                f"{origin} is of format {document['format']!r}; this handyspark reads {_FORMAT}. Upgrade handyspark."
            )
        return cls().setParams(**{name: _in(value) for name, value in document["params"].items()})


class HandyImputerEstimator(_Learner, Estimator[HandyImputer]):
    """Learns what to fill missing values with: `HandyFrame.fill`, for pipelines.

    Parameters
    ----------
    by
        What to stratify by, as in `HandyFrame.stratify`; None for all rows together.
    categorical, continuous, strategy, fallback, add_indicator, predictors
        As in `HandyFrame.fill`.
    **options
        Of the strategies.

    Examples
    --------
    >>> HandyImputerEstimator(by=["Pclass", "Sex"], continuous=["Age"], strategy="median").getOrDefault("strategy")
    'median'
    """

    categorical: Param[Any] = Param(Params._dummy(), "categorical", "columns to fill by their most frequent value")
    continuous: Param[Any] = Param(Params._dummy(), "continuous", "columns to fill by the strategy")
    strategy: Param[Any] = Param(
        Params._dummy(), "strategy", "one strategy, one for each continuous column, or by column"
    )
    fallback: Param[str] = Param(Params._dummy(), "fallback", "for strata without a value: overall, keep or error")
    add_indicator: Param[bool] = Param(Params._dummy(), "add_indicator", "whether to keep which cells were missing")
    predictors: Param[Any] = Param(Params._dummy(), "predictors", "columns that strategies such as regression read")

    def __init__(
        self,
        *,
        by: By = None,
        categorical: Columns = None,
        continuous: Columns = None,
        strategy: Strategies = "mean",
        fallback: str = "overall",
        add_indicator: bool = False,
        predictors: str | Sequence[str] | None = None,
        **options: Any,
    ) -> None:
        super().__init__()
        self._setDefault(**_DEFAULTS, by=None, options={})
        self._choose(
            by=by,
            categorical=categorical,
            continuous=continuous,
            strategy=strategy,
            fallback=fallback,
            add_indicator=add_indicator,
            predictors=predictors,
            options=options,
        )

    @guarded
    def _fit(self, dataset: DataFrame) -> HandyImputer:
        given = {name: self.getOrDefault(name) for name in _DEFAULTS}
        step = learn_fills(self._source(dataset), (), options=self.getOrDefault("options"), **given)
        return HandyImputer([step] if step else [])


class HandyFencerEstimator(_Learner, Estimator[HandyFencer]):
    """Learns fences: `HandyFrame.fence`, for pipelines.

    Parameters
    ----------
    columns
        Numerical columns.
    by
        What to stratify by, as in `HandyFrame.stratify`; None for all rows together.
    method
        As in `HandyFrame.fence`.
    **options
        Of the method, as `k`.

    Examples
    --------
    >>> HandyFencerEstimator(columns=["Fare"], k=3).getOrDefault("options")
    {'k': 3}
    """

    columns: Param[Any] = Param(Params._dummy(), "columns", "numerical columns")
    method: Param[str] = Param(Params._dummy(), "method", "an outlier method that has fences")

    def __init__(
        self, *, columns: str | Sequence[str] | None = None, by: By = None, method: str = "tukey", **options: Any
    ) -> None:
        super().__init__()
        self._setDefault(columns=None, by=None, method="tukey", options={})
        self._choose(columns=columns, by=by, method=method, options=options)

    @guarded
    def _fit(self, dataset: DataFrame) -> HandyFencer:
        source = self._source(dataset)
        columns, method = self.getOrDefault("columns"), self.getOrDefault("method")
        if not columns:
            raise InvalidValueError("HandyFencerEstimator needs `columns`, the numerical columns to fence.")
        step = learn_fences(source, source.schema.find_all(columns), method, self.getOrDefault("options"))
        return HandyFencer([step])


def _out(value: Any) -> Any:
    if isinstance(value, (Bucket, Quantile)):
        return {type(value).__name__.lower(): [value.column, value.bins]}
    return [_out(item) for item in value] if isinstance(value, (list, tuple)) else encoded(value)


def _in(value: Any) -> Any:
    if isinstance(value, list):
        return [_in(item) for item in value]
    if isinstance(value, dict) and (kind := next(iter(value))) in _CUTS:
        return _CUTS[kind](*value[kind])
    return decoded(value)
