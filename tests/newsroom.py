"""What tests of the newsroom need: members of staff, and the article's form as its page sends it."""

from django.contrib.auth.models import Permission, User
from django.test import Client


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
