"""What people write becomes HTML through one renderer."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text import plain, render_article, render_comment, standfirst
from tests.articles.hostile import (
    Seen,
)


@pytest.mark.parametrize("text", ["<b>bold</b>", "<em>x</em>", "<a href='https://a.example'>x</a>", "<p>x</p>", "<br>"])
def test_raw_html_stays_text_even_when_its_tags_are_harmless(text):
    assert Seen(render_comment(text)).words.strip() == text
    assert Seen(render_article(text).html).words.strip() == text


@pytest.mark.parametrize("text", ["List<String> is not Map<K, V>", "a < b && c > d", "x<y>z", "AT&T"])
def test_angle_brackets_and_ampersands_of_programmers_stay_text(text):
    assert Seen(render_comment(text)).words.strip() == text


def test_a_generic_type_stays_text():
    assert render_comment("List<String>") == "<p>List&lt;String&gt;</p>\n"
    assert render_article("List<String>").html == "<p>List&lt;String&gt;</p>\n"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*a* and **b**", "<p><em>a</em> and <strong>b</strong></p>\n"),
        ("`x < y`", "<p><code>x &lt; y</code></p>\n"),
        ("```\nx\n```", "<pre><code>x\n</code></pre>\n"),
        ("> quoted", "<blockquote>\n<p>quoted</p>\n</blockquote>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>\n'),
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>\n"),
        ("\\*not emphasis\\*", "<p>*not emphasis*</p>\n"),
    ],
)
def test_the_marks_that_a_comment_may_use(text, html):
    assert render_comment(text) == html


@pytest.mark.parametrize("text", ["# big", "| a |\n|---|\n| b |", "![x](https://a.example/x.png)", "***\n", "~~x~~"])
def test_other_marks_stay_as_typed_in_a_comment(text):
    assert Seen(render_comment(text)).tags <= {"p", "br", "a"}
    assert Seen(render_comment(text)).words.strip() == text.strip()


def test_a_bare_address_in_a_comment_becomes_a_link_that_passes_no_reputation_on():
    html = render_comment("see https://a.example/x?y=1&z=2.")
    assert 'href="https://a.example/x?y=1&amp;z=2"' in html
    assert 'rel="nofollow ugc noopener"' in html
    assert html.endswith("</a>.</p>\n")


@pytest.mark.parametrize(
    "text", ["example.com", "a@b.example", "mailto:a@b.example", "ftp://a.example", "//a.example/x"]
)
def test_what_is_not_written_out_as_a_web_address_does_not_become_a_link(text):
    assert Seen(render_comment(text)).links == []


def test_every_link_of_a_comment_has_the_rel():
    html = render_comment("https://a.example http://b.example\n\n> https://c.example\n\n- *https://d.example*")
    seen = Seen(html)
    assert len(seen.links) == 4
    assert seen.rels == ["nofollow ugc noopener"] * 4


def test_a_picture_in_an_article_becomes_a_link_so_that_no_other_server_learns_who_reads():
    html = render_article("![A robot](https://a.example/robot.png)").html
    assert html == '<p><a href="https://a.example/robot.png" rel="noopener">A robot</a></p>\n'


def test_a_picture_with_emphasis_in_its_description_keeps_its_words():
    assert Seen(render_article("![A *small* robot](https://a.example/r.png)").html).words.strip() == "A small robot"


def test_a_picture_inside_a_link_leaves_no_link_without_words():
    html = render_article("[![A robot](https://a.example/robot.png)](https://b.example)").html
    assert "></a>" not in html
    assert "https://b.example" in html


def test_the_top_heading_of_an_article_becomes_an_h2_with_an_anchor():
    rendered = render_article("# One\n\ntext\n\n## Below it\n\n# Two")
    assert '<h2 id="s-one">One</h2>' in rendered.html
    assert '<h3 id="s-below-it">Below it</h3>' in rendered.html
    assert '<h2 id="s-two">Two</h2>' in rendered.html
    assert rendered.outline == [("s-one", "One"), ("s-two", "Two")]


def test_headings_that_begin_at_the_third_level_are_raised_to_h2():
    assert '<h2 id="s-one">One</h2>' in render_article("### One").html


def test_there_is_never_an_h1_nor_anything_below_h4():
    html = render_article("".join(f"{'#' * n} level {n}\n\n" for n in range(1, 7))).html
    assert set(re.findall(r"<(h\d)", html)) == {"h2", "h3", "h4"}


def test_two_equal_headings_have_anchors_of_their_own():
    rendered = render_article("## Same\n\n## Same\n\n## Same")
    assert [anchor for anchor, _ in rendered.outline] == ["s-same", "s-same-2", "s-same-3"]


@given(st.lists(st.sampled_from(["a", "a 2", "A", "é", "日本", "*a*", "a-2", ""]), max_size=8))
def test_anchors_are_never_given_twice(headings):
    html = render_article("\n\n".join(f"## {text}" for text in headings)).html
    anchors = re.findall(r' id="([^"]*)"', html)
    assert len(anchors) == len(set(anchors)) == len(headings)


def test_what_may_be_wide_can_be_scrolled_with_the_keyboard():
    html = render_article("| a |\n|---|\n| b |\n\n```\ncode\n```").html
    assert '<div class="wide" tabindex="0"><table>' in html
    assert '<pre tabindex="0">' in html


def test_the_words_of_an_article_come_without_its_marks():
    assert plain("## Head\n\nA *small*\nstep, [see](https://a.example).") == "Head A small step, see."


def test_a_standfirst_is_cut_between_words():
    text = "word " * 60
    cut = standfirst(text)
    assert cut.endswith("word…")
    assert len(cut) <= 141


def test_a_short_text_is_its_own_standfirst():
    assert standfirst("Just *this*.") == "Just this."


@given(st.text(min_size=1, max_size=400))
def test_a_standfirst_is_never_longer_than_asked(text):
    assert len(standfirst(text)) <= 141
