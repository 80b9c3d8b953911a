"""What readers see on a page."""

import re

from django.utils.html import strip_tags

from articles import ratings
from tests.conftest import as_reader


def words(html):
    """The visible words of a page, in order, with single spaces."""
    body = html[html.index("<body") :]
    return " ".join(strip_tags(re.sub(r"<(script|style|noscript)\b.*?</\1>", " ", body, flags=re.DOTALL)).split())


def page(client, path="/"):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def rate(article, *all_stars):
    for n, stars in enumerate(all_stars):
        ratings.rate(article=article, who=as_reader(f"{n:032x}"), stars=stars)


def slugs(html):
    """The articles that a page lists, in order."""
    return re.findall(r'__title"><a href="/articles/([^/]+)/"', html)
