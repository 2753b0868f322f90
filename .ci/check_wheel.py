"""Check a distribution that was installed from its wheel: what it ships, and that all of it imports.

Run in the environment of the wheel: ``python -I check_wheel.py NAME [--absent MODULE ...]``
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import importlib.util
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path


def problems(name: str, absent: list[str]) -> Iterator[str]:
    """Say what is wrong, one sentence each."""
    module = name.replace("-", "_")
    for other in absent:
        if importlib.util.find_spec(other):
            yield f"{other} is installed too; {name} is to be tested without it."
    shipped = [Path(str(path)) for path in importlib.metadata.files(name) or ()]
    if Path(module, "py.typed") not in shipped:
        yield f"The wheel of {name} has no {module}/py.typed."
    if not any(path.name == "LICENSE" and path.parts[0].endswith(".dist-info") for path in shipped):
        yield f"The wheel of {name} has no LICENSE."
    for path in shipped:
        if path.parts[0] != module and not path.parts[0].endswith(".dist-info"):
            yield f"The wheel of {name} has {path}, outside of {module}/."
    yield from failed_imports(module, of_extras(name))


def of_extras(name: str) -> set[str]:
    """Distributions that only extras need. Their modules are called the same."""
    requirements = importlib.metadata.requires(name) or ()
    return {re.split(r"[^\w-]", text)[0] for text in requirements if "extra ==" in text}


def failed_imports(module: str, optional: set[str]) -> Iterator[str]:
    """Import a package and every module below it, but for ``__main__``, which would run."""
    package = importlib.import_module(module)
    names = [found.name for found in pkgutil.walk_packages(package.__path__, f"{module}.")]
    for found in names:
        if found.endswith(".__main__"):
            continue
        try:
            importlib.import_module(found)
        except ModuleNotFoundError as error:
            if error.name not in optional:
                yield f"import {found} finds no {error.name}"
        except Exception as error:
            yield f"import {found} raises {type(error).__name__}: {error}"
    sys.stdout.write(f"{module}: {len(names) + 1} modules\n")


def main() -> int:
    """Print the problems, and return 1 where there are any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--absent", nargs="*", default=[], metavar="MODULE")
    given = parser.parse_args()
    found = list(problems(given.name, given.absent))
    sys.stderr.writelines(f"{problem}\n" for problem in found)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
