"""The planner: requests x columns x strata in, few queries, plain Python answers out.

Every operation of the package that looks at data goes through `ask`. Rows never leave Spark and
are not shuffled: each query is a partial aggregate by stratum.
"""

from __future__ import annotations

from handyspark.planner.ask import Report, ask
from handyspark.planner.cost import Cost
from handyspark.planner.job import Job
from handyspark.planner.source import Source

__all__ = ["Cost", "Job", "Report", "Source", "ask"]
