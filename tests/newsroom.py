"""What tests of the newsroom need: members of staff, and the article's form as its page sends it."""

import re

from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import get_resolver


def staff(name, *permissions):
    """A member of staff with these permissions, logged in."""
    user = User.objects.create_user(name, password="a long enough password", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def form(article, **changes):
    """The fields of the article's form, as the page sends them."""
    at = article.published_at
    return {
        "title": article.title,
        "slug": article.slug,
        "standfirst": article.standfirst,
        "body": article.body,
        "section": article.section_id,
        "byline": "",
        "author": article.author_id or "",
        "comments_policy": article.comments_policy,
        "comments_closed_because": article.comments_closed_because,
        "source_name": "",
        "source_url": "",
        "published_at_0": f"{at:%Y-%m-%d}" if at else "",
        "published_at_1": f"{at:%H:%M:%S}" if at else "",
        "corrections-TOTAL_FORMS": 0,
        "corrections-INITIAL_FORMS": 0,
        **changes,
    }


def routes(beginning):
    """Every route of the site that begins so, with the name of its view: what a test of all doors must know."""
    return [(route, name) for route, name in _routes(get_resolver().url_patterns) if route.startswith(beginning)]


def _routes(patterns, before=""):
    for pattern in patterns:
        route = before + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if hasattr(pattern, "url_patterns"):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route, pattern.name


def address(route):
    """One address of a route, of rows that need not be there."""
    return "/" + re.sub(r"<\w+:\w+>|\(\?P<\w+>(?:\[[^]]*\]\+|[^)]*)\)", "1", route)
