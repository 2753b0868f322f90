"""From requests to items of query families, and from raw values back to answers."""

from __future__ import annotations

from handyspark.planner.shapes.compiling import Compiled, compile_request

__all__ = ["Compiled", "compile_request"]
