"""Running on PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

__all__ = ["EAGER", "TAKES_ARRAYS", "compiled", "gradient", "rehearsed"]

EAGER: Final = True
TAKES_ARRAYS: Final = False


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Run eagerly, which is as fast here as anything that torch compiles."""
    import torch

    plain: Callable[..., Any] = torch.no_grad()(function)
    return plain


def gradient(function: Callable[..., Any]) -> Callable[..., Any]:
    """Differentiate eagerly. What the function does not depend on has gradients of zero."""
    import torch

    def run(values: Any, *arguments: Any) -> Any:
        with torch.enable_grad():
            leaves = [value.detach().clone().requires_grad_() for value in values]
            found = torch.autograd.grad(function(leaves, *arguments), leaves, allow_unused=True)
        return [torch.zeros_like(leaf) if one is None else one for leaf, one in zip(leaves, found, strict=True)]

    return run


def rehearsed(function: Callable[..., Any], *arguments: Any) -> None:
    """Run eagerly."""
    compiled(function)(*arguments)
