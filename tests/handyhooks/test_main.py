"""``python -m handyhooks``."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from handyhooks.__main__ import main
from handyhooks.manager import Manager

Install = Callable[..., Manager]


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 0
    return capsys.readouterr().out


def test_the_table_has_a_row_for_each_record_in_aligned_columns(
    install: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    install("host", "working")
    heading, rule, *rows = printed(capsys).splitlines()
    columns = [heading.index(name) for name in ("Hook", "Name", "Summary", "Distribution")]
    cells = [[row[start:end].strip() for start, end in zip(columns, [*columns[1:], None], strict=True)] for row in rows]
    assert cells == [
        ["handyspark_outlier_methods", "native", "The host's.", "handyspark 9.8.7"],
        ["handyspark_outlier_methods", "steady", "Fences without an end.", "working-plugin 1.2"],
    ]
    assert set(rule) == {"-", " "}


def test_without_records_it_says_so(install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    install()
    assert printed(capsys) == "No records are installed.\n"


def test_it_lists_what_was_set_aside_left_out_and_in_conflict(
    install: Install, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDYHOOKS_DISABLE", "both-hosts-plugin")
    install("import_error", "raising", "needs_deepreplay", "twin_one", "twin_two", "both_hosts")
    text = printed(capsys)
    notes = text[text.index("\n\n") :].strip().splitlines()
    assert notes == [
        "In conflict (asking for the name is an error):",
        "  outlier method 'twin': offered by twin-one 1.0 and by twin-two 2.0",
        "",
        "Set aside:",
        "  import-error-plugin 0.3: ModuleNotFoundError: No module named 'a_module_that_nobody_has'",
        "  needs-deepreplay-plugin 1.0: it needs deepreplay, which is not installed",
        "  raising-plugin 1.0, hook handyspark_outlier_methods: RuntimeError: the oven is cold",
        "",
        "Left out by HANDYHOOKS_DISABLE:",
        "  both-hosts-plugin 1.0",
    ]


def test_a_host_whose_records_cannot_be_imported_is_listed(
    install: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    install("broken_host", "both_hosts")
    text = printed(capsys)
    assert "handyspark, whose own records can't be loaded: ModuleNotFoundError" in text
    assert "deepreplay_storage_backends  both" in text


def test_json_has_the_same(install: Install, capsys: pytest.CaptureFixture[str]) -> None:
    install("host", "twin_one", "twin_two", "import_error")
    document = json.loads(printed(capsys, "--json"))
    assert [record["name"] for record in document["records"]] == ["native", "only_one", "only_two", "twin", "twin"]
    assert document["records"][0] == {
        "hook": "handyspark_outlier_methods",
        "name": "native",
        "summary": "The host's.",
        "distribution": "handyspark",
        "version": "9.8.7",
        "built_in": True,
    }
    assert document["conflicts"] == [
        {
            "hook": "handyspark_outlier_methods",
            "name": "twin",
            "offered_by": ["twin-one 1.0", "twin-two 2.0"],
        }
    ]
    assert document["failures"] == [
        {
            "distribution": "import-error-plugin",
            "version": "0.3",
            "entry_point": "broken",
            "hook": None,
            "cause": "ModuleNotFoundError: No module named 'a_module_that_nobody_has'",
            "host_missing": False,
        }
    ]


def test_it_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "handyhooks"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stdout
