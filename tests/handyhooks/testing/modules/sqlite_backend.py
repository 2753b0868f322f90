"""A storage backend in SQLite, as a stranger would write it."""

import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np

from handyhooks import StorageBackend

TABLES = """CREATE TABLE IF NOT EXISTS runs (name TEXT PRIMARY KEY, header TEXT);
CREATE TABLE IF NOT EXISTS arrays (run TEXT, record INTEGER, name TEXT, bytes BLOB);"""


class Run:
    """Writes and reads one group; records of -1 are the static arrays."""

    def __init__(self, location, group):
        self.database, self.group = connect(location), group
        [[header]] = self.database.execute("SELECT header FROM runs WHERE name = ?", [group]).fetchall() or missing(
            group
        )
        self.header = json.loads(header)
        self.refresh()

    def refresh(self):
        self.count = self.ask("SELECT coalesce(max(record), -1) + 1 FROM arrays WHERE run = ?")[0][0]

    def ask(self, query, *values):
        return self.database.execute(query, [self.group, *values]).fetchall()

    def write(self, index, values):
        for name, value in values.items():
            np.save(file := io.BytesIO(), value, allow_pickle=False)
            self.ask("INSERT INTO arrays VALUES (?, ?, ?, ?)", index, name, file.getvalue())

    def commit(self):
        self.database.commit()

    def close(self):
        self.database.close()

    def __len__(self):
        return self.count

    def names(self):
        query = "SELECT name FROM arrays WHERE run = ? AND record >= 0 AND record < ? GROUP BY name ORDER BY min(rowid)"
        return [name for [name] in self.ask(query, self.count)]

    def one(self, name, record):
        found = self.ask("SELECT bytes FROM arrays WHERE run = ? AND name = ? AND record = ?", name, record)
        return np.load(io.BytesIO((found or missing(name))[0][0]), allow_pickle=False)

    def static(self, name):
        return self.one(name, -1)

    def read(self, name, index):
        if isinstance(index, slice):
            return np.stack([self.one(name, record) for record in range(self.count)[index]])
        return self.one(name, range(self.count)[index])


def missing(name):
    raise KeyError(name)


def connect(location, make=False):
    if not make and not Path(location).exists():
        raise FileNotFoundError(location)
    database = sqlite3.connect(location)
    database.executescript(TABLES)
    return database


def create(location, group, header, static):
    with closing(connect(location, make=True)) as database:
        if database.execute("SELECT 1 FROM runs WHERE name = ?", [group]).fetchall():
            raise FileExistsError(f"{location} holds a group {group!r} already.")
        database.execute("INSERT INTO runs VALUES (?, ?)", [group, json.dumps(header)])
        database.commit()
    run = Run(location, group)
    run.write(-1, static)
    run.commit()
    return run


def groups(location):
    if not Path(location).exists():
        return []
    with closing(connect(location)) as database:
        return [name for [name] in database.execute("SELECT name FROM runs")]


def delete(location, group):
    with closing(Run(location, group)) as run:
        run.ask("DELETE FROM runs WHERE name = ?")
        run.ask("DELETE FROM arrays WHERE run = ?")
        run.commit()


SQLITE = StorageBackend(
    name="sqlite",
    summary="A SQLite database.",
    suffixes=(".sqlite",),
    create=create,
    resume=Run,
    open=Run,
    groups=groups,
    delete=delete,
)
