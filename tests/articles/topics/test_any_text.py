"""Whatever an article says, links to topics change no letter of it."""

import re

from hypothesis import given
from hypothesis import strategies as st

from articles.text import render_article
from tests.articles.topics.linking import LINK, Kind, html_of, topic

NAMES = st.sampled_from(
    [
        "SEC",
        "Meta",
        "GPT",
        "GPT-4",
        "language model",
        "large language model",
        "RAG",
        "İzmir",
        "C++",
        "a",
        "AI",
        "AI lab",
        "&",
        "é",
    ]
)
PIECES = st.sampled_from(
    [
        *(
            "SEC",
            "SECtor",
            "Meta",
            "meta",
            "GPT-4",
            "GPT",
            "Language models",
            "large language\nmodel",
            "RAGs",
            "İzmir",
            "C++",
        ),
        *(
            "AI",
            "AI\nlab",
            "a",
            "&",
            "<",
            "'s",
            "’s",
            " ",
            " ",
            " ",
            "\n",
            "\n\n",
            "  \n",
            "\\\n",
            "*",
            "**",
            "`",
            "```\n",
            "# ",
        ),
        *(
            "- ",
            "> ",
            "[",
            "](https://x.example)",
            "](/a)",
            "![",
            "~~",
            "|",
            "\n|---|\n",
            ".",
            "-",
            "İ",
            "ß",
            "\\",
            "<https://SEC.example>",
        ),
    ]
)


@given(
    text=st.lists(PIECES | st.text(max_size=3), max_size=30).map("".join),
    names=st.lists(NAMES, unique=True, max_size=6),
    kind=st.sampled_from([Kind.COMPANY, Kind.CONCEPT]),
)
def test_the_linked_html_without_its_topic_links_is_the_unlinked_html(text, names, kind):
    html = html_of(text, *(topic(name, kind, pk=n) for n, name in enumerate(names, start=1)))
    assert LINK.sub(r"\1", html) == render_article(text).html
    found = re.findall(r'<a href="/topics/([^/"]*)/" class="topic"', html)
    assert len(found) == len(set(found)) <= len(names)
