"""The post that introduced HandySpark: its snippets word for word, in order, in one namespace, and what it prints."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

from handyspark import HandyException, HandyFrame
from handyspark.errors import SafetyWarning

IN: dict[str, str] = {
    "import": "from handyspark import *",
    "to handy": "hdf = df.toHandy()",
    "fetch": "hdf.cols['Name'][:5]",
    "not [3:5]": "hdf.cols['Name'][3:5]",
    "not [-1]": "hdf.cols['Name'][-1]",
    "counts": "hdf.cols['Embarked'].value_counts(dropna=False)",
    "plots": """fig, axs = plt.subplots(1, 4, figsize=(12, 4))
hdf.cols[['Fare', 'Age']].scatterplot(ax=axs[3])""",
    "more plots": """hdf.cols['Embarked'].hist(ax=axs[0])
hdf.cols['Age'].boxplot(ax=axs[1])
hdf.cols['Fare'].boxplot(ax=axs[2])""",
    "strata": "hdf.stratify(['Pclass']).cols['Embarked'].value_counts()",
    "plots of strata": "hdf.stratify(['Sex', Bucket('Age', 2)]).cols['Embarked'].hist()",
    "missing": "hdf.isnull(ratio=True)",
    "fill": """hdf_filled = hdf.fill(categorical=['Embarked'])
hdf_filled = (hdf_filled.stratify(['Pclass', 'Sex'])
              .fill(continuous=['Age'], strategy=['mean']))""",
    "filled by": "hdf_filled.statistics_",
    "imputer": "imputer = hdf_filled.transformers.imputer()",
    "outliers": "hdf_filled.outliers(method='tukey', k=3.)",
    "fence": "hdf_fenced = hdf_filled.fence(['Fare'])",
    "fenced by": "hdf_fenced.fences_",
    "fencer": "fencer = hdf_fenced.transformers.fencer()",
    "isin": "some_ports = hdf_fenced.pandas['Embarked'].isin(values=['C', 'Q'])",
    "assign": "hdf_fenced = hdf_fenced.assign(is_c_or_q=some_ports)",
    "assigned": "hdf_fenced.cols['is_c_or_q'][:5]",
    "find": """col_mrs = hdf_fenced.pandas['Name'].str.find(sub='Mrs.')
hdf_fenced = hdf_fenced.assign(is_mrs=col_mrs > 0)""",
    "own functions": """import numpy as np
hdf_fenced = hdf_fenced.assign(logFare=lambda Fare: np.log(Fare + 1))""",
}
"""Code of the post."""

GUESSED = {
    *("fetch", "not [3:5]", "not [-1]", "counts", "more plots", "strata", "missing"),
    *("filled by", "fenced by", "assigned"),
}
"""What it shows only the result of."""

OUT: dict[str, str] = {
    "fetch": """
