"""The check of storage backends: what it lets pass, and what it finds."""

from __future__ import annotations

import dataclasses
import itertools
import pickle
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from handyhooks import StorageBackend, StorageReader, StorageWriter
from handyhooks.testing import ConformanceError, NotCheckedWarning, check_storage_backend


class Run:
    """A run in memory that keeps all promises."""

    def __init__(self, header: Any, static: Any) -> None:
        self.header = pickle.loads(pickle.dumps(header))
        self.arrays = copied(static)
        self.records: list[dict[str, np.ndarray]] = []
        self.committed = 0

    def write(self, index: int, values: Any) -> None:
        self.records[index:] = [copied(values)]

    def commit(self) -> None:
        self.committed = len(self.records)

    def close(self) -> None:
        del self.records[self.committed :]

    def refresh(self) -> None:
        pass

    def static(self, name: str) -> np.ndarray:
        return self.arrays[name]

    def __len__(self) -> int:
        return self.committed

    def names(self) -> list[str]:
        return list(dict.fromkeys(name for record in self.records[: self.committed] for name in record))

    def read(self, name: str, index: int | slice) -> np.ndarray:
        found = self.records[: self.committed][index]
        return np.stack([one[name] for one in found]) if isinstance(found, list) else found[name]


def copied(arrays: Any) -> dict[str, np.ndarray]:
    return {name: np.array(array) for name, array in arrays.items()}


