"""The longest hostile text is rendered."""

import pytest

from articles.text import render_article, render_comment
from tests.articles.hostile import assert_safe_article, assert_safe_comment


@pytest.mark.parametrize(
    "unit",
    [
        ">",
        "> ",
        "[",
        "![",
        "](",
        "*",
        "**",
        "_",
        "*a ",
        "- ",
        "1. ",
        "`",
        "``",
        "`a``",
        "\\",
        "<",
        "<a",
        "&",
        "&#",
        "(",
    ],
)
def test_the_longest_hostile_comment_is_rendered(unit):
    text = (unit * 5000)[:5000]
    assert_safe_comment(render_comment(text))


@pytest.mark.parametrize(
    "text",
    [
        "".join("> " * n + "a\n" for n in range(60))[:5000],
        "".join("  " * n + "- a\n" for n in range(60))[:5000],
        "[a](" * 1250,
        "*a **a " * 700,
        "https://" * 625,
        "https://a.example/" + "(" * 4980,
        "a\n" * 2500,
        "`" * 2500 + "a" + "`" * 2499,
        "".join("`" * n + " " for n in range(98)),
        "|" * 5000,
        "|a" * 2000 + "\n" + "|-" * 400,
        "&quot;" * 833,
        "\u0300" * 5000,
    ],
)
def test_a_long_hostile_text_is_rendered_in_a_comment_and_in_an_article(text):
    assert len(text) <= 5000
    assert_safe_comment(render_comment(text))
    assert_safe_article(render_article(text).html)
