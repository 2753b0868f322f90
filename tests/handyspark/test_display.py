"""How frames show themselves in notebooks."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pandas as pd

from handyspark import handy


def shown(hdf: Any) -> tuple[list[list[str]], list[list[str]], str]:
    """Heads (name, type), cells and note of a frame's HTML."""
    root = ET.fromstring(f"<div>{hdf._repr_html_().replace('<br>', '')}</div>")
    heads = [["".join(th.itertext()).removesuffix(th[0].text or ""), th[0].text or ""] for th in root.iter("th")]
    cells = [[td.text or "" for td in row.iter("td")] for row in root.iter("tr")][1:]
    return heads, cells, next(root.iter("p")).text or ""


def test_a_short_frame_is_shown_whole(frame: Any) -> None:
    heads, cells, note = shown(frame([(1, "a<b>&amp;"), (2, None)], "n int, `<i>&` string"))
    assert heads == [["n", "int"], ["<i>&", "string"]]
    assert [row[0] for row in cells] == ["1", "2"]
    assert cells[0][1] == "a<b>&amp;"
    assert note == "2 rows."


def test_of_a_long_frame_ten_rows_are_shown_and_that_there_are_more(spark: Any) -> None:
    _, cells, note = shown(handy(spark.range(0, 11, 1, 1)))
    assert [row[0] for row in cells] == [str(i) for i in range(10)]
    assert note == "The first 10 rows; there are more."
    _, cells, note = shown(handy(spark.range(0, 10, 1, 1)))
    assert (len(cells), note) == (10, "10 rows.")


def test_an_empty_frame_shows_its_columns(frame: Any) -> None:
    assert shown(frame([], "a int, b string")) == ([["a", "int"], ["b", "string"]], [], "0 rows.")


def test_long_texts_are_cut_and_any_type_has_a_text(frame: Any) -> None:
    hdf = frame(
        """SELECT repeat('x', 200) AS long, array(1, 2) AS list, map('k', 1) AS m, named_struct('f', 1) AS s,
        X'00ff' AS b, date'2024-02-29' AS d, timestamp'2024-02-29 01:02:03' AS t, 1.50BD AS dec, true AS yes"""
    )
    _, ((long, listed, _, struct, _, date, moment, number, yes),), _ = shown(hdf)
    assert long == "x" * 79 + "…"
    assert listed in ("[1, 2]", "[1 2]")
    assert "f" in struct
    assert date.startswith("2024-02-29")
    assert pd.Timestamp(moment) == pd.Timestamp("2024-02-29 01:02:03")
    assert (number, yes) == ("1.50", "True")


def test_a_frame_whose_names_repeat_can_be_looked_at(frame: Any) -> None:
    assert shown(frame("SELECT 1 AS a, 'x' AS a"))[:2] == ([["a", "int"], ["a", "string"]], [["1", "x"]])


def test_a_stream_has_no_rows_to_show(spark: Any) -> None:
    assert handy(spark.readStream.format("rate").load())._repr_html_() is None
