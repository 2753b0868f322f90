"""The post that introduced HandySpark, word for word: what it runs, and what it prints."""

from __future__ import annotations

import warnings
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

from handyspark import Bucket, HandyException
from handyspark.errors import SafetyWarning


def lines(text: Any) -> list[str]:
    """What was printed, without the line of dtypes where pandas has changed, and the widths of columns."""
    return [" ".join(line.split()) for line in str(text).strip().splitlines() if "dtype:" not in line]


def test_the_post(titanic: Any) -> None:
    df = titanic
    hdf = df.toHandy()

    # 1. Fetching data
    assert lines(hdf.cols["Name"][:5]) == lines("""
0                              Braund, Mr. Owen Harris
1    Cumings, Mrs. John Bradley (Florence Briggs Th...
2                               Heikkinen, Miss. Laina
3         Futrelle, Mrs. Jacques Heath (Lily May Peel)
4                             Allen, Mr. William Henry
Name: Name, dtype: object""")
    with pytest.raises(TypeError):
        hdf.cols["Name"][3:5]
    with pytest.raises(TypeError):
        hdf.cols["Name"][-1]
    assert lines(hdf.cols["Embarked"].value_counts(dropna=False)) == lines("""
S      644
C      168
Q       77
NaN      2""")

    # 2. Plotting data
    _, axs = plt.subplots(1, 4, figsize=(12, 4))
    hdf.cols["Embarked"].hist(ax=axs[0])
    hdf.cols["Age"].boxplot(ax=axs[1])
    hdf.cols["Fare"].boxplot(ax=axs[2])
    hdf.cols[["Fare", "Age"]].scatterplot(ax=axs[3])

    # 3. Stratify
    assert lines(hdf.stratify(["Pclass"]).cols["Embarked"].value_counts()) == lines("""
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
Name: value_counts, dtype: int64""")
    hdf.stratify(["Sex", Bucket("Age", 2)]).cols["Embarked"].hist()

    # 4. Imputing missing values
    assert lines(hdf.isnull(ratio=True)) == lines("""
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
Embarked       0.002245""")
    hdf_filled = hdf.fill(categorical=["Embarked"])
    hdf_filled = hdf_filled.stratify(["Pclass", "Sex"]).fill(continuous=["Age"], strategy=["mean"])
    said = {
        "Embarked": "S",
        'Pclass == "1" and Sex == "female"': {"Age": 34.61176470588235},
        'Pclass == "1" and Sex == "male"': {"Age": 41.28138613861386},
        'Pclass == "2" and Sex == "female"': {"Age": 28.722972972972972},
        'Pclass == "2" and Sex == "male"': {"Age": 30.74070707070707},
        'Pclass == "3" and Sex == "female"': {"Age": 21.75},
        'Pclass == "3" and Sex == "male"': {"Age": 26.507588932806325},
    }
    assert list(hdf_filled.statistics_) == list(said)
    for key, value in said.items():
        assert hdf_filled.statistics_[key] == (value if isinstance(value, str) else pytest.approx(value))
    imputer = hdf_filled.transformers.imputer()
    assert imputer.transform(df).toHandy().isnull()["Age"] == 0

    # 5. Detecting outliers
    assert lines(hdf_filled.outliers(method="tukey", k=3.0)) == lines("""
PassengerId      0.0
Survived         0.0
Pclass           0.0
Age              1.0
SibSp           12.0
Parch          213.0
Fare            53.0""")
    hdf_fenced = hdf_filled.fence(["Fare"])
    assert str(hdf_fenced.fences_) == "{'Fare': [-26.7605, 65.6563]}"
    fencer = hdf_fenced.transformers.fencer()
    assert fencer.transform(df).toHandy().cols["Fare"].max().iloc[0] == pytest.approx(65.6563)

    # 7. Your own UDFs
    hdf_fenced = hdf_fenced.assign(logFare=lambda Fare: np.log(Fare + 1))
    assert dict(hdf_fenced.dtypes)["logFare"] == "double"
    first = hdf_fenced.cols[["Fare", "logFare"]][:5]
    np.testing.assert_allclose(first["logFare"], np.log(first["Fare"] + 1))

    # 8. Nicer exceptions
    with pytest.raises(HandyException, match="There is no column `Fares`"):
        hdf_fenced.select("Fares").collect()

    # 9. Safety first
    long = hdf.union(hdf)
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


def test_pandas_functions(titanic: Any) -> None:
    hdf_fenced: Any = titanic.toHandy().fence(["Fare"])

    # 6. Pandas functions
    some_ports = hdf_fenced.pandas["Embarked"].isin(values=["C", "Q"])
    hdf_fenced = hdf_fenced.assign(is_c_or_q=some_ports)
    fetched = hdf_fenced.cols["is_c_or_q"][:5]
    # The post's own output is not of the first five rows, whose ports are S, C, S, S, S.
    assert (fetched.tolist(), fetched.name, str(fetched.dtype)) == (
        [False, True, False, False, False],
        "is_c_or_q",
        "bool",
    )
    col_mrs = hdf_fenced.pandas["Name"].str.find(sub="Mrs.")
    hdf_fenced = hdf_fenced.assign(is_mrs=col_mrs > 0)
    assert hdf_fenced.cols["is_mrs"][:5].tolist() == [False, True, False, True, False]
