"""Data to try things on: a passenger manifest that is made up where the data lie, of any length.

Every value is an expression over the row's number and the seed, so that a row is the same however the rows are
partitioned, and nothing is collected.
"""

from __future__ import annotations

import hashlib
import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from pyspark.sql import functions as F

from handyspark.errors import InvalidTypeError, InvalidValueError

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

__all__ = ["passengers"]

_MOST_ROWS: Final = 2**31 - 1
"""PassengerId is an INT."""

_SURNAMES: Final = (
    *("Abara", "Almqvist", "Barrowby", "Bellweather", "Bianchetti", "Castellane", "Cotterill", "Dahlström"),
    *("Delacroix-Roux", "Dunleavy", "Eastlake", "Farrowdale", "Fitzmorris", "Gallimore", "Grünfeld", "Hathersage"),
    *("Hollingbury", "Ivarsson", "Jankovich", "Kettleborough", "Kilbride", "Lindqvist", "Lovelock", "MacTavish"),
    *("Marchetti", "Mazur", "Nakamura", "Netherby", "O'Rourke", "Ostrander", "Papadakis", "Pemberley"),
    *("Quennell", "Ravenscar", "Rosenthal", "Saltmarsh", "Silvestri", "Thistlewood", "Ueland", "Van Houten"),
    *("Varga", "Whitcombe", "Winterbourne", "Xenakis", "Yarborough", "Zielinski"),
)
_MEN: Final = (
    *("Ambrose", "Anton", "Bertram", "Cedric", "Clement", "Dimitri", "Edgar", "Emil", "Fergus", "Gustaf", "Hector"),
    *("Isidor", "Jasper", "Kasimir", "Lionel", "Magnus", "Nestor", "Oskar", "Patrick", "Quentin", "Roland", "Silas"),
    *("Tobias", "Victor", "Walter"),
)
_WOMEN: Final = (
    *("Adela", "Beatrix", "Cecily", "Dagmar", "Edith", "Fiona", "Greta", "Honora", "Ingrid", "Josephine", "Katarina"),
    *("Leonora", "Matilda", "Nora", "Octavia", "Petra", "Rosalind", "Sigrid", "Theodora", "Una", "Violet", "Wilma"),
    *("Xenia", "Yvonne", "Zelda"),
)


def passengers(spark: SparkSession, n: int = 891, seed: int = 0) -> DataFrame:
    """Make up a passenger manifest with the columns, types, gaps and dependencies of the Titanic's.

    Parameters
    ----------
    spark
        A classic or a Spark Connect session.
    n
        Number of rows, 0 to 2,147,483,647.
    seed
        An integer of 64 bits; another one gives other passengers. The same `n` and `seed` give the same rows in any
        session, and the first rows do not depend on `n`.

    Returns
    -------
    pyspark.sql.DataFrame
        - ``PassengerId`` int: 1 to `n`.
        - ``Survived`` int: 0 or 1, likelier for women, in the better classes, and for the young.
        - ``Pclass`` int: 1 to 3, more than half of them 3.
        - ``Name`` string: ``"Surname, Title. First names"``; the title tells sex, youth and marriage.
        - ``Sex`` string: ``"male"`` or ``"female"``.
        - ``Age`` double, in years: about 20 % missing, most often in third class; whole numbers, some halves, and
          fractions of twelfths for infants.
        - ``SibSp``, ``Parch`` int: siblings and spouses, parents and children aboard.
        - ``Ticket`` string.
        - ``Fare`` double, in pounds to the penny: skewed, dearer in the better classes and for families; a few free.
        - ``Cabin`` string: about 77 % missing; mostly known in first class.
        - ``Embarked`` string: ``"S"``, ``"C"`` or ``"Q"``; about 0.4 % missing.

    Raises
    ------
    InvalidTypeError
        `spark` is no session, or `n` or `seed` no integer.
    InvalidValueError
        `n` or `seed` is out of range.
    """
    # The class of Connect's sessions is another one, whose import needs gRPC.
    if not any(base.__name__ == "SparkSession" for base in type(spark).__mro__):
        raise InvalidTypeError(f"The `spark` of `passengers` must be a SparkSession; got {spark!r}.")
    rows = _integer("n", n, 0, _MOST_ROWS)
    draw = _Draws(_integer("seed", seed, -(2**63), 2**63 - 1))
    people = spark.range(1, rows + 1).select(F.col("id").cast("int").alias("PassengerId"))
    for step in (_berths, _ages, _families, _names, _fares, _outcomes):
        people = people.select("*", *(column.alias(name) for name, column in step(draw).items()))
    return people.select(
        *("PassengerId", "Survived", "Pclass", "Name", "Sex"),
        F.when(draw("age known") >= _by_class(0.14, 0.06, 0.28), F.col("years")).alias("Age"),
        *("SibSp", "Parch", "Ticket", "Fare", "Cabin", "Embarked"),
    )


