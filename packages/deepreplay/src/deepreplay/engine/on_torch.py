"""Running on PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["compiled"]


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Run eagerly, which is as fast here as anything that torch compiles."""
    import torch

    plain: Callable[..., Any] = torch.no_grad()(function)
    return plain
