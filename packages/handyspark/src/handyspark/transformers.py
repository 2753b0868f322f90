"""What a frame was fitted with, as transformers of pyspark.ml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handyspark.errors import InvalidOperationError

if TYPE_CHECKING:
    from handyspark.frame import HandyFrame
    from handyspark.ml import HandyFencer, HandyImputer

__all__ = ["Transformers"]


class Transformers:
    """What ``hdf.transformers`` is."""

    def __init__(self, frame: HandyFrame) -> None:
        self._frame = frame

    def imputer(self) -> HandyImputer:
        """Give all that `fill` fitted on the frame and those that it was made from.

        Raises
        ------
        InvalidOperationError
            Nothing was filled.
        """
        from handyspark.ml import HandyImputer

        steps = self._frame._state.fills
        if not steps:
            raise InvalidOperationError(
                "Nothing was filled on the way to this frame, so there is no imputer. Fill first: `hdf.fill(...)`."
            )
        return HandyImputer(steps)

    def fencer(self) -> HandyFencer:
        """Give all that `fence` fitted on the frame and those that it was made from.

        Raises
        ------
        InvalidOperationError
            Nothing was fenced.
        """
        from handyspark.ml import HandyFencer

        steps = self._frame._state.fences
        if not steps:
            raise InvalidOperationError(
                "Nothing was fenced on the way to this frame, so there is no fencer. Fence first: `hdf.fence(...)`."
            )
        return HandyFencer(steps)

    def __repr__(self) -> str:
        made = {"imputer": self._frame._state.fills, "fencer": self._frame._state.fences}
        return f"transformers[{', '.join(name for name, steps in made.items() if steps)}]"
