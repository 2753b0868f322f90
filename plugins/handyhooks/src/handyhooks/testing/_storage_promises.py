"""What every storage backend promises. Each function's docstring is the promise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from handyhooks.testing._storage_processes import survives_a_killed_writer, works_beside_another_process
from handyhooks.testing._storage_trial import GROUP, Trial, record_values

__all__ = ["PROMISES"]

_NAMES: Final = (
    "inputs",
    "layer0",
    "layer0/weights0",
    "Größe, 大きさ",
    "a b",
    "a.b",
    ".",
    "..",
    "/a",
    "a/",
    "a//b",
    "A",
    "a",
    'it\'s a "name"',
    "100%",
)


def _arrays() -> dict[str, np.ndarray]:
    table = np.arange(24.0).reshape(4, 6)
    return {
        "bool": np.array([True, False]),
        "int8": np.array([-128, 127], dtype="int8"),
        "uint16": np.array([0, 65535], dtype="uint16"),
        "int64": np.array([-(2**63), 2**63 - 1]),
        "uint64": np.array([2**64 - 1], dtype="uint64"),
        "float16": np.array([0.5, np.inf], dtype="float16"),
        "float32": np.array([np.nan, -0.0, -np.inf], dtype="float32"),
        "float64": table,
        "one number": np.array(0.1),
        "one integer": np.array(7, dtype="int32"),
        "no rows": np.empty((0, 3)),
        "no columns": np.empty((2, 0), dtype="int16"),
        "turned": table.T,
        "every other": table[:, ::2],
        "backwards": table[::-1],
    }


def starts_empty(trial: Trial) -> None:
    """A location where nothing is yet has no groups."""
    found = list(trial.record.groups(trial.location))
    trial.expect(found == [], f"`groups` gave {found!r}.")


def keeps_header(trial: Trial) -> None:
    """The header comes back as it was given."""
    header = {
        "text": "größe ✓ 'quoted' \"twice\"\n",
        "long": "x" * 70_000,
        "numbers": [0, -1, 0.1, 1e300, 2**53],
        "nested": {"a/b": [{"deep": [None, True, False]}], "": {}},
        "names": [f"layer {number}" for number in range(5_000)],
    }
    for group, given in (("full", header), ("empty", {})):
        trial.create(group, header=given).close()
        with trial.reading(group) as reader:
            found = dict(reader.header)
        differing = sorted(key for key in {*given, *found} if given.get(key) != found.get(key))
        trial.expect(not differing, f"These keys came back changed: {differing}.")


def keeps_static_arrays(trial: Trial) -> None:
    """Static arrays come back with their shapes, dtypes and values, under any names."""
    static = {**_arrays(), **{name: np.array([position]) for position, name in enumerate(_NAMES)}}
    trial.create(static=static).close()
    with trial.reading() as reader:
        for name, expected in static.items():
            trial.same(reader.static(name), expected, f"{name!r}")


def keeps_records(trial: Trial) -> None:
    """Records come back with their shapes, dtypes and values, under any names, also the names of static arrays."""
    values = {**_arrays(), **{name: np.array([position]) for position, name in enumerate(_NAMES)}}
    writer = trial.create(static={"inputs": np.ones((5, 2))})
    for index in range(2):
        writer.write(index, values)
        writer.commit()
    writer.close()
    with trial.reading() as reader:
        trial.same(reader.static("inputs"), np.ones((5, 2)), "the static 'inputs'")
        trial.expect(list(reader.names()) == list(values), f"`names` gave {list(reader.names())!r}.")
        for name, expected in values.items():
            trial.same(reader.read(name, 1), expected, f"{name!r}")
            trial.same(reader.read(name, slice(0, 2)), np.stack([expected, expected]), f"a slice of {name!r}")


def copies_what_it_gets(trial: Trial) -> None:
    """Arrays may change once `write` returned."""
    writer, array = trial.create(), np.zeros(3)
    writer.write(0, {"weights": array})
    array += 1
    writer.commit()
    writer.close()
    with trial.reading() as reader:
        trial.same(reader.read("weights", 0), np.zeros(3), "'weights'")


def reads_slices(trial: Trial) -> None:
    """A slice of records comes back stacked along a new first axis."""
    trial.store([record_values(index) for index in range(5)])
    with trial.reading() as reader:
        for part in (slice(None), slice(1, 4), slice(2, None), slice(None, 3), slice(0, 5, 2), slice(3, 100)):
            for name in record_values(0):
                expected = np.stack([record_values(index)[name] for index in range(5)[part]])
                trial.same(reader.read(name, part), expected, f"{name!r} in {part}")


def knows_what_is_not_there(trial: Trial) -> None:
    """`read` raises KeyError for a name that is not there, and IndexError for a record that is not."""
    trial.store([record_values(0)])
    with trial.reading() as reader:
        with trial.refused(KeyError, "`read('nothing', 0)`"):
            reader.read("nothing", 0)
        with trial.refused(IndexError, "`read('loss', 1)` of one record"):
            reader.read("loss", 1)


def takes_names_that_come_and_go(trial: Trial) -> None:
    """A name may appear in any record: `read` raises KeyError for those without it, `names` keeps the order."""
    first, second = {"a": np.zeros(2)}, {"b": np.ones((2, 2), dtype="float32")}
    trial.store([first, {**second, **first}, second, {**first, **second}])
    with trial.reading() as reader:
        trial.expect(list(reader.names()) == ["a", "b"], f"`names` gave {list(reader.names())!r}.")
        trial.same(reader.read("b", slice(1, 4)), np.ones((3, 2, 2), dtype="float32"), "'b' in slice(1, 4)")
        trial.same(reader.read("a", 3), np.zeros(2), "'a' of record 3")
        for name, index in (("b", 0), ("a", 2), ("b", slice(0, 2)), ("a", slice(1, 4))):
            with trial.refused(KeyError, f"`read({name!r}, {index!r})`, where not all records hold it,"):
                reader.read(name, index)


def drops_what_is_not_committed(trial: Trial) -> None:
    """What was not committed is gone after `close`."""
    writer = trial.create()
    writer.write(0, record_values(0))
    writer.commit()
    writer.write(1, {**record_values(1), "late": np.zeros(2)})
    writer.close()
    trial.holds(1)
    with trial.reading() as reader:
        trial.expect("late" not in reader.names(), "`names` has one that was never committed.")
        with trial.refused(IndexError, "`read` of a record that was never committed"):
            reader.read("loss", 1)


def commits_several_at_once(trial: Trial) -> None:
    """One commit makes all records durable that were written before it; one without records does nothing."""
    writer = trial.create()
    writer.commit()
    for index in range(3):
        writer.write(index, record_values(index))
    writer.commit()
    writer.commit()
    writer.close()
    trial.holds(3)


def resumes(trial: Trial) -> None:
    """`resume` goes on after the last commit, and what came after it is gone."""
    writer = trial.create(header={"run": 1}, static={"inputs": np.ones(3)})
    writer.write(0, record_values(0))
    writer.close()
    for start in (0, 2):
        writer = trial.record.resume(trial.location, GROUP)
        for index in (start, start + 1):
            writer.write(index, record_values(index))
            writer.commit()
        writer.write(start + 2, {name: value + 1 for name, value in record_values(start + 2).items()})
        writer.close()
        trial.holds(start + 2)
    with trial.reading() as reader:
        trial.expect(dict(reader.header) == {"run": 1}, "The header changed.")
        trial.same(reader.static("inputs"), np.ones(3), "the static array")


def opens_empty_runs(trial: Trial) -> None:
    """A run without records can be read."""
    trial.create().close()
    with trial.reading() as reader:
        trial.expect(len(reader) == 0 and list(reader.names()) == [], "It has records or names.")
        with trial.refused(LookupError, "`read('loss', 0)`"):
            reader.read("loss", 0)


def refuses_a_group_that_exists(trial: Trial) -> None:
    """`create` refuses a group that exists with FileExistsError, and nothing is lost."""
    trial.store([record_values(0)])
    with trial.refused(FileExistsError, "`create` of a group that exists"):
        trial.create(header={"other": True})
    trial.holds(1)


def keeps_groups_apart(trial: Trial) -> None:
    """A location holds any number of groups, and `delete` removes one and nothing else."""
    for count, group in enumerate(("a", "b", "ab"), start=1):
        trial.store([record_values(index) for index in range(count)], group)
    found = sorted(trial.record.groups(trial.location))
    trial.expect(found == ["a", "ab", "b"], f"`groups` gave {found!r}.")
    trial.record.delete(trial.location, "a")
    found = sorted(trial.record.groups(trial.location))
    trial.expect(found == ["ab", "b"], f"After `delete`, `groups` gave {found!r}.")
    trial.holds(2, "b")
    trial.holds(3, "ab")
    trial.store([record_values(0)], "a")
    trial.holds(1, "a")


def names_what_is_missing(trial: Trial) -> None:
    """`open`, `resume` and `delete` raise KeyError without the group, FileNotFoundError without the location."""
    trial.store([record_values(0)])
    nowhere = trial.new_location()
    for name in ("open", "resume", "delete"):
        call = getattr(trial.record, name)
        with trial.refused(KeyError, f"`{name}` of a group that is not there"):
            call(trial.location, "nothing")
        with trial.refused(FileNotFoundError, f"`{name}` at a location that is not there"):
            call(nowhere, GROUP)
    found = list(trial.record.groups(nowhere))
    trial.expect(found == [], f"Asking left something behind: `groups` gave {found!r}.")
    trial.holds(1)


def closes_twice(trial: Trial) -> None:
    """A second `close` does nothing."""
    writer = trial.create()
    writer.close()
    writer.close()
    reader = trial.record.open(trial.location, GROUP)
    reader.close()
    reader.close()


def refreshes(trial: Trial) -> None:
    """A reader beside a live writer sees what is committed, and more after `refresh`."""
    if not trial.record.concurrent_read:
        return
    writer = trial.create()
    writer.write(0, record_values(0))
    writer.commit()
    with trial.reading() as reader:
        writer.write(1, {**record_values(1), "late": np.ones(2)})
        reader.refresh()
        trial.expect(len(reader) == 1, f"Before the commit it has {len(reader)} records instead of 1.")
        trial.expect("late" not in reader.names(), "Before the commit `names` has what was written since.")
        writer.commit()
        reader.refresh()
        trial.expect(len(reader) == 2, f"After the commit it has {len(reader)} records instead of 2.")
        trial.same(reader.read("late", 1), np.ones(2), "'late'")
        trial.same(reader.read("loss", slice(0, 2)), np.array([1.0, 0.5]), "'loss'")
    writer.close()
    trial.holds(2)


PROMISES: Final[tuple[Callable[[Trial], None], ...]] = (
    starts_empty,
    keeps_header,
    keeps_static_arrays,
    keeps_records,
    copies_what_it_gets,
    reads_slices,
    knows_what_is_not_there,
    takes_names_that_come_and_go,
    drops_what_is_not_committed,
    commits_several_at_once,
    resumes,
    opens_empty_runs,
    refuses_a_group_that_exists,
    keeps_groups_apart,
    names_what_is_missing,
    closes_twice,
    refreshes,
    works_beside_another_process,
    survives_a_killed_writer,
)
