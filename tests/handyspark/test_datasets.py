from __future__ import annotations

import re

import pandas as pd
import pytest
from pyspark.sql import functions as F

from handyspark.datasets import passengers
from handyspark.errors import HandySparkError

ROWS = 20_000


@pytest.fixture(scope="module")
def crowd(spark) -> pd.DataFrame:
    """Many passengers, so that shares are near to what they come from: three standard errors are 0.01 at most."""
    return pd.DataFrame([row.asDict() for row in passengers(spark, ROWS).collect()])


def rows_of(frame) -> list[tuple]:
    return sorted((tuple(row) for row in frame.collect()), key=lambda row: row[0])


def test_columns_and_types_are_those_of_the_titanic_file(spark, titanic):
    assert passengers(spark).dtypes == titanic.dtypes


def test_columns_and_types_are_the_documented_ones(spark):
    assert passengers(spark).dtypes == [
        ("PassengerId", "int"),
        ("Survived", "int"),
        ("Pclass", "int"),
        ("Name", "string"),
        ("Sex", "string"),
        ("Age", "double"),
        ("SibSp", "int"),
        ("Parch", "int"),
        ("Ticket", "string"),
        ("Fare", "double"),
        ("Cabin", "string"),
        ("Embarked", "string"),
    ]


def test_there_are_as_many_passengers_as_the_titanic_file_has_by_default(spark):
    assert passengers(spark).count() == 891


@pytest.mark.parametrize("n", [0, 1, 7])
def test_passengers_are_numbered_from_1_to_n(spark, n):
    numbers = [row.PassengerId for row in passengers(spark, n).collect()]
    assert sorted(numbers) == list(range(1, n + 1))


def test_billions_of_rows_cost_nothing_before_they_are_asked_for(spark):
    frame = passengers(spark, 2**31 - 1)
    assert [row.PassengerId for row in frame.limit(2).collect()] == [1, 2]


def test_rows_are_the_same_however_they_are_partitioned(spark, monkeypatch):
    session, plain = type(spark), type(spark).range
    found = {}
    for partitions in (1, 8):
        monkeypatch.setattr(session, "range", lambda self, start, end: plain(self, start, end, 1, partitions))  # noqa: B023
        frame = passengers(spark, 200)
        assert frame.select(F.spark_partition_id()).distinct().count() == partitions
        found[partitions] = rows_of(frame)
    assert found[1] == found[8]


def test_first_rows_do_not_depend_on_n(spark):
    assert rows_of(passengers(spark, 50)) == rows_of(passengers(spark, 500).where("PassengerId <= 50"))


def test_same_seed_gives_the_same_rows_and_another_one_others(spark):
    first = rows_of(passengers(spark, 100, seed=7))
    assert first == rows_of(passengers(spark, 100, seed=7))
    other = rows_of(passengers(spark, 100, seed=8))
    assert not set(first) & set(other)


@pytest.mark.parametrize("seed", [-(2**63), 2**63 - 1])
def test_seed_takes_all_of_64_bits(spark, seed):
    assert passengers(spark, 3, seed=seed).count() == 3


@pytest.mark.parametrize(
    ("column", "low", "high"), [("Age", 0.18, 0.22), ("Cabin", 0.75, 0.79), ("Embarked", 0.002, 0.006)]
)
def test_share_that_is_missing(crowd, column, low, high):
    assert low < crowd[column].isna().mean() < high


def test_nothing_else_is_missing(crowd):
    complete = crowd.drop(columns=["Age", "Cabin", "Embarked"])
    assert not complete.isna().any().any()


def test_age_is_missing_most_often_in_third_class(crowd):
    assert crowd.Age.isna().groupby(crowd.Pclass).mean().idxmax() == 3


def test_cabins_are_mostly_known_in_first_class_alone(crowd):
    known = crowd.Cabin.notna().groupby(crowd.Pclass).mean()
    assert known[1] > 0.75
    assert known[2] < 0.15
    assert known[3] < 0.05


def test_categories_are_those_of_the_titanic_file(crowd):
    assert set(crowd.Survived) == {0, 1}
    assert set(crowd.Pclass) == {1, 2, 3}
    assert set(crowd.Sex) == {"male", "female"}
    assert set(crowd.Embarked.dropna()) == {"S", "C", "Q"}
    assert list(crowd.Embarked.value_counts().index) == ["S", "C", "Q"]


def test_more_than_half_travel_third_class(crowd):
    assert 0.5 < (crowd.Pclass == 3).mean() < 0.6


