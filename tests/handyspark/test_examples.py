"""The example that the project's demo runs, as its users do: in a process of its own."""

from __future__ import annotations

import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from matplotlib.image import imread

pytestmark = pytest.mark.thorough

TITANIC = Path(__file__).resolve().parents[2] / "packages/handyspark/examples/titanic.py"


def run(*arguments: str) -> str:
    command = [sys.executable, str(TITANIC), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_walk_on_made_up_passengers_leaves_pictures_and_a_pipeline(tmp_path):
    output = tmp_path / "new folder" / "walk"
    printed = run("--output", str(output))
    assert "made up" in printed
    for call in (
        "cols['Name'][:5]",
        "value_counts(dropna=False)",
        "isnull(ratio=True)",
        "statistics_",
        "outliers(method='tukey', k=3.)",
        "fences_",
    ):
        assert re.search(rf">>> hdf(_filled|_fenced)?\..*{re.escape(call)}\n\S", printed)
    pictures = {path.name for path in output.glob("*.png")}
    assert pictures >= {"plots.png", "stratified_hist.png", "stratified_boxplot.png", "classifier.png"}
    for name in pictures:
        assert f"Picture: {output / name}" in printed
        assert imread(output / name)[..., :3].std() > 0.05
    assert (output / "pipeline" / "metadata").is_dir()
    area = float(re.search(r"area under ROC (\d\.\d+) for \d+ passengers it never saw", printed)[1])
    assert 0.75 < area < 1
    assert re.search(r"threshold_for\(cost=.*\)\n0\.\d", printed)
    assert re.search(r"Actual *\n0 +\d+ +\d+\n1 +\d+ +\d+\n", printed)


def test_walk_on_the_file_prints_what_the_introduction_prints(tmp_path, titanic_path):
    file = tmp_path / "a folder" / "titanic.csv"
    file.parent.mkdir()
    shutil.copyfile(titanic_path, file)
    printed = run("--output", str(tmp_path), "--titanic", str(file))
    assert "made up" not in printed
    for line in (
        "S      644",
        "Age            0.198653",
        "3       C            66",
        "Age              1.0",
        "Parch          213.0",
    ):
        assert f"\n{line}\n" in printed
    assert "'Pclass == \"1\" and Sex == \"female\"': {'Age': 34.61176470588235}" in printed
    assert "{'Fare': [-26.7605, 65.6563]}" in printed


def test_file_that_is_not_there_is_refused_before_spark_starts(tmp_path, capsys):
    main = runpy.run_path(str(TITANIC))["main"]
    with pytest.raises(SystemExit) as ended:
        main(["--output", str(tmp_path), "--titanic", str(tmp_path / "none.csv")])
    assert ended.value.code == 2
    assert f"There is no file {tmp_path / 'none.csv'}." in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