def _integer(name: str, value: Any, least: int, most: int) -> int:
    if isinstance(value, bool):
        raise InvalidTypeError(f"The `{name}` of `passengers` must be an integer; got {value!r}.")
    try:
        number = operator.index(value)
    except TypeError:
        raise InvalidTypeError(f"The `{name}` of `passengers` must be an integer; got {value!r}.") from None
    if not least <= number <= most:
        raise InvalidValueError(f"The `{name}` of `passengers` must be between {least:,} and {most:,}; got {number:,}.")
    return number


class _Draws:
    """Uniform numbers in [0, 1) by row: independent for different purposes, the same for the same one."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def __call__(self, purpose: str) -> Column:
        salt = hashlib.blake2b(f"{self._seed}, {purpose}".encode(), digest_size=8).digest()
        bits = F.xxhash64(F.col("PassengerId"), F.lit(int.from_bytes(salt, "big", signed=True)).cast("bigint"))
        # A DOUBLE holds 53 bits.
        return F.shiftrightunsigned(bits, 11) * F.lit(2.0**-53)

    def whole(self, purpose: str, low: int, high: int) -> Column:
        """Give an integer from `low` to `high`, both included."""
        return F.floor(self(purpose) * F.lit(high - low + 1)).cast("int") + F.lit(low)

    def normal(self, purpose: str) -> Column:
        """Give a standard normal number (Box and Muller, 1958)."""
        radius = F.sqrt(-2.0 * F.log(1.0 - self(f"{purpose}, radius")))
        return radius * F.cos(2.0 * F.pi() * self(f"{purpose}, angle"))

    def one_of(self, purpose: str, words: Sequence[str]) -> Column:
        """Give one of some words, all equally likely."""
        return F.element_at(F.array(*map(F.lit, words)), self.whole(purpose, 1, len(words)))

    def count(self, purpose: str, shares: Sequence[float]) -> Column:
        """Give 0 with the first share, 1 with the second, ..., and one more than the last with what remains."""
        drawn, total = self(purpose), 0.0
        reached = F.lit(0)
        for share in shares:
            total += share
            reached = reached + (drawn >= F.lit(total)).cast("int")
        return reached


def _by_class(first: Any, second: Any, third: Any) -> Column:
    pclass = F.col("Pclass")
    return F.when(pclass == 1, first).when(pclass == 2, second).otherwise(third)


def _female() -> Column:
    return F.col("Sex") == "female"


def _berths(draw: _Draws) -> dict[str, Column]:
    """Class first, then what depends on it."""
    pclass = draw.count("class", (0.24, 0.21)) + 1

    def by_class(first: float, second: float, third: float) -> Column:
        return F.when(pclass == 1, first).when(pclass == 2, second).otherwise(third)

    harbour = draw("harbour")
    cherbourg, queenstown = by_class(0.39, 0.09, 0.135), by_class(0.01, 0.02, 0.145)
    port = F.when(harbour < cherbourg, "C").when(harbour < cherbourg + queenstown, "Q").otherwise("S")
    deck = F.when(pclass == 1, draw.one_of("deck", "ABCDE")).otherwise(draw.one_of("deck", "DEFG"))
    return {
        "Pclass": pclass,
        "Sex": F.when(draw("sex") < by_class(0.435, 0.415, 0.295), "female").otherwise("male"),
        "Embarked": F.when(draw("port known") >= 0.004, port),
        "Cabin": F.when(
            draw("cabin known") < by_class(0.81, 0.09, 0.025),
            F.concat(deck, draw.whole("cabin", 1, 130).cast("string")),
        ),
    }


def _ages(draw: _Draws) -> dict[str, Column]:
    """Age in years: children apart from adults."""
    is_child = draw("child") < _by_class(0.03, 0.09, 0.11)
    child = 15.0 * F.pow(draw("age of a child"), 1.3)
    in_months = F.round(F.greatest(F.lit(1.0), F.floor(child * 12)) / 12, 2)
    adult = 15.0 + F.abs(_by_class(24.0, 16.0, 11.0) + _by_class(14.0, 12.0, 10.0) * draw.normal("age of an adult"))
    estimated = (draw("age estimated") < 0.03).cast("double") * 0.5
    return {
        "is_child": is_child,
        "years": F.when(is_child & (child < 1), in_months)
        .when(is_child, F.floor(child).cast("double"))
        .otherwise(F.least(F.lit(80.0), F.floor(adult) + estimated)),
    }


def _families(draw: _Draws) -> dict[str, Column]:
    of_child = draw.count("siblings", (0.3, 0.35, 0.12, 0.08, 0.1))
    spouses = F.when(_female(), draw.count("spouse", (0.66, 0.31, 0.02))).otherwise(
        draw.count("spouse", (0.79, 0.18, 0.02))
    )
    parents = draw.count("parents", (0.05, 0.45))
    children = draw.count("children", (0.85, 0.09, 0.045, 0.005, 0.005, 0.003))
    return {
        "SibSp": F.when(F.col("is_child"), of_child).otherwise(spouses),
        "Parch": F.when(F.col("is_child"), parents).otherwise(children),
    }


def _names(draw: _Draws) -> dict[str, Column]:
    man, woman = draw.one_of("name of a man", _MEN), draw.one_of("name of a woman", _WOMEN)
    second = F.when(draw("second name") < 0.4, F.concat(F.lit(" "), draw.one_of("second name of a man", _MEN)))
    gentleman = F.when(draw("degree") < 0.03, "Dr. ").otherwise("Mr. ")
    married = ~F.col("is_child") & ((F.col("SibSp") > 0) | (F.col("Parch") > 0))
    called = (
        F.when(_female() & married, F.concat(F.lit("Mrs. "), man, F.lit(" ("), woman, F.lit(")")))
        .when(_female(), F.concat(F.lit("Miss. "), woman))
        .otherwise(
            F.concat(F.when(F.col("is_child"), "Master. ").otherwise(gentleman), man, F.coalesce(second, F.lit("")))
        )
    )
    office = F.when(draw("office") < 0.25, draw.one_of("name of the office", ("H.K. ", "L/N ", "PORT ", "W.2. ")))
    return {
        "Name": F.concat(draw.one_of("surname", _SURNAMES), F.lit(", "), called),
        "Ticket": F.concat(F.coalesce(office, F.lit("")), draw.whole("ticket", 1000, 399_999).cast("string")),
    }


def _fares(draw: _Draws) -> dict[str, Column]:
    """Log-normal by class, times the size of the family, in pence."""
    pounds = _by_class(43.0, 13.5, 8.2) * F.exp(_by_class(0.75, 0.3, 0.22) * draw.normal("fare"))
    party = 1.0 + 0.5 * (F.col("SibSp") + F.col("Parch"))
    paid = F.least(F.lit(600.0), F.round(pounds * party * 240) / 240)
    return {"Fare": F.when(draw("free") < 0.017, 0.0).otherwise(F.round(paid, 4))}


def _outcomes(draw: _Draws) -> dict[str, Column]:
    """Survival, by logistic regression on sex, class and age (known or not)."""
    women, men = _by_class(3.2, 2.3, 0.0), _by_class(-0.5, -1.7, -1.9)
    logit = F.when(_female(), women).otherwise(men) - 0.03 * (F.col("years") - 30.0)
    return {"Survived": (draw("survival") < 1.0 / (1.0 + F.exp(-logit))).cast("int")}