0                              Braund, Mr. Owen Harris
1    Cumings, Mrs. John Bradley (Florence Briggs Th...
2                               Heikkinen, Miss. Laina
3         Futrelle, Mrs. Jacques Heath (Lily May Peel)
4                             Allen, Mr. William Henry
Name: Name, dtype: object""",
    "counts": """
S      644
C      168
Q       77
NaN      2
Name: Embarked, dtype: int64""",
    "strata": """
Pclass  Embarked
1       C            85
        Q             2
        S           127
2       C            17
        Q             3
        S           164
3       C            66
        Q            72
        S           353
Name: value_counts, dtype: int64""",
    "missing": """
PassengerId    0.000000
Survived       0.000000
Pclass         0.000000
Name           0.000000
Sex            0.000000
Age            0.198653
SibSp          0.000000
Parch          0.000000
Ticket         0.000000
Fare           0.000000
Cabin          0.771044
Embarked       0.002245
Name: missing(ratio), dtype: float64""",
    "filled by": """
{'Embarked': 'S',
 'Pclass == "1" and Sex == "female"': {'Age': 34.61176470588235},
 'Pclass == "1" and Sex == "male"': {'Age': 41.28138613861386},
 'Pclass == "2" and Sex == "female"': {'Age': 28.722972972972972},
 'Pclass == "2" and Sex == "male"': {'Age': 30.74070707070707},
 'Pclass == "3" and Sex == "female"': {'Age': 21.75},
 'Pclass == "3" and Sex == "male"': {'Age': 26.507588932806325}}""",
    "outliers": """
PassengerId      0.0
Survived         0.0
Pclass           0.0
Age              1.0
SibSp           12.0
Parch          213.0
Fare            53.0
dtype: float64""",
    "fenced by": "{'Fare': [-26.7605, 65.6563]}",
    # The post's own rows are others than the first five, whose ports are S, C, S, S, S.
    "assigned": """
0    False
1     True
2    False
3    False
4    False
Name: is_c_or_q, dtype: bool""",
}
"""What the post prints."""


def lines(printed: Any) -> list[str]:
    """What is printed, without widths of columns; pandas 3 calls the dtype of strings `str`."""
    text = re.sub(r"dtype: (object|str)$", "dtype: object", str(printed).strip())
    return [" ".join(line.split()) for line in text.splitlines()]


def test_snippets_and_what_they_print_are_those_of_the_post(shared_file: Any) -> None:
    text = shared_file("seed-posts.txt").read_text(encoding="utf-8")
    for snippet in IN.keys() - GUESSED:
        assert IN[snippet] in text
    for snippet in OUT.keys() - {"assigned"}:
        assert OUT[snippet].strip() in text


@pytest.fixture
def post(titanic: Any) -> Callable[[str], Any]:
    """Run a snippet where those before it ran, and give its last line's value, if it has one."""
    names: dict[str, Any] = {"df": titanic, "plt": plt}

    def run(snippet: str) -> Any:
        try:
            return eval(IN[snippet], names)
        except SyntaxError:
            exec(IN[snippet], names)
            return None

    run.names = names  # type: ignore[attr-defined]
    return run


def test_the_post(post: Any, titanic: Any) -> None:
    for snippet in IN:
        if snippet.startswith("not "):
            with pytest.raises(TypeError, match="only the first rows"):
                post(snippet)
            continue
        value = post(snippet)
        if snippet == "filled by":
            expected = eval(OUT[snippet].strip())
            assert list(value) == list(expected)
            for key, fitted in expected.items():
                assert value[key] == (fitted if isinstance(fitted, str) else pytest.approx(fitted, rel=1e-15))
        elif snippet in OUT:
            assert lines(value) == lines(OUT[snippet]), snippet
    names = post.names

    assert all(len(axes.patches) or len(axes.lines) or len(axes.collections) for axes in names["axs"])
    assert type(names["some_ports"]).__name__ == "Column"
    imputed, fenced = names["imputer"].transform(titanic), names["fencer"].transform(titanic)
    assert imputed.toHandy().isnull()[["Age", "Embarked"]].tolist() == [0, 0]
    assert fenced.toHandy().cols["Fare"].max().iloc[0] == pytest.approx(65.6563)
    made: Any = names["hdf_fenced"]
    assert isinstance(made, HandyFrame)
    assert made.cols["is_mrs"][:5].tolist() == [False, True, False, True, False]
    assert dict(made.dtypes)["logFare"] == "double"
    first = made.cols[["Fare", "logFare"]][:5]
    np.testing.assert_allclose(first["logFare"], np.log(first["Fare"] + 1))

    # 8. Nicer exceptions
    with pytest.raises(HandyException, match=r"^There is no column `Fares`"):
        made.select("Fares").collect()

    # 9. Safety first
    long = names["hdf"].union(names["hdf"])
    with pytest.warns(SafetyWarning, match="1,000"):
        assert len(long.collect()) == 1000
    with pytest.warns(SafetyWarning):
        assert len(long.set_safety_limit(10).toPandas()) == 10
    off = long.safety_off()
    with warnings.catch_warnings():
        warnings.simplefilter("error", SafetyWarning)
        assert len(off.collect()) == 1782
    with pytest.warns(SafetyWarning):
        assert len(off.collect()) == 1000
