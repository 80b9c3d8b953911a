"""`python -m benchmarks.speed.queries FILE COUNT …`, run with DATA_DIR set: how many queries are made, as JSON.

For each article one request of each kind is counted. The statements that begin and end transactions are left out.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

import django

django.setup()

from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.speed import errands, seed
from benchmarks.speed.calls import call

WARM = 2  # requests before the one that is counted
OF_TRANSACTIONS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def queries(counts: Iterable[int]) -> dict[str, dict[int, int]]:
    """By kind and by the number of comments."""
    application = get_wsgi_application()
    found: dict[str, dict[int, int]] = {}
    for count, kinds in errands.errands(WARM + 1, counts).items():
        for kind, asked in kinds.items():
            requests = asked if len(asked) > 1 else asked * (WARM + 1)
            for request in requests[:WARM]:
                call(application, request)
            with CaptureQueriesContext(connection) as captured:
                call(application, requests[WARM])
            asked_for = [query["sql"] for query in captured if not query["sql"].startswith(OF_TRANSACTIONS)]
            found.setdefault(kind, {})[count] = len(asked_for)
    seed.clean()
    return found


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(queries(map(int, sys.argv[2:]))))