def test_survival_depends_on_sex_class_and_age(crowd):
    assert 0.35 < crowd.Survived.mean() < 0.42
    rates = crowd.groupby(["Sex", "Pclass"]).Survived.mean()
    for sex in ("female", "male"):
        assert rates[sex, 1] > rates[sex, 3] + 0.1
    for pclass in (1, 2, 3):
        assert rates["female", pclass] > rates["male", pclass] + 0.3
    third_class_men = crowd[(crowd.Sex == "male") & (crowd.Pclass == 3)]
    young = third_class_men.Age < 15
    assert third_class_men.Survived[young].mean() > third_class_men.Survived[~young].mean() + 0.05


def test_ages_are_plausible_and_fractions_of_a_year_are_for_infants(crowd):
    ages = crowd.Age.dropna()
    assert ages.between(0.08, 80).all()
    assert 27 < ages.mean() < 32
    infants = ages[ages < 1]
    assert len(infants)
    assert set(infants) <= {round(months / 12, 2) for months in range(1, 12)}
    assert set(ages[ages >= 1] % 1) == {0.0, 0.5}
    first, second, third = crowd.Age.groupby(crowd.Pclass).mean()
    assert first > second > third


def test_fares_are_skewed_with_outliers_and_depend_on_class(crowd):
    fares = crowd.Fare
    assert fares.between(0, 600).all()
    assert 0.01 < (fares == 0).mean() < 0.025
    assert fares.mean() > 1.5 * fares.median()
    q1, q3 = fares.quantile([0.25, 0.75])
    assert 0.02 < (fares > q3 + 3 * (q3 - q1)).mean() < 0.15
    medians = fares.groupby(crowd.Pclass).median()
    assert medians[1] > 2 * medians[2]
    assert medians[2] > 1.3 * medians[3]


def test_fares_are_whole_pence(crowd):
    pence = crowd.Fare * 240
    assert ((pence - pence.round()).abs() < 0.013).all()  # four decimals of a pound are 0.012 pence apart from it


def test_families_are_small_counts(crowd):
    for column, most in (("SibSp", 5), ("Parch", 6)):
        assert crowd[column].between(0, most).all()
        assert 0.6 < (crowd[column] == 0).mean() < 0.85


def test_titles_tell_sex_youth_and_marriage(crowd):
    form = re.compile(r"[^,]+, (Mr|Mrs|Miss|Master|Dr)\. .+")
    titles = crowd.Name.map(lambda name: form.fullmatch(name)[1])
    assert set(titles) == {"Mr", "Mrs", "Miss", "Master", "Dr"}
    assert ((crowd.Sex == "female") == titles.isin(["Mrs", "Miss"])).all()
    assert crowd.Age[titles == "Master"].max() < 15
    assert crowd.Age[titles == "Mrs"].min() >= 15
    assert (crowd.SibSp + crowd.Parch)[titles == "Mrs"].min() > 0


def test_columns_that_should_not_depend_on_each_other_do_not(crowd):
    assert abs(crowd.Fare.corr(crowd.PassengerId, method="spearman")) < 0.03
    assert (
        abs(crowd.Age[crowd.Pclass == 3].corr(crowd.Fare[(crowd.Pclass == 3) & (crowd.SibSp + crowd.Parch == 0)]))
        < 0.04
    )


@pytest.mark.parametrize("n", [-1, 2**31])
def test_number_of_rows_out_of_range_is_refused(spark, n):
    with pytest.raises(
        ValueError, match=re.escape(f"The `n` of `passengers` must be between 0 and 2,147,483,647; got {n:,}.")
    ):
        passengers(spark, n)


@pytest.mark.parametrize("n", [10.0, "10", None, True])
def test_number_of_rows_that_is_no_integer_is_refused(spark, n):
    with pytest.raises(TypeError, match=re.escape(f"The `n` of `passengers` must be an integer; got {n!r}.")):
        passengers(spark, n)


@pytest.mark.parametrize(("seed", "error"), [(2**63, ValueError), (1.5, TypeError), (False, TypeError)])
def test_seed_that_does_not_fit_is_refused(spark, seed, error):
    with pytest.raises(error, match="The `seed` of `passengers`") as caught:
        passengers(spark, seed=seed)
    assert isinstance(caught.value, HandySparkError)


def test_anything_but_a_session_is_refused(spark):
    with pytest.raises(TypeError, match="must be a SparkSession; got 891"):
        passengers(891)
    with pytest.raises(TypeError, match="must be a SparkSession"):
        passengers(spark.range(1))
