"""What the plugin raises of its own accord."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from handyhooks.errors import HandyhooksError

__all__ = ["SingularCovarianceError"]


class SingularCovarianceError(HandyhooksError, ValueError):
    """Columns whose covariance has no inverse, so that there is no Mahalanobis distance."""

    @classmethod
    def from_faults(
        cls, names: Sequence[str], faults: Sequence[str], *, strata: int, rows: str
    ) -> SingularCovarianceError:
        """Say what is wrong with the columns.

        Parameters
        ----------
        names
            All columns.
        faults
            What is wrong, once for each stratum in which something is.
        strata
            Number of all strata; 1 where there are none.
        rows
            Which rows were looked at; empty for all of them.
        """
        found = [
            fault + (f" in {count} of {strata} strata" if strata > 1 else "")
            for fault, count in Counter(faults).items()
        ]
        return cls(
            f"There is no Mahalanobis distance in the columns {', '.join(map(repr, names))}: "
            f"{rows}{'; '.join(found)}. Leave such columns out, as in `hdf.cols[['a', 'b']].outliers('mahalanobis')`."
        )
