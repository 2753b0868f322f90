"""Which backend keeps a location."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from deepreplay import storage
from deepreplay.errors import ArgumentTypeError, ArgumentValueError
from deepreplay.storage import as_location, choose, hdf5, memory
from handyhooks import StorageBackend
from handyhooks.errors import UnknownNameError
from handyhooks.origins import Provided


def nothing(*arguments: Any) -> Any:
    raise AssertionError("only chosen, never used")


def provided(name: str, suffixes: Sequence[str] = (), schemes: Sequence[str] = ()) -> Provided:
    backend = StorageBackend(
        name=name,
        summary="One of a plugin.",
        suffixes=tuple(suffixes),
        schemes=tuple(schemes),
        **dict.fromkeys(("create", "resume", "open", "groups", "delete"), nothing),
    )
    return Provided(
        distribution=f"dist-{name}", version="1.0", entry_point=name, hook="deepreplay_storage_backends", record=backend
    )


@pytest.fixture
def plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two plugins, one of which serves what the other does as well."""
    own = [
        Provided(distribution="deepreplay", version="1", entry_point=None, hook="deepreplay_storage_backends", record=r)
        for r in (hdf5.BACKEND, memory.BACKEND)
    ]
    others = [provided("tree", [".tree"], ["memory", "s3"]), provided("twin", [".tree", ".twin"], ["s3"])]

    class Manager:
        def records(self, hook: str) -> list[Provided]:
            return [*own, *others]

        def get(self, hook: str, name: str) -> StorageBackend:
            return next(p.record for p in self.records(hook) if p.record.name == name)

    monkeypatch.setattr(storage, "manager", Manager)


@pytest.mark.parametrize("location", ["run.h5", "run.H5", "run.hdf5", "run", "folder.x/run", "a/run.HDF5"])
def test_hdf5_keeps_its_suffixes_and_paths_without_any(location: str) -> None:
    assert choose(location).name == "hdf5"


@pytest.mark.usefixtures("plugins")
@pytest.mark.parametrize(
    ("location", "name"),
    [
        ("run.twin", "twin"),
        ("memory://run", "memory"),
        ("memory://run.tree", "tree"),
        ("MEMORY://run", "memory"),
        ("s3://bucket/run.twin", "twin"),
        ("run.h5", "hdf5"),
    ],
)
def test_suffix_and_scheme_choose_and_built_in_backends_come_first(location: str, name: str) -> None:
    assert choose(location).name == name


@pytest.mark.usefixtures("plugins")
def test_two_plugins_for_one_suffix_are_a_question() -> None:
    with pytest.raises(ArgumentValueError, match=r"'tree' of dist-tree 1.0 and 'twin' of dist-twin 1.0.*`storage`"):
        choose("run.tree")


def test_a_name_chooses_whatever_the_location_looks_like() -> None:
    assert choose("run.xyz", "hdf5").name == "hdf5"
    assert choose("run.h5", "memory").name == "memory"


def test_an_unknown_suffix_scheme_or_name_lists_what_there_is() -> None:
    with pytest.raises(ArgumentValueError, match=r"suffix '\.xyz'.*hdf5 \(\.h5, \.hdf5.*storage='hdf5'"):
        choose("run.xyz")
    with pytest.raises(ArgumentValueError, match="scheme 'gopher://'"):
        choose("gopher://run")
    with pytest.raises(UnknownNameError, match="hdf5"):
        choose("run.h5", "hdf")
    with pytest.raises(ArgumentTypeError, match="storage"):
        choose("run.h5", 5)  # type: ignore[arg-type]


def test_paths_are_taken_as_they_are(tmp_path: Path) -> None:
    assert as_location(tmp_path / "run.h5") == str(tmp_path / "run.h5")
    with pytest.raises(ArgumentTypeError, match="text"):
        as_location(Bytes())


class Bytes(os.PathLike[bytes]):
    def __fspath__(self) -> bytes:
        return b"run.h5"


def test_an_hdf5_path_imports_no_plugin(tmp_path: Path) -> None:
    (tmp_path / "loud.py").write_text("raise SystemExit('imported')")
    (tmp_path / "loud-1.0.dist-info").mkdir()
    (tmp_path / "loud-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: loud\nVersion: 1.0\n")
    (tmp_path / "loud-1.0.dist-info" / "entry_points.txt").write_text("[handyhooks]\nloud = loud\n")
    code = "from deepreplay.storage import choose; print(choose('run.h5').name)"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert (done.stdout.strip(), done.stderr) == ("hdf5", "")


@pytest.mark.parametrize(
    ("given", "location"),
    [("runs.h5/", "runs.h5"), (f"a{os.sep}", "a"), (os.sep, os.sep), ("memory://runs/", "memory://runs/")],
)
def test_a_slash_at_the_end_of_a_path_hides_no_suffix(given: str, location: str) -> None:
    assert as_location(given) == location
