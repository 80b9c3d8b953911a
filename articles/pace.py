"""The pace at which an article is rated, and by how many first-time readers that is exceeded: the rule for bursts.

It is the one-sided cumulative sum of Page (“Continuous inspection schemes”, Biometrika 41, 1954) as Lucas uses it for
counts (“Counted data CUSUM's”, Technometrics 27, 1985), with the article's own pace in the place of a known rate:

    excess = max(0, excess + ratings by newcomers - (FLOOR + GROWTH · usual) · minutes)

An excess above `excess_limit` is a burst. It began with the first rating since the excess was last nothing, which is
the likeliest place of the change, and is over when the excess is nothing again. `usual` is the exponentially weighted
number of ratings a minute, by anybody, of those that count: what is set aside does not become usual.
"""

import math
from dataclasses import dataclass, replace

FLOOR = 0.2  # newcomers a minute that surprise nobody, however quiet the article was
GROWTH = 3.0  # times the usual pace: between it and seven times as much, (7 - 1) / ln 7, Lucas's reference value
MEMORY = 10.0  # minutes, in which the usual pace forgets all but 1/e
SHARE = 0.05  # of the article's ratings: a smaller excess is no burst where there are many ratings already


@dataclass(frozen=True)
class Pace:
    """What an article's row remembers of the ratings it was given."""

    usual: float = 0.0  # ratings a minute
    excess: float = 0.0  # ratings by newcomers above what the usual pace explains
    first: int = 0  # the id of the rating with which the excess began; 0: there is none
    burst: int | None = None  # the id of the burst that goes on
    at: float = 0.0  # seconds since 1970

    @property
    def columns(self) -> tuple[float, float, int, int | None, float]:
        """What the columns that `models.PACE` names should hold."""
        return self.usual, self.excess, self.first, self.burst, self.at

    def later(self, now: float, *, usual: float = 0.0) -> "Pace":
        """The same at a later time; `usual` is a pace that it is not to be measured below."""
        minutes = max(0.0, now - self.at) / 60
        explained = (FLOOR + GROWTH * max(self.usual, usual)) * minutes
        faded = self.usual * math.exp(-minutes / MEMORY)
        return replace(self, usual=faded, at=max(now, self.at))._with_excess(self.excess - explained)

    def with_one(self) -> "Pace":
        """One more rating that counts."""
        return replace(self, usual=self.usual + 1 / MEMORY)

    def with_newcomer(self, rating: int, *, limit: float) -> "Pace":
        """One more rating, by a newcomer. Beyond the limit the excess does not grow: a long burst ends as soon as a
        short one."""
        return replace(self, first=self.first or rating)._with_excess(min(self.excess + 1, limit + 1))

    def without(self, ratings: int, *, newcomers: int = 0) -> "Pace":
        """As if so many ratings had not been, and so many newcomers not been in excess."""
        usual = max(0.0, self.usual - ratings / MEMORY)
        return replace(self, usual=usual)._with_excess(self.excess - newcomers)

    def _with_excess(self, excess: float) -> "Pace":
        if excess <= 0:
            return replace(self, excess=0.0, first=0, burst=None)
        return replace(self, excess=excess)


def excess_limit(base: int, ratings: int) -> float:
    """The excess that is a burst on an article with so many ratings."""
    return max(base, SHARE * ratings)
