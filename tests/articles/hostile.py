"""Texts of all sorts that want to become more than text, and what may stand in the HTML that is made of them."""

import re
from html.parser import HTMLParser

from hypothesis import strategies as st

COMMENT_TAGS = {"p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a"}
ARTICLE_TAGS = COMMENT_TAGS | {"h2", "h3", "h4", "hr", "s", "table", "thead", "tbody", "tr", "th", "td", "div"}
COMMENT_ATTRIBUTES = {("a", "href"), ("a", "rel"), ("ol", "start")}
ARTICLE_ATTRIBUTES = COMMENT_ATTRIBUTES | {
    *(("a", "title"), ("a", "class"), ("h2", "id"), ("h3", "id"), ("h4", "id")),
    *(("div", "class"), ("div", "tabindex"), ("pre", "tabindex")),
}

# Pieces that mean something to Markdown or HTML, so that random texts meet the renderer's branches.
PIECES = st.sampled_from(
    [
        *("<", ">", "&", '"', "'", "`", "```", "*", "**", "_", "~~", "[", "]", "(", ")", "!", "#", "## ", "- ", "1. "),
        *("> ", "\n", "\n\n", "    ", "\t", "|", "|---|\n", ":", "\\", "&lt;", "&#x6a;", "\x00", "\u202e", "é", "x"),
        *(
            "https://a.example/",
            "http://b.example",
            "javascript:",
            "data:",
            "ftp://c.example",
            "//d.example",
            "www.e.fr",
        ),
        *(
            "<script>",
            "</script>",
            "<img src=x onerror=y>",
            "<a href=",
            "<!--",
            "-->",
            "onclick=",
            "style=",
            "mailto:a@b.c",
        ),
        *(
            "](https://a.example)",
            "](javascript:x)",
            '](https://a.example "t")',
            "[r]: https://a.example",
            "<https://a.example>",
        ),
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=40).map("".join)


class Seen(HTMLParser):
    """Everything that a browser would find in a piece of HTML."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.links, self.rels, self.others = set(), set(), [], [], []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}
        if tag == "a":
            self.links.append(dict(attrs).get("href"))
            self.rels.append(dict(attrs).get("rel"))

    def handle_data(self, data):
        self.words += data

    def handle_comment(self, data):
        self.others.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def assert_safe_comment(html):
    seen = Seen(html)
    assert seen.tags <= COMMENT_TAGS
    assert seen.attributes <= COMMENT_ATTRIBUTES
    assert not seen.others
    assert all(re.match(r"https?://", link, re.IGNORECASE) for link in seen.links if link is not None)
    assert set(seen.rels) <= {"nofollow ugc noopener"}


def assert_safe_article(html):
    seen = Seen(html)
    assert seen.tags <= ARTICLE_TAGS
    assert seen.attributes <= ARTICLE_ATTRIBUTES
    assert not seen.others
    assert all(re.match(r"https?://|/(?!/)|#", link, re.IGNORECASE) for link in seen.links if link is not None)
    assert set(seen.rels) <= {"noopener"}
