"""A storage backend that another process can import: a folder a run, a file a record, a count in a file."""

from __future__ import annotations

import json
import os
import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from handyhooks import StorageBackend


class Run:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        self.header, self.group = about["header"], about["group"]
        self.refresh()

    def refresh(self) -> None:
        self.committed = self.written = int((self.folder / "count").read_text())

    def static(self, name: str) -> np.ndarray:
        return load(self.folder / "static")[name]

    def __len__(self) -> int:
        return self.committed

    def record(self, index: int) -> dict[str, np.ndarray]:
        return load(self.folder / str(range(self.committed)[index]))

    def names(self) -> list[str]:
        return list(dict.fromkeys(name for index in range(self.committed) for name in self.record(index)))

    def read(self, name: str, index: int | slice) -> np.ndarray:
        if isinstance(index, slice):
            return np.stack([self.record(one)[name] for one in range(self.committed)[index]])
        return self.record(index)[name]

    def write(self, index: int, values: Any) -> None:
        save(self.folder / str(index), values)
        self.written = index + 1

    def commit(self) -> None:
        whole = self.folder / "count.new"
        whole.write_text(str(self.written))
        os.replace(whole, self.folder / "count")
        self.committed = self.written

    def close(self) -> None:
        pass


class Hasty(Run):
    """Counts what is not committed, and so what a killed writer left."""

    def write(self, index: int, values: Any) -> None:
        super().write(index, values)
        self.commit()


class Late(Run):
    """Keeps the count to itself until it is closed."""

    def commit(self) -> None:
        self.committed = self.written

    def close(self) -> None:
        super().commit()


def load(path: Path) -> Any:
    return pickle.loads(path.read_bytes())


def save(path: Path, arrays: Any) -> None:
    path.write_bytes(pickle.dumps(dict(arrays)))


def folders(location: str) -> dict[str, Path]:
    found = [path.parent for path in Path(location).glob("*/about.json")]
    return {json.loads((path / "about.json").read_text(encoding="utf-8"))["group"]: path for path in found}


def found(location: str, group: str) -> Path:
    if not Path(location).exists():
        raise FileNotFoundError(location)
    return folders(location)[group]


def create(location: str, group: str, header: Any, static: Any) -> Run:
    if group in folders(location):
        raise FileExistsError(f"{location} holds a group {group!r} already.")
    folder = Path(location, os.urandom(8).hex())
    folder.mkdir(parents=True)
    save(folder / "static", static)
    (folder / "count").write_text("0")
    (folder / "about.json").write_text(json.dumps({"header": header, "group": group}), encoding="utf-8")
    return Run(folder)


def resume(location: str, group: str) -> Run:
    return Run(found(location, group))


def groups(location: str) -> list[str]:
    return list(folders(location))


def delete(location: str, group: str) -> None:
    shutil.rmtree(found(location, group))


def create_hasty(location: str, group: str, header: Any, static: Any) -> Run:
    return Hasty(create(location, group, header, static).folder)


def create_late(location: str, group: str, header: Any, static: Any) -> Run:
    return Late(create(location, group, header, static).folder)


def create_nowhere(location: str, group: str, header: Any, static: Any) -> Run:
    raise OSError("no space left")


FOLDER = StorageBackend(
    name="folder",
    summary="A folder a run.",
    create=create,
    resume=resume,
    open=resume,
    groups=groups,
    delete=delete,
)
