"""``python -m deepreplay``: look at recordings, remove them, copy them elsewhere. Needs no Keras backend."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any

import numpy as np

from deepreplay import __version__, schema
from deepreplay.errors import DeepReplayError, StorageError
from deepreplay.size import in_units
from deepreplay.storage import as_group_name, as_location, check_place, choose, holds
from deepreplay.storage.words import group_exists, in_words
from handyhooks import StorageBackend, StorageReader
from handyhooks.errors import HandyhooksError

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; 0 where that worked."""
    parsed = _parser().parse_args(arguments)
    try:
        print(parsed.run(parsed), flush=True)
    except BrokenPipeError:  # of `ls | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (DeepReplayError, HandyhooksError) as error:
        print(f"deepreplay: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deepreplay", description="Look after recordings of deepreplay.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], str], text: str, groups: str | None) -> Any:
        made = commands.add_parser(name, help=text, description=text)
        made.add_argument("location", help="path or URL of the recordings")
        if groups:
            made.add_argument("group", nargs=groups, help="name of a recording")
        made.add_argument("--storage", metavar="NAME", help="storage backend, where the suffix does not tell it")
        made.set_defaults(run=run)
        return made

    command("ls", _ls, "List the recordings with their epochs, model, metrics and dates.", None)
    command("info", _info, "Tell what is known of one recording.", "?")
    command("rm", _rm, "Remove recordings.", "+")
    export = command("export", _export, "Copy a recording elsewhere, also to another storage backend.", None)
    export.add_argument("group", help="name of a recording")
    export.add_argument("target", help="path or URL to copy it to")
    export.add_argument("--as", dest="name", metavar="GROUP", help="its name there, if not the same")
    export.add_argument("--target-storage", metavar="NAME", help="storage backend of the target")
    return parser


def _ls(given: argparse.Namespace) -> str:
    backend, location = _place(given)
    groups = _groups(backend, location)
    if not groups:
        return f"{location} holds no recordings."
    rows: list[tuple[str, ...]] = [("group", "epochs", "model", "metrics", "created", "last record")]
    for group in groups:
        with in_words(backend, location, group):
            reader = backend.open(location, group)
            rows.append(_row(group, reader))
            reader.close()
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _groups(backend: StorageBackend, location: str) -> list[str]:
    """Names of recordings; an error where nothing is there at all."""
    with in_words(backend, location, ""):
        groups = list(backend.groups(location))
        if not groups:
            with suppress(KeyError):
                backend.open(location, "none").close()
    return groups


def _row(group: str, reader: StorageReader) -> tuple[str, ...]:
    header = reader.header
    metrics = [name for name in map(schema.metric_of, reader.names()) if name is not None]
    return (group, _progress(reader), _model(header), ", ".join(metrics), _created(header), _last(reader))


def _info(given: argparse.Namespace) -> str:
    backend, location = _place(given)
    groups = [given.group] if given.group else _groups(backend, location)
    if not groups:
        raise StorageError(f"{location!r} holds no recordings.")
    if len(groups) > 1:
        raise StorageError(f"{location!r} holds {len(groups)} recordings; name one of: {', '.join(groups)}.")
    with in_words(backend, location, groups[0]):
        reader = backend.open(location, groups[0])
        header, size = reader.header, 0
        lines = [("group", groups[0]), ("kept in", f"{location} ({backend.name})"), ("epochs", _progress(reader))]
        lines += [("model", _model(header)), ("samples", str(header["samples"]))]
        lines += [
            (name, str(header[name])) for name in ("batch_size", "every", "freq", "weights_dtype") if header.get(name)
        ]
        lines += [("versions", ", ".join(f"{k} {v}" for k, v in header.get("versions", {}).items()))]
        lines += [("created", _created(header)), ("last record", _last(reader))]
        for name in reader.names():
            array = next(array for i in range(len(reader)) if (array := _value(reader, name, i)) is not None)
            size += array.nbytes
            lines.append((f"  {name}", f"{array.dtype} {array.shape}" if array.ndim else str(array.dtype)))
        lines.append(("a record", in_units(size)))
        reader.close()
    width = max(len(name) for name, _ in lines)
    return "\n".join(f"{name.ljust(width)}  {text}" for name, text in lines if text)


def _rm(given: argparse.Namespace) -> str:
    backend, location = _place(given)
    groups = list(dict.fromkeys(given.group))
    for group in groups:
        with in_words(backend, location, group):
            _check_there(backend, location, group)
    for group in groups:
        with in_words(backend, location, group):
            backend.delete(location, group)
    return f"Removed {', '.join(groups)}." + (
        " An HDF5 file becomes smaller only where they lay at its end; h5repack does the rest."
        if backend.name == "hdf5"
        else ""
    )


def _check_there(backend: StorageBackend, location: str, group: str) -> None:
    try:
        backend.open(location, group).close()
    except (KeyError, FileNotFoundError):
        raise
    # A recording that is damaged can be removed all the same, if the backend can do that.
    except Exception:
        pass


def _export(given: argparse.Namespace) -> str:
    backend, location = _place(given)
    name = as_group_name(given.group if given.name is None else given.name)
    target_location = as_location(given.target)
    target = choose(target_location, given.target_storage)
    if not target.persistent:
        raise StorageError(
            f"{target_location!r} ({target.name}) keeps nothing after this command: choose another place."
        )
    check_place(target_location)
    with in_words(backend, location, given.group):
        reader = backend.open(location, given.group)
    if reader.header.get("format") != schema.FORMAT:
        raise StorageError(
            f"{given.group!r} was recorded by another version of deepreplay: it can be read, not copied."
        )
    if holds(target, target_location, name):
        raise group_exists(target_location, name)
    with in_words(target, target_location, name):
        _copy(reader, target, target_location, name)
    reader.close()
    return f"Copied {given.group} to {target_location} ({target.name}) as {name}."


def _copy(reader: StorageReader, target: StorageBackend, location: str, name: str) -> None:
    header = reader.header
    static = {
        f"{field}/{part}" if part else field: reader.static(f"{field}/{part}" if part else field)
        for field, form in header[schema.SAMPLES].items()
        for part in form["names"]
    }
    writer = target.create(location, name, header, static)
    try:
        for index in range(len(reader)):
            writer.write(index, _record(reader, index))
            writer.commit()
    except BaseException:
        writer.close()
        target.delete(location, name)
        raise
    writer.close()


def _record(reader: StorageReader, index: int) -> dict[str, np.ndarray]:
    values = ((name, _value(reader, name, index)) for name in reader.names())
    return {name: value for name, value in values if value is not None}


def _value(reader: StorageReader, name: str, index: int) -> np.ndarray | None:
    """A record's array; None where it does not hold the name, as it need not."""
    try:
        return np.asarray(reader.read(name, index))
    except KeyError:
        return None


def _place(given: argparse.Namespace) -> tuple[StorageBackend, str]:
    location = as_location(given.location)
    return choose(location, given.storage), location


def _progress(reader: StorageReader) -> str:
    records = len(reader) - 1
    if records < 0:
        return "not begun"
    return f"{records} batches" if reader.header.get("freq") == "batch" else str(records)


def _model(header: Any) -> str:
    if header.get("format") != schema.FORMAT:
        return "DeepReplay 0.1"
    model = header["model"] or {}
    name = (model.get("config") or {}).get("name") or ""
    return f"{model.get('class_name', 'not stored')} {name}".strip()


def _created(header: Any) -> str:
    return str(header.get(schema.CREATED, ""))[:16].replace("T", " ")


def _last(reader: StorageReader) -> str:
    try:
        seconds = float(reader.read(schema.TIME, len(reader) - 1))
    except LookupError:
        return ""
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(sep=" ", timespec="minutes")[:16]


if __name__ == "__main__":
    raise SystemExit(main())
