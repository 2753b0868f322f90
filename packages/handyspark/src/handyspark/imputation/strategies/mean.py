"""The mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from handyhooks import NUMERICAL, Column, ImputationStrategy

if TYPE_CHECKING:
    from handyhooks.requests import Stage

__all__ = ["MEAN"]

_MEANS: Final = {
    "date": "date_from_unix_date(cast(round(avg(unix_date({x}))) as int))",
    "timestamp": "timestamp_micros(cast(round(avg(unix_micros({x}))) as bigint))",
    "timestamp_ntz": "cast(timestampadd(MICROSECOND, cast(round(avg(timestampdiff(MICROSECOND,"
    " timestamp_ntz'1970-01-01 00:00:00', {x}))) as bigint), timestamp_ntz'1970-01-01 00:00:00') as timestamp_ntz)",
}


def _stages(columns: Sequence[Column], **options: Any) -> tuple[Stage, ...]:
    return ({"mean": _MEANS.get(columns[0].type, "avg({x})")},)


MEAN: Final = ImputationStrategy(
    name="mean",
    summary="The mean; of dates the nearest day, of integers the whole part.",
    stages=_stages,
    fill="{mean}",
    accepts=(*NUMERICAL, "date", "timestamp"),
)
