"""Where runs are kept: which backend serves a location. What a backend promises: `handyhooks.StorageBackend`."""

from __future__ import annotations

import os
import re
from typing import Final

from deepreplay.errors import ArgumentTypeError, ArgumentValueError, StorageError
from deepreplay.storage.words import in_words
from handyhooks import StorageBackend
from handyhooks.manager import manager

__all__ = ["as_group_name", "as_location", "check_place", "choose", "holds", "scheme_of"]

HOOK: Final = "deepreplay_storage_backends"

_SEPARATORS: Final = os.sep + (os.altsep or "")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")


def as_location(filename: object) -> str:
    """A path or URL as text.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        It is no path, or empty.
    """
    if not isinstance(filename, (str, os.PathLike)):
        raise ArgumentTypeError(f"The `filename` must be a path or a URL; got {filename!r}.")
    location = os.fspath(filename)
    if not isinstance(location, str):
        raise ArgumentTypeError(f"The `filename` must be text; got {location!r}.")
    if not location:
        raise ArgumentValueError("The `filename` must not be empty.")
    # A shell completes the name of a folder with a slash, which hides its suffix.
    return location if scheme_of(location) else location.rstrip(_SEPARATORS) or location


def as_group_name(name: object) -> str:
    """Name of a group, which must be text that can be stored.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        It is no text, empty, or holds what UTF-8 can't (a lone surrogate).
    """
    if not isinstance(name, str):
        raise ArgumentTypeError(f"The `group_name` must be text; got {name!r}.")
    if not name:
        raise ArgumentValueError("The `group_name` must not be empty.")
    try:
        name.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ArgumentValueError(f"The `group_name` {name!r} holds characters that can't be stored.") from error
    return name


def choose(location: str, storage: str | None = None) -> StorageBackend:
    """The backend that keeps a location.

    Parameters
    ----------
    location
        Path or URL. A URL goes to the backend that serves its scheme, a path to the one that serves its
        suffix, and a path without suffix to ``hdf5``. Built-in backends come first.
    storage
        Name of a backend, to choose it whatever the location looks like.

    Raises
    ------
    handyhooks.errors.UnknownNameError
        No backend has the name in `storage`.
    ArgumentValueError
        No backend serves the scheme or the suffix.
    """
    if storage is not None:
        if not isinstance(storage, str):
            raise ArgumentTypeError(f"The `storage` must be the name of a backend; got {storage!r}.")
        return _get(storage)
    scheme = scheme_of(location)
    suffix = os.path.splitext(location)[1].lower()
    hdf5 = _get("hdf5")
    if scheme is None and (not suffix or suffix in hdf5.suffixes):
        return hdf5  # without importing any plugin
    serving = [provided for provided in manager().records(HOOK) if _serves(provided.record, location, scheme)]
    ranks = [(_serves(provided.record, location, None), provided.built_in) for provided in serving]
    best = [provided for provided, rank in zip(serving, ranks, strict=True) if rank == max(ranks)]
    if len(best) == 1:
        return _get(best[0].record.name)
    wanted = f"the suffix {suffix!r}" if scheme is None else f"the scheme '{scheme}://'"
    if best:
        names = " and ".join(f"{p.record.name!r} of {p.distribution} {p.version}" for p in best)
        raise ArgumentValueError(f"Both {names} serve {wanted} of {location!r}: pass the `storage` that you mean.")
    raise ArgumentValueError(
        f"No installed storage backend serves {wanted} of {location!r}. {_offers()} "
        "Pass storage='hdf5' (or another name) to choose one whatever the location looks like."
    )


def check_place(location: str) -> None:
    """Refuse a path that can't be written, as far as that can be known without writing.

    Raises
    ------
    StorageError
        Its folder is not there, or it or its folder is read-only.
    """
    if scheme_of(location) is not None:
        return
    folder = os.path.dirname(location) or os.curdir
    if not os.path.isdir(folder):
        raise StorageError(f"The folder {folder!r} of the recording does not exist.")
    there = os.path.exists(location)
    if not os.access(location if there else folder, os.W_OK):
        what = f"{location!r}" if there else f"The folder {folder!r} of the recording"
        raise StorageError(f"{what} is read-only: choose another place, or ask for the right to write there.")


def holds(backend: StorageBackend, location: str, group: str, *, damaged: bool = False) -> bool:
    """Whether a run of that name is there, or with `damaged` one that can't be read.

    Raises
    ------
    StorageError
        The location can't be read, or holds something else under that name.
    """
    with in_words(backend, location, group):
        try:
            backend.open(location, group).close()
        except Exception as error:
            there = group in backend.groups(location)
            if isinstance(error, (KeyError, FileNotFoundError)) and not there:
                return False
            if not (there and damaged):
                raise
        return True


def scheme_of(location: str) -> str | None:
    """The scheme of a URL in lower case; None for a path."""
    match = _SCHEME.match(location)
    return match[1].lower() if match else None


def _get(name: str) -> StorageBackend:
    record: StorageBackend = manager().get(HOOK, name)
    return record


def _serves(backend: StorageBackend, location: str, scheme: str | None) -> bool:
    return location.lower().endswith(backend.suffixes) if scheme is None else scheme in backend.schemes


def _offers() -> str:
    served = []
    for provided in manager().records(HOOK):
        places = [*provided.record.suffixes, *(f"{scheme}://" for scheme in provided.record.schemes)]
        served.append(f"{provided.record.name} ({', '.join(places)})")
    return f"Installed: {', '.join(served)}."
