"""Evaluates a model with the weights of any epoch, on any Keras backend, without touching the model.

`Engine` says what to compute; one small module per Keras backend says how a function is run there.
"""

from __future__ import annotations

from deepreplay.engine.engine import Engine

__all__ = ["Engine"]
