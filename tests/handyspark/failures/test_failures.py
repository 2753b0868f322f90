"""Errors that can be read."""

from __future__ import annotations

import copy
import os
import pickle
import re
import subprocess
import sys
from typing import Any

import pytest
from pyspark.errors import AnalysisException, PySparkException
from pyspark.sql import functions as F
from pyspark.sql import types as T

from handyspark import BinaryClassificationMetrics, HandyException
from handyspark.errors import HandySparkError
from handyspark.failures.exception import handy_exception
from handyspark.failures.summaries import summary_of
from handyspark.ml import HandyImputerEstimator

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def hdf(spark: Any) -> Any:
    return spark.range(5).selectExpr("id", "cast(id as double) AS Fare", "'x' AS text").toHandy()


def fails(Fare: Any) -> float:
    shifted = Fare - 1
    raise ZeroDivisionError(f"no way with {len(shifted) > 0}")


def failing_calls(hdf: Any) -> dict[str, tuple[Any, str]]:
    broken = hdf.assign(ratio=fails)
    line = fails.__code__.co_firstlineno + 2
    return {
        "collect": (broken.collect, rf"Column 'ratio' failed at .*test_failures.py, line {line}, `raise Zero"),
        "count": (lambda: broken.filter("ratio > 1").count(), "Column 'ratio'.*ZeroDivisionError: no way with True"),
        "cols": (lambda: broken.cols["ratio"].mean(), "Column 'ratio'"),
        "fetching": (lambda: broken.cols["ratio"][:2], "Column 'ratio'"),
        "strata": (lambda: broken.stratify("text").cols["ratio"].mean(), "Column 'ratio'"),
        "grouped": (lambda: broken.groupBy("text").max("ratio").collect(), "Column 'ratio'"),
        "iterator": (lambda: list(broken.toLocalIterator()), "Column 'ratio'"),
        "writer": (lambda: broken.write.format("noop").mode("overwrite").save(), "Column 'ratio'"),
        "first of an iterator": (lambda: next(broken.toLocalIterator()), f"Column 'ratio' failed at .*line {line}"),
        "estimator": (lambda: HandyImputerEstimator(continuous=["ratio"]).fit(broken), "Column 'ratio'"),
        "classifier": (lambda: BinaryClassificationMetrics(broken, "ratio", "id").areaUnderROC, "Column 'ratio'"),
        "length": (
            lambda: hdf.assign(short=short).collect(),
            "Column 'short'.*test_failures.py, line .*`def short.*one value for each row; it returned 1 for",
        ),
        "single": (lambda: hdf.assign(single=single).collect(), "Column 'single'.*`def single.*a single float"),
        "nothing": (lambda: hdf.assign(nothing=T.LongType.ret(lambda id: None)).collect(), "'nothing'.*returned None"),
        "frame": (
            lambda: hdf.assign(n=T.LongType.ret(lambda id: id.to_frame())).collect(),
            "'n'.*returned a DataFrame",
        ),
        "type": (
            lambda: hdf.assign(wrong=wrong).collect(),
            "Column 'wrong'.*bigint can't hold.*does not fit the column",
        ),
        "overflow": (lambda: hdf.assign(n=T.ByteType.ret(lambda id: id + 999)).collect(), "'n'.*tinyint can't hold"),
        "fraction": (lambda: hdf.assign(n=T.LongType.ret(lambda Fare: Fare / 2)).collect(), "'n'.*bigint can't hold"),
        "tried here": (
            lambda: hdf.assign(other=tried),
            r"^Column 'other' failed at .*line \d+, `1 / 0.*`: ZeroDivisionError",
        ),
        "method": (
            lambda: hdf.select(hdf.pandas["text"].str.index("y")).collect(),
            "^`hdf.pandas.*str.index` failed at",
        ),
        "missing": (
            lambda: hdf.select("Fares").collect(),
            r"There is no column `Fares`. Did you mean .*`Fare`.*line",
        ),
        "cast": (lambda: hdf.selectExpr("cast(text AS int)").collect(), "'x' of the type .* cannot be cast"),
    }


def tried(text: Any) -> Any:
    1 / 0  # noqa: B018


def short(Fare: Any) -> float:
    return Fare.head(1)


def single(Fare: Any) -> float:
    return float(Fare.sum())


def wrong(text: Any) -> int:
    return text + "a"


def test_the_first_line_says_where_and_why_and_the_original_is_chained(hdf: Any, conf: Any) -> None:
    conf("spark.sql.ansi.enabled", "true")
    for name, (call, said) in failing_calls(hdf).items():
        with pytest.raises(HandyException) as raised:
            call()
        error = raised.value
        assert re.search(said, error.summary), (name, error.summary)
        assert isinstance(error, HandySparkError), name
        assert str(error).splitlines()[0] == error.summary, name
        assert "\x1b" not in str(error), name
        assert error.__cause__ is not None, name
        assert isinstance(error, type(error.__cause__)), name
        assert str(error.__cause__) in str(error), name


