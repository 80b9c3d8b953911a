"""Topics that tests link, and what the renderer makes of a text with them."""

import re

from django.utils.text import slugify

from articles.models import Topic
from articles.text import render_article
from articles.topics import Linker

LINK = re.compile(r'<a href="/topics/[^"]*" class="topic"[^>]*>(.*?)</a>', re.DOTALL)
Kind = Topic.Kind


def topic(name, kind=Kind.COMPANY, aliases="", pk=None):
    slug = slugify(name) or "topic"
    return Topic(pk=pk or hash(name) % 10**9, name=name, slug=slug, kind=kind, aliases=aliases)


def html_of(text, *topics):
    linker = Linker(list(topics))
    return render_article(text, lambda tokens: linker.link(tokens)).html


def linked(text, *topics):
    """The linked words of a text, in order."""
    return LINK.findall(html_of(text, *topics))


ANTHROPIC = topic("Anthropic")
MODEL = topic("language model", Kind.CONCEPT)
