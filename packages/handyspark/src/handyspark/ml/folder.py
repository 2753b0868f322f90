"""Saving and loading through the session alone, so that it works on Spark Connect too.

A folder holds one text file of readable JSON, and in ``metadata`` the one line by which pyspark.ml knows the class.
"""

from __future__ import annotations

import json
import os
import time
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, TypeVar

from pyspark.errors import AnalysisException
from pyspark.ml.param import Params
from pyspark.ml.util import MLReadable, MLReader, MLWritable, MLWriter

from handyspark.errors import InvalidOperationError, InvalidTypeError, InvalidValueError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["Folder"]

R = TypeVar("R", bound="Folder")


class Folder(Params, MLWritable, MLReadable[Any]):
    """What is saved as a folder: the text of `_document`, from which `_from_document` makes it again."""

    @abstractmethod
    def _document(self) -> str:
        """Give the JSON."""

    @classmethod
    @abstractmethod
    def _from_document(cls: type[R], text: str, origin: str) -> R:
        """Make one from JSON that stood at `origin`."""

    def write(self) -> MLWriter:
        """Give what saves it: ``write().overwrite().save(path)``."""
        return _Writer(self)

    @classmethod
    def read(cls: type[R]) -> MLReader[R]:
        """Give what loads it: ``read().load(path)``."""
        return _Reader(cls)


class _Writer(MLWriter):
    def __init__(self, instance: Folder) -> None:
        super().__init__()
        self._instance = instance

    def save(self, path: str) -> None:
        """Save, at a path that only `overwrite` takes if there is something.

        Raises
        ------
        InvalidOperationError
            There is something at the path.
        """
        path = _path(path)
        kept = self._instance
        metadata = {
            "class": _class_name(type(kept)),
            "timestamp": round(time.time() * 1000),
            "sparkVersion": self.sparkSession.version,
            "uid": kept.uid,
            "paramMap": {},
            "defaultParamMap": {},
        }
        try:
            _write(self.sparkSession, path, kept._document(), "overwrite" if self.shouldOverwrite else "error")
        except AnalysisException as error:
            if "ALREADY_EXISTS" not in str(error):
                raise
            raise InvalidOperationError(
                f"There is something at {path!r} already. Replace it by `write().overwrite().save(...)`."
            ) from error
        _write(self.sparkSession, os.path.join(path, "metadata"), json.dumps(metadata), "overwrite")


class _Reader(MLReader[R]):
    def __init__(self, kind: type[R]) -> None:
        super().__init__()
        self._kind = kind

    def load(self, path: str) -> R:
        """Load what was saved.

        Raises
        ------
        InvalidValueError
            There is nothing at the path, or nothing of this class.
        """
        path = _path(path)
        metadata = json.loads(_read(self.sparkSession, path, "metadata"))
        if metadata["class"] != _class_name(self._kind):
            raise InvalidValueError(f"A {metadata['class']} was saved at {path!r}, not a {_class_name(self._kind)}.")
        loaded = self._kind._from_document(_read(self.sparkSession, path), origin=repr(path))
        loaded._resetUid(metadata["uid"])
        return loaded


def _class_name(kind: type[Folder]) -> str:
    return f"{kind.__module__}.{kind.__name__}"


def _path(path: Any) -> str:
    if not isinstance(path, (str, os.PathLike)):
        raise InvalidTypeError(f"A path is expected; got {path!r}.")
    return os.fspath(path)


def _write(session: SparkSession, path: str, text: str, mode: str) -> None:
    session.createDataFrame([(text,)], "value string").coalesce(1).write.mode(mode).text(path)


def _read(session: SparkSession, path: str, *within: str) -> str:
    try:
        row = session.read.text(os.path.join(path, *within), wholetext=True).first()
    except AnalysisException as error:
        raise InvalidValueError(f"Nothing was saved at {path!r}.") from error
    if row is None:
        raise InvalidValueError(f"What was saved at {path!r} is not there any more.")
    return row[0]
