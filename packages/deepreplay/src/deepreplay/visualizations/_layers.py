"""Layers that can be looked at one by one."""

from __future__ import annotations

from collections.abc import Sequence

from deepreplay.errors import ModelError
from handyhooks import ReplayView

__all__ = ["with_one_output"]


def with_one_output(view: ReplayView, layers: Sequence[str]) -> tuple[str, ...]:
    """Those that give one array and are not used several times; where none does, the reason is raised."""
    reasons = {layer: _why_not(view, layer) for layer in layers}
    if layers and all(reasons.values()):
        raise next(reason for reason in reasons.values() if reason)
    return tuple(layer for layer, reason in reasons.items() if not reason)


def _why_not(view: ReplayView, layer: str) -> ModelError | None:
    try:
        view.output_shape(layer)
    except ModelError as error:
        return error
    return None