def test_it_is_caught_as_the_error_that_it_wraps_and_survives_copies(hdf: Any) -> None:
    with pytest.raises(AnalysisException) as raised:
        hdf.select("Fares").count()
    error = raised.value
    assert isinstance(error, HandyException)
    assert "UNRESOLVED_COLUMN" in str(error)
    for twin in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert isinstance(twin, HandyException)
        assert isinstance(twin, PySparkException)
        assert isinstance(twin, AnalysisException)
        assert str(twin) == str(error)
    assert hdf.filter(F.col("id") > 1).count() == 3


def test_streams_fail_readably_at_the_start_and_later(spark: Any) -> None:
    stream = spark.readStream.format("rate").load().toHandy()
    with pytest.raises(HandyException) as raised:
        stream.writeStream.format("no-such-format").start()
    assert "no-such-format" in raised.value.summary

    def fails(value: Any) -> float:
        raise ZeroDivisionError("in a stream")

    query = stream.assign(ratio=fails).writeStream.format("noop").start()
    with pytest.raises(HandyException) as raised:
        query.awaitTermination(120)
    assert re.search("Column 'ratio' failed at .*ZeroDivisionError: in a stream", raised.value.summary)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Job aborted: java.lang.OutOfMemoryError: Java heap space\n\tat x", "An executor ran out of memory"),
        ("Lost task: Python worker exited unexpectedly (crashed)", "A Python worker died"),
        ("ExecutorLostFailure (executor 1 exited)", "An executor was lost"),
        (
            "ExecutorLostFailure (executor 0) Reason: Command exited with code 52",
            "An executor ran out of memory",
        ),
        ("[Errno 111] Connection refused", "Spark can't be reached"),
        ("the return value of 'org.apache.spark.SparkContext.dagScheduler()' is null", "Spark can't be reached"),
        (
            "Traceback (most recent call last):\nImportError: the executors have pandas 1.5.3, and HandySpark needs 2",
            "failed at .*: ImportError: the executors have pandas 1.5.3, and HandySpark needs 2.$",
        ),
        (
            "Traceback (most recent call last):\n"
            "TypeError: to_pandas() got an unexpected keyword argument 'coerce_temporal_nanoseconds'",
            "The executors' pyarrow is too old: 15.0 or newer is needed there",
        ),
        (
            'Traceback (most recent call last):\n  File "/home/me/nb.py", line 3, in f\n    import nolib\n'
            "ModuleNotFoundError: No module named 'nolib'\n\tat org.apache.spark.Foo(Foo.scala)",
            "at /home/me/nb.py, line 3, `import nolib`: ModuleNotFoundError.*every installed package",
        ),
    ],
)
def test_what_can_not_be_tried_everywhere(text: str, said: str) -> None:
    assert re.search(said, summary_of(RuntimeError(text)))


def test_the_summary_of_a_long_line_stays_short() -> None:
    text = 'Traceback (most recent call last):\n  File "/home/me/nb.py", line 3, in f\n    ' + "x = [1, 2]; " * 50
    assert len(summary_of(RuntimeError(text + "\nValueError: no"))) < 250


def without_no_color() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "NO_COLOR"}


class TestColours:
    @pytest.fixture
    def error(self) -> HandyException:
        return handy_exception(AnalysisException("[SOME] text"), "A summary.")

    def test_ipython_shows_the_summary_first_in_bold_red(self, error: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("NO_COLOR", raising=False)
        lines = error._render_traceback_()
        assert lines[0] == "\x1b[1;31mA summary.\x1b[0m"
        assert any("text" in line for line in lines)
        monkeypatch.setenv("NO_COLOR", "1")
        assert error._render_traceback_()[0] == "A summary."

    def test_a_notebook_shows_the_cell_and_the_line(self) -> None:
        cell = "def ratio():\n    with readable_call(\"Column 'x'\"):\n        1 / 0\nratio()"
        code = (
            "from IPython.core.interactiveshell import InteractiveShell\n"
            "shell = InteractiveShell.instance()\n"
            "shell.run_cell('from handyspark.failures.guarding import readable_call')\n"
            f"shell.run_cell({cell!r})\n"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=without_no_color())
        first = done.stdout.strip().splitlines()[0]
        said = r"Column 'x' failed at cell In\[\d\], line 3, `1 / 0`: ZeroDivisionError: division by zero\."
        assert re.fullmatch(rf"\x1b\[1;31m{said}\x1b\[0m", first), done.stdout + done.stderr

    @pytest.mark.parametrize(("no_color", "first"), [(False, "\x1b[1;31mA summary.\x1b[0m"), (True, "A summary.")])
    def test_python_itself_prints_it_so_on_a_terminal(self, no_color: bool, first: str) -> None:
        pty = pytest.importorskip("pty")
        code = (
            "from pyspark.errors import AnalysisException as A\n"
            "from handyspark.failures.exception import handy_exception as h\n"
            "e = h(A('text'), 'A summary.')\n"
            "print(str(e), flush=True)\n"
            "raise e\n"
        )
        ours, theirs = pty.openpty()
        env = without_no_color() | {"TERM": "xterm"} | ({"NO_COLOR": "1"} if no_color else {})
        done = subprocess.run([sys.executable, "-c", code], stderr=theirs, stdout=subprocess.PIPE, text=True, env=env)
        os.close(theirs)
        printed = os.read(ours, 65536).decode()
        os.close(ours)
        assert done.stdout.splitlines()[0] == "A summary."
        assert f"HandyException: {first}" in printed
