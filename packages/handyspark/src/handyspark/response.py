"""The response column: what a model is to predict."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from handyspark.counting import value_counts
from handyspark.failures import readable
from handyspark.schema import CATEGORICAL

if TYPE_CHECKING:
    from handyspark.frame import HandyFrame
    from handyspark.planner import Source
    from handyspark.state import State

__all__ = ["Responding"]


@readable
class Responding:
    """What a HandyFrame knows of its response column."""

    _state: State

    @abstractmethod
    def _source(self) -> Source:
        """The data."""

    @abstractmethod
    def _with(self, **changes: Any) -> HandyFrame:
        """Make a frame of the same rows whose state differs."""

    def set_response(self, column: str) -> HandyFrame:
        """Return a frame that knows which column is to be predicted.

        Raises
        ------
        ColumnNotFoundError
            There is no such column.
        """
        return self._with(response=self._source().schema.find(column).name)

    @property
    def response(self) -> str | None:
        """Name of the response column, set by `set_response`; None for none."""
        return self._state.response

    @property
    def is_classification(self) -> bool:
        """The response is a class: an integer, a boolean or a string. False without a response."""
        return self.response is not None and isinstance(
            self._source().schema.find(self.response).data_type, CATEGORICAL
        )

    @property
    def classes(self) -> list[Any] | None:
        """Classes of the response in ascending order, without missing ones: one pass. None where it is no class."""
        if self.response is None or not self.is_classification:
            return None
        source = self._source()
        return sorted(value_counts(source, source.schema.find(self.response), dropna=True).index.tolist())

    @property
    def nclasses(self) -> int | None:
        """Number of classes of the response: one pass. None where it is no class."""
        found = self.classes
        return None if found is None else len(found)
