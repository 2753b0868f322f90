"""Files that are there as a whole or not at all."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deepreplay.errors import StorageError

__all__ = ["beside"]


@contextmanager
def beside(path: str) -> Iterator[str]:
    """Name of a file in the same folder, which takes the place of the other when it is whole, and else goes.

    Raises
    ------
    StorageError
        It can't be written there.
    """
    target = Path(os.path.realpath(path))  # a link stays a link
    if target.is_dir():
        raise StorageError(f"{path!r} can't be written: it is a folder.")
    if not target.parent.is_dir():
        raise StorageError(f"{path!r} can't be written: there is no folder {str(target.parent)!r}.")
    part = target.with_name(f".{uuid.uuid4().hex}{target.suffix}")
    try:
        yield str(part)
        part.replace(target)
    except StorageError:
        raise
    except OSError as error:
        raise StorageError(f"{path!r} can't be written: {error.strerror or error}.") from error
    finally:
        part.unlink(missing_ok=True)
