"""What was learnt from data, as data: rules that are applied, shown, written as SQL, saved and loaded.

Nothing here needs the plugin that a rule came from.
"""

from __future__ import annotations

from handyspark.fitted.applying import apply
from handyspark.fitted.origins import Origin
from handyspark.fitted.rules import Fence, Fill, Rule, Step
from handyspark.fitted.sql import to_sql
from handyspark.fitted.values import FittedValues, values_of

__all__ = ["Fence", "Fill", "FittedValues", "Origin", "Rule", "Step", "apply", "to_sql", "values_of"]
