"""Errors of Spark and of users' functions, with a summary that can be read."""

from __future__ import annotations

from handyspark.failures.exception import HandyException
from handyspark.failures.guarding import guarded, readable, readable_errors

__all__ = ["HandyException", "guarded", "readable", "readable_errors"]
