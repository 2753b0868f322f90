"""The noxfile, as far as it can be tried without installing anything."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import pytest


@pytest.fixture(scope="module")
def noxfile(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("noxfile", root / "noxfile.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run_noxfile(root: Path, cwd: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run it as a user does, from another folder, away from the environments of the checkout."""
    command = [sys.executable, str(root / "noxfile.py"), "--envdir", str(cwd / "envs"), *arguments]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )


@pytest.fixture(scope="module")
def listed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return what `--list` says of each session."""
    done = run_noxfile(root, tmp_path_factory.mktemp("elsewhere"), "--list")
    assert done.returncode == 0, done.stderr
    return dict(re.findall(r"^[*-] (.+?)(?: \[matrix\])? -> (.+)$", done.stdout, re.MULTILINE))


def test_the_list_has_the_sessions_that_are_documented(listed: dict[str, str]) -> None:
    assert {"lint", "tests", "demo", "together"} <= set(listed)
    assert {f"deepreplay({backend})" for backend in ("jax", "torch", "tensorflow")} <= set(listed)
    assert {"handyspark(spark-3.5)", "handyspark(spark-4.0)", "handyspark(spark-latest, pandas-3)"} <= set(listed)


def test_every_session_says_what_it_does(listed: dict[str, str]) -> None:
    assert [name for name, summary in listed.items() if len(summary) < 20] == []


def test_every_distribution_is_tested_alone(listed: dict[str, str], projects: dict[str, dict[str, Any]]) -> None:
    assert {name[len("alone(") : -1].partition(",")[0] for name in listed if name.startswith("alone(")} == set(projects)


def test_ci_runs_sessions_that_exist(listed: dict[str, str], root: Path) -> None:
    script = (root / ".ci/run").read_text(encoding="utf-8")
    (always,) = re.findall(r"^always=\((.+)\)$", script, re.MULTILINE)
    (matrix,) = re.findall(r"^matrix=\(\n(.+?)^\)$", script, re.MULTILINE | re.DOTALL)
    sessions = [*always.split(), *re.findall(r'"(.+)"', matrix)]
    assert len(sessions) > 8
    groups = {name.partition("(")[0] for name in listed}
    assert [session for session in sessions if session not in {*listed, *groups}] == []


def test_the_readme_names_sessions_that_exist(listed: dict[str, str], root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.+`.*) \|.+\|$", text, re.MULTILINE)
    sessions = [name for row in rows for name in re.findall(r"`([^`]+)`", row)]
    assert len(sessions) > 6
    groups = {name.partition("(")[0] for name in listed}
    assert [session for session in sessions if session not in {*listed, *groups}] == []


def test_the_matrix_can_be_chosen_by_its_tag(root: Path, tmp_path: Path) -> None:
    done = run_noxfile(root, tmp_path, "-t", "matrix", "--list")
    chosen = re.findall(r"^\* (\w+)", done.stdout, re.MULTILINE)
    assert set(chosen) == {"handyspark", "deepreplay", "minimums"}


def test_an_unknown_session_is_an_error(root: Path, tmp_path: Path) -> None:
    done = run_noxfile(root, tmp_path, "-s", "no-such-session")
    assert done.returncode != 0
    assert "no-such-session" in done.stderr


def test_one_least_version_of_nox_is_asked_for(root: Path) -> None:
    places = [(root / name).read_text(encoding="utf-8") for name in ("noxfile.py", "pyproject.toml")]
    versions = re.findall(r'nox\[uv\]>=([\d.]+)"|needs_version = ">=([\d.]+)"', "".join(places))
    assert len(versions) == 3
    assert len({script or needed for script, needed in versions}) == 1


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ('openjdk version "1.8.0_392"\nOpenJDK Runtime Environment (build 1.8.0_392-b08)', 8),
        ('java version "9"', 9),
        ('openjdk version "11.0.22" 2024-01-16', 11),
        ('openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment (build 17.0.15+6-Debian-1deb12u1)', 17),
        ('openjdk version "21" 2023-09-19', 21),
        ('openjdk version "25-ea" 2025-09-16', 25),
        ('Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "17.0.15" 2025-04-15', 17),
        ("The operation couldn't be completed. Unable to locate a Java Runtime.", None),
        ("", None),
    ],
)
def test_the_version_of_java_is_read(noxfile: ModuleType, said: str, version: int | None) -> None:
    assert noxfile.java_version(said) == version


@pytest.fixture
def java_home(tmp_path: Path) -> Path:
    """Return a JAVA_HOME whose java says that it is version 8."""
    java = tmp_path / "jdk8/bin/java"
    java.parent.mkdir(parents=True)
    java.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_392\"' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    return tmp_path / "jdk8"


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for Java is a shell script")
@pytest.mark.parametrize("session", ["tests", "demo", "handyspark(spark-3.5)"])
def test_an_old_java_ends_a_session_before_anything_is_installed(
    root: Path, tmp_path: Path, java_home: Path, session: str
) -> None:
    done = run_noxfile(root, tmp_path, "-s", session, JAVA_HOME=str(java_home))
    assert done.returncode != 0
    assert "Spark needs Java 17 or newer" in done.stderr
    assert "is Java 8" in done.stderr
    assert str(java_home) in done.stderr
    assert "install" not in done.stderr.partition("Spark needs")[0]


def test_a_java_home_without_java_is_named(root: Path, tmp_path: Path) -> None:
    done = run_noxfile(root, tmp_path, "-s", "tests", JAVA_HOME=str(tmp_path / "nothing"))
    assert done.returncode != 0
    assert f"no Java was found in JAVA_HOME={tmp_path / 'nothing'}" in done.stderr
    assert "openjdk-17" in done.stderr


def test_a_missing_file_of_passengers_ends_the_demo(root: Path, tmp_path: Path) -> None:
    done = run_noxfile(root, tmp_path, "-s", "demo", "--", "--titanic", "manifest.csv")
    assert done.returncode != 0
    assert f"There is no file {tmp_path / 'manifest.csv'}" in done.stderr


def test_an_old_python_is_told_so(
    noxfile: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    assert noxfile.main() == 1
    assert "Python 3.10 or newer is needed; this is 3.9" in capsys.readouterr().err


def test_a_python_that_cannot_make_environments_is_told_so(
    noxfile: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def nothing_installed(name: str) -> NoReturn:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", nothing_installed)
    monkeypatch.setattr(noxfile, "NOX_DIR", tmp_path)
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit, match="1"):
        noxfile.main()
    assert "python3-venv" in capsys.readouterr().err


@pytest.fixture
def page(noxfile: ModuleType, tmp_path: Path) -> str:
    for name in ("handyspark/age & fare.png", "deepreplay/parts.mp4", "handyspark/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    for name in ("metadata", "stages"):
        (tmp_path / "handyspark/pipeline" / name).mkdir(parents=True)
    written = noxfile._write_page(tmp_path)
    assert written == tmp_path / "index.html"
    return str(written.read_text(encoding="utf-8"))


def test_the_page_of_the_demo_shows_pictures_videos_and_the_saved_pipeline(page: str, tmp_path: Path) -> None:
    assert '<img src="handyspark/age%20%26%20fare.png"' in page
    assert "age &amp; fare.png</figcaption>" in page
    assert '<video src="deepreplay/parts.mp4"' in page
    assert str(tmp_path / "handyspark/pipeline") in page
