"""The order of the best comments: how surely readers find a comment helpful."""

import math

Z = 1.96  # of the 95 % interval


def confidence(votes: int, reports: int) -> float:
    """The least share of helpful votes among all who took a stand (votes for it and open reports against it) that is
    likely, from 0 to 1: the lower bound of the score interval of E. B. Wilson, J. Am. Stat. Assoc. 22 (1927).

    Ten votes and a report stand above one vote alone: little is known of a comment that one reader has judged.
    """
    n = votes + reports
    if not votes:
        return 0.0
    share = votes / n
    spread = Z * math.sqrt((share * (1 - share) + Z * Z / (4 * n)) / n)
    return (share + Z * Z / (2 * n) - spread) / (1 + Z * Z / n)