class Reader:
    """Another view of a run: closing it leaves the run alone."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def __getattr__(self, name: str) -> Any:
        return getattr(self.run, name)

    def __len__(self) -> int:
        return len(self.run)

    def close(self) -> None:
        pass


def backend(run: type[Run] = Run, **changes: Callable[..., Any]) -> StorageBackend:
    places: dict[str, dict[str, Run]] = {}

    def create(location: str, group: str, header: Any, static: Any) -> Run:
        if group in places.get(location, {}):
            raise FileExistsError(group)
        return places.setdefault(location, {}).setdefault(group, run(header, static))

    def find(location: str, group: str) -> Run:
        if location not in places:
            raise FileNotFoundError(location)
        return places[location][group]

    def delete(location: str, group: str) -> None:
        find(location, group)
        del places[location][group]

    functions: dict[str, Any] = {
        "create": create,
        "resume": find,
        "open": lambda location, group: Reader(find(location, group)),
        "groups": lambda location: list(places.get(location, ())),
        "delete": delete,
    }
    functions.update({name: change(functions[name], places) for name, change in changes.items()})
    return StorageBackend(name="memory", summary="In memory.", persistent=False, **functions)


def check(record: StorageBackend) -> None:
    check_storage_backend(record, map("memory://{}".format, itertools.count()).__next__)


def test_a_backend_that_keeps_all_promises_passes() -> None:
    check(backend())


def test_such_a_run_meets_the_protocols() -> None:
    assert isinstance(Run({}, {}), StorageWriter)
    assert isinstance(Run({}, {}), StorageReader)


class LosesHeader(Run):
    def __init__(self, header: Any, static: Any) -> None:
        super().__init__({key: value for key, value in header.items() if len(str(value)) < 70_000}, static)


class FlattensNames(Run):
    def __init__(self, header: Any, static: Any) -> None:
        super().__init__(header, {name.strip("/"): array for name, array in static.items()})


class WidensStatic(Run):
    def static(self, name: str) -> np.ndarray:
        return self.arrays[name].astype("float64") if self.arrays[name].dtype.kind == "f" else self.arrays[name]


class ForgetsZeroDimensions(Run):
    def read(self, name: str, index: int | slice) -> np.ndarray:
        found = super().read(name, index)
        return found if isinstance(index, slice) else np.atleast_1d(found)


class MixesStaticAndRecords(Run):
    def write(self, index: int, values: Any) -> None:
        super().write(index, values)
        self.arrays.update(copied(values))


class KeepsReferences(Run):
    def write(self, index: int, values: Any) -> None:
        self.records[index:] = [dict(values)]


class SlicesAreLists(Run):
    def read(self, name: str, index: int | slice) -> Any:
        found = super().read(name, index)
        return list(found) if isinstance(index, slice) else found


class IgnoresSteps(Run):
    def read(self, name: str, index: int | slice) -> np.ndarray:
        return super().read(name, slice(index.start, index.stop) if isinstance(index, slice) else index)


class RaisesOtherErrors(Run):
    def read(self, name: str, index: int | slice) -> np.ndarray:
        try:
            return super().read(name, index)
        except KeyError as error:
            raise ValueError(name) from error


class WrapsAround(Run):
    def read(self, name: str, index: int | slice) -> np.ndarray:
        return super().read(name, index if isinstance(index, slice) else index % max(self.committed, 1))


class SkipsGaps(Run):
    def read(self, name: str, index: int | slice) -> np.ndarray:
        if not isinstance(index, slice):
            return super().read(name, index)
        found = [record[name] for record in self.records[: self.committed][index] if name in record]
        return np.stack(found) if found else np.empty(0)


class SortsNames(Run):
    def names(self) -> list[str]:
        return sorted(super().names())


class CommitsOnClose(Run):
    def close(self) -> None:
        self.commit()


class CommitsOnWrite(Run):
    def write(self, index: int, values: Any) -> None:
        super().write(index, values)
        self.commit()


class CommitsOne(Run):
    def commit(self) -> None:
        self.committed = min(self.committed + 1, len(self.records))


class ClosesOnce(Run):
    closed = False

    def write(self, index: int, values: Any) -> None:
        super().write(index, values)
        self.closed = False

    def close(self) -> None:
        super().close()
        if self.closed:
            raise ValueError("closed")
        self.closed = True


class ShowsUncommittedNames(Run):
    def names(self) -> list[str]:
        return list(dict.fromkeys(name for record in self.records for name in record))


@pytest.mark.parametrize(
    ("run", "promise"),
    [
        (LosesHeader, "The header comes back as it was given. These keys came back changed: .*'long'"),
        (FlattensNames, "Static arrays come back"),
        (WidensStatic, "Static arrays .*'float16' was float16 of shape .* came back as float64"),
        (ForgetsZeroDimensions, r"Records come back .*'one number' was float64 of shape \(\) .* shape \(1,\)"),
        (MixesStaticAndRecords, "also the names of static arrays"),
        (KeepsReferences, "Arrays may change once `write` returned"),
        (SlicesAreLists, "came back as list"),
        (IgnoresSteps, r"A slice of records .*slice\(0, 5, 2\)"),
        (RaisesOtherErrors, "raised ValueError: nothing instead of KeyError"),
        (WrapsAround, "`read` raises KeyError .* raised nothing instead of IndexError"),
        (SkipsGaps, "A name may appear in any record"),
        (SortsNames, "`names` gave"),
        (CommitsOnClose, "What was not committed is gone"),
        (CommitsOnWrite, "What was not committed is gone"),
        (CommitsOne, "One commit makes all records durable"),
        (ClosesOnce, "A second `close` does nothing"),
        (ShowsUncommittedNames, "Before the commit `names` has what was written since"),
    ],
)
def test_a_run_that_breaks_a_promise_is_found(run: type[Run], promise: str) -> None:
    with pytest.raises(ConformanceError, match=f"StorageBackend 'memory' breaks a promise: .*{promise}"):
        check(backend(run))


def overwrites(create: Callable[..., Any], places: Any) -> Callable[..., Any]:
    def replaced(location: str, group: str, header: Any, static: Any) -> Any:
        places.get(location, {}).pop(group, None)
        return create(location, group, header, static)

    return replaced


def loses_then_refuses(create: Callable[..., Any], places: Any) -> Callable[..., Any]:
    def replaced(location: str, group: str, header: Any, static: Any) -> Any:
        if group in places.get(location, {}):
            places[location][group] = Run({}, {})
        return create(location, group, header, static)

    return replaced


def starts_over(resume: Callable[..., Any], places: Any) -> Callable[..., Any]:
    def replaced(location: str, group: str) -> Any:
        resume(location, group)
        places[location][group] = Run({}, {})
        return places[location][group]

    return replaced


def deletes_all(delete: Callable[..., Any], places: Any) -> Callable[..., Any]:
    def replaced(location: str, group: str) -> None:
        delete(location, group)
        places[location].clear()

    return replaced


def makes_locations(find: Callable[..., Any], places: Any) -> Callable[..., Any]:
    def replaced(location: str, group: str) -> Any:
        places.setdefault(location, {})
        return find(location, group)

    return replaced


def invents_a_group(groups: Callable[..., Any], places: Any) -> Callable[..., Any]:
    return lambda location: [*groups(location), "default"]


@pytest.mark.parametrize(
    ("changes", "promise"),
    [
        ({"create": overwrites}, "`create` of a group that exists raised nothing instead of FileExistsError"),
        ({"create": loses_then_refuses}, "and nothing is lost.* has 0 records instead of 1"),
        ({"resume": starts_over}, "`resume` goes on after the last commit"),
        ({"delete": deletes_all}, r"removes one and nothing else. After `delete`, `groups` gave \[\]"),
        ({"open": makes_locations}, "`open` at a location that is not there raised KeyError"),
        ({"delete": makes_locations}, "`delete` at a location that is not there raised KeyError"),
        ({"groups": invents_a_group}, r"has no groups. `groups` gave \['default'\]"),
    ],
)
def test_a_function_that_breaks_a_promise_is_found(changes: dict[str, Any], promise: str) -> None:
    with pytest.raises(ConformanceError, match=promise):
        check(backend(**changes))


# In other processes


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "modules"))
    monkeypatch.delitem(sys.modules, "folder_backend", raising=False)
    import folder_backend

    return folder_backend


def check_in(path: Path, record: StorageBackend) -> None:
    check_storage_backend(record, map(f"{path}/{{}}".format, itertools.count()).__next__)


def test_a_persistent_backend_that_keeps_all_promises_passes(folder: ModuleType, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_in(tmp_path, folder.FOLDER)


def test_a_backend_whose_count_runs_ahead_of_commits_is_found(folder: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(ConformanceError, match="not committed"):
        check_in(tmp_path, dataclasses.replace(folder.FOLDER, create=folder.create_hasty))


def test_a_backend_that_another_process_sees_too_late_is_found(folder: ModuleType, tmp_path: Path) -> None:
    from handyhooks.testing._storage_processes import survives_a_killed_writer, works_beside_another_process
    from handyhooks.testing._storage_trial import Trial

    late = dataclasses.replace(folder.FOLDER, create=folder.create_late)
    where = map(f"{tmp_path}/{{}}".format, itertools.count()).__next__
    with pytest.raises(ConformanceError, match="beside the live writer: it has 0 records instead of 3"):
        Trial.run(late, works_beside_another_process, where)
    with pytest.raises(ConformanceError, match=r"outlive a writer that is killed.*has 0 records instead of 3"):
        Trial.run(dataclasses.replace(late, concurrent_read=False), survives_a_killed_writer, where)


def test_an_error_in_the_other_process_is_told(folder: ModuleType, tmp_path: Path) -> None:
    from handyhooks.testing._storage_processes import survives_a_killed_writer
    from handyhooks.testing._storage_trial import Trial

    broken = dataclasses.replace(folder.FOLDER, create=folder.create_nowhere)
    with pytest.raises(ConformanceError, match="The other process failed: OSError: no space left"):
        Trial.run(broken, survives_a_killed_writer, lambda: str(tmp_path / "run"))


def test_a_record_that_another_process_cannot_import_is_told(folder: ModuleType, tmp_path: Path) -> None:
    def delete(location: str, group: str) -> None:
        folder.delete(location, group)

    with pytest.warns(NotCheckedWarning, match="promises about other processes was not checked.*can't import"):
        check_in(tmp_path, dataclasses.replace(folder.FOLDER, delete=delete))


def test_a_sqlite_backend_as_a_stranger_writes_it_passes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "modules"))
    monkeypatch.delitem(sys.modules, "sqlite_backend", raising=False)
    import sqlite_backend

    with warnings.catch_warnings():
        warnings.simplefilter("error", NotCheckedWarning)
        check_in(tmp_path, sqlite_backend.SQLITE)
