"""A storage backend in SQLite, as a stranger would write it."""

import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np

from handyhooks import StorageBackend


class Run:
    """Writes and reads one group. Record -1 is its static arrays, record -2 its header, as a text named ''."""

    def __init__(self, location, group):
        self.group, self.database = group, sqlite3.connect(location)
        self.commit, self.close = self.database.commit, self.database.close
        self.ask("CREATE TABLE IF NOT EXISTS arrays (run, record, name, value, PRIMARY KEY (run, record, name))")
        self.refresh()

    def ask(self, query, **values):
        return self.database.execute(query, {"run": self.group, **values}).fetchall()

    def refresh(self):
        [[self.count]] = self.ask("SELECT coalesce(max(record) + 1, 0) FROM arrays WHERE run = :run AND record >= 0")

    def write(self, index, arrays):
        for name, array in arrays.items():
            np.save(file := io.BytesIO(), array)
            self.ask("INSERT INTO arrays VALUES (:run, :at, :name, :value)", at=index, name=name, value=file.getvalue())

    def one(self, name, record):
        query = "SELECT value FROM arrays WHERE run = :run AND record = :record AND name = :name"
        for [value] in self.ask(query, record=record, name=name):
            return np.load(io.BytesIO(value))
        raise KeyError(name)

    def read(self, name, index):
        records = range(self.count)[index]
        return np.stack([self.one(name, i) for i in records]) if isinstance(index, slice) else self.one(name, records)

    def static(self, name):
        return self.one(name, -1)

    def names(self):
        query = "SELECT name FROM arrays WHERE run = :run AND record >= 0 GROUP BY name ORDER BY min(rowid)"
        return [name for [name] in self.ask(query)]

    def __len__(self):
        return self.count

    header = property(lambda self: json.loads(str(self.one("", -2))))


def groups(location):
    if not Path(location).exists():
        return []
    with closing(sqlite3.connect(location)) as database:
        return [run for [run] in database.execute("SELECT DISTINCT run FROM arrays")]


def find(location, group):
    if group not in groups(location):
        raise KeyError(group) if Path(location).exists() else FileNotFoundError(location)
    return Run(location, group)


def create(location, group, header, static):
    if group in groups(location):
        raise FileExistsError(group)
    run = Run(location, group)
    run.write(-2, {"": np.array(json.dumps(header))})
    run.write(-1, static)
    run.commit()
    return run


def delete(location, group):
    with closing(find(location, group)) as run:
        run.ask("DELETE FROM arrays WHERE run = :run")
        run.commit()


SQLITE = StorageBackend(
    name="sqlite",
    summary="A SQLite database.",
    suffixes=(".sqlite",),
    create=create,
    resume=find,
    open=find,
    groups=groups,
    delete=delete,
)
