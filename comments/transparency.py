"""The page that tells everybody what was removed, why and by what means; as a table for programs, too."""

import csv

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comments import figures
from newsite import caching


@require_safe
@caching.public("year")
def page(request: HttpRequest) -> HttpResponse:
    """The figures of this year, or of another one that there are figures of."""
    year = _year(request.GET.get("year", ""))
    context = {"figures": figures.of_year(year), "years": figures.years(), "year": year}
    return render(request, "comments/transparency.html", context)


@require_safe
@caching.public()
def table(request: HttpRequest, year: int, kind: str) -> HttpResponse:
    """The figures of a year as CSV or JSON."""
    found = figures.of_year(_year(str(year)))
    if kind == "json":
        return JsonResponse(found)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="transparency-{year}.csv"'
    writer = csv.writer(response)
    writer.writerow(("what", "reason", "means", "count"))
    writer.writerows(figures.rows(found))
    return response


def _year(asked: str) -> int:
    years = figures.years()
    if not asked:
        return years[0]
    if asked not in map(str, years):
        raise Http404
    return int(asked)
