"""What a comment can do beyond its marks: name others, quote, and be written in any script without painting over it."""

import re
import time

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given
from hypothesis import strategies as st

from articles.text import check_seen, quoted, render_comment
from tests.articles.hostile import COMMENT_ATTRIBUTES, COMMENT_TAGS, PIECES, TEXTS, Seen

ADA = {"Ada Lovelace": "/comments/12/", "Ada": "/comments/3/"}
HOSTILE = [
    "a.*",
    "(a+)+$",
    "[x]",
    "*Ada*",
    "_a_",
    "`a`",
    "<b>",
    '"onclick="x',
    "a&b",
    "\\",
    "@@",
    "שלום",
    "👩‍💻",
    "İ",
    "ß",
]

NAMES = st.sampled_from(HOSTILE) | PIECES | st.text(max_size=60)
PATHS = st.integers(1, 10**6).map("/comments/{}/?a=1&b=2#c".format)


@st.composite
def mentioning(draw):
    """A text full of mentions, and who can be mentioned."""
    mentions = draw(st.dictionaries(NAMES, PATHS, max_size=5))
    named = st.sampled_from(sorted(mentions) or ["nobody"]).flatmap(lambda n: st.sampled_from([n, n.upper(), n[:-1]]))
    pieces = PIECES | st.text(max_size=8) | named.map("@{}".format) | named.map("`@{}`".format) | st.just("@")
    return "".join(draw(st.lists(pieces, max_size=30))), mentions


def linked(text, mentions=ADA):
    seen = Seen(render_comment(text, mentions))
    return seen.links


def test_a_name_after_an_at_sign_becomes_a_link_with_its_letters_as_typed():
    assert render_comment("Yes, @ada LOVELACE!", ADA) == (
        '<p>Yes, <a href="/comments/12/" rel="nofollow ugc noopener">@ada LOVELACE</a>!</p>\n'
    )


def test_without_anyone_to_mention_an_at_sign_is_text():
    assert render_comment("@Ada Lovelace") == "<p>@Ada Lovelace</p>\n"
    assert linked("@", {"": "/comments/1/", " ": "/comments/2/"}) == []


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("@Ada", ["/comments/3/"]),
        ("@Ada Lovelaces", ["/comments/3/"]),
        ("@Ada Lovelace, @Ada", ["/comments/12/", "/comments/3/"]),
        ("@Ada's (@Ada) @Ada-Maria @Ada.", ["/comments/3/"] * 4),
        ("> *@Ada*\n\n- **@ada**", ["/comments/3/"] * 2),
        ("@@Ada", ["/comments/3/"]),
        ("@Ada *Lovelace*", ["/comments/3/"]),
    ],
)
def test_who_is_mentioned(text, paths):
    assert linked(text) == paths


@pytest.mark.parametrize(
    "text",
    [
        *(
            "mail@Ada",
            "é@Ada",
            "e\u0301@Ada",
            "7@Ada",
            "_@Ada",
            "*b*@Ada",
            "\\a@Ada",
            "@Adam",
            "@Ada2",
            "@Ada_",
            "@Ada*m*",
        ),
        *(
            "@Ada\u0301",
            "@Ada\u200dx",
            "@ Ada",
            "Ada",
            "\\@Ada",
            "`@Ada`",
            "``` \n@Ada\n```",
            "~~~\n@Ada",
            "*a*`b`@Ada",
        ),
    ],
)
def test_what_mentions_nobody(text):
    assert linked(text) == []


def test_a_mention_inside_an_address_leaves_the_address_whole():
    assert linked("https://a.example/@Ada and @Ada") == ["https://a.example/@Ada", "/comments/3/"]


def test_of_two_names_that_differ_in_capitals_the_typed_one_is_meant_or_else_the_first():
    mentions = {"Ada": "/comments/1/", "ADA": "/comments/2/"}
    assert linked("@Ada @ADA @ada", mentions) == ["/comments/1/", "/comments/2/", "/comments/1/"]


LITERAL = st.characters(categories=["L", "N", "S", "P"], exclude_characters="\\*_`:")


@given(st.text(LITERAL, min_size=1, max_size=60))
@example("(a+)+$")
@example("<b onclick='x'>")
@example("👩🏽‍🚀❤️")
@example("שלום")
def test_a_name_of_any_letters_and_signs_that_markdown_leaves_alone_is_linked(name):
    seen = Seen(render_comment(f"so @{name}", {name: "/comments/1/"}))
    assert seen.links == ["/comments/1/"]
    assert seen.words == f"so @{name}\n"


@given(mentioning())
def test_mentions_add_links_to_their_paths_and_change_no_letter(drawn):
    text, mentions = drawn
    html = render_comment(text, mentions)
    seen, without = Seen(html), Seen(render_comment(text))
    assert seen.words == without.words
    assert seen.tags <= COMMENT_TAGS
    assert seen.attributes <= COMMENT_ATTRIBUTES
    assert not seen.others
    assert set(seen.rels) <= {"nofollow ugc noopener"}
    assert [link for link in seen.links if link not in mentions.values()] == without.links
    assert all(re.match("https?://", link, re.IGNORECASE) for link in without.links if link is not None)


@given(mentioning())
def test_no_link_stands_in_code_or_in_another_link(drawn):
    html = render_comment(*drawn)
    assert not any("<a " in code for code in re.findall("<code>(.*?)</code>", html, re.DOTALL))
    assert not any("<a " in link for link in re.findall("<a (.*?)</a>", html, re.DOTALL))


@pytest.mark.parametrize("unit", ["@", "@a", "@aa ", "@\n", "@*a", "*a", "`a`@"])
def test_a_long_hostile_text_with_many_long_names_is_rendered_soon(unit):
    names = [(unit * 60)[1:n] for n in range(2, 62)] + [(unit * 60)[1:60] + chr(0x4E00 + n) for n in range(1000)]
    started = time.perf_counter()
    render_comment((unit * 5000)[:5000], dict.fromkeys(names, "/comments/1/"))
    assert time.perf_counter() - started < 2


def test_a_quote_has_the_words_without_what_they_quote():
    assert quoted("> old\n\n  - a\n\nb\r\n   > older\nc\n\n \n") == ">   - a\n> \n> b\n> c\n\n"


@pytest.mark.parametrize("text", ["", " \n\t\n", "> all\n>of it"])
def test_of_nothing_to_quote_there_is_no_quote(text):
    assert quoted(text) == ""


def test_a_long_quote_is_cut_at_a_word():
    assert quoted("some words here", 10) == "> some words…\n\n"
    assert quoted("some words here", 9) == "> some…\n\n"
    assert quoted("some words", 10) == "> some words\n\n"


def test_a_text_without_spaces_is_quoted_up_to_the_limit():
    assert quoted("他 " + "說" * 2000, 1000) == f"> 他 {'說' * 998}…\n\n"


def test_quotes_do_not_pile_up():
    assert quoted(quoted("first") + "second") == "> second\n\n"


@given(TEXTS | st.text(), st.integers(1, 60))
@example("```\nnever closed", 60)
@example("- a\n\n      b", 60)
@example("a\u2028b\rc\x0bd\x85e", 60)
@example("~~~ info", 8)
def test_a_quote_holds_all_of_its_text_whatever_that_is(text, limit):
    quote = quoted(text, limit)
    html = render_comment(f"{quote}answer")
    if not quote:
        assert html == "<p>answer</p>\n"
        return
    assert html.startswith("<blockquote>\n")
    assert html.endswith("</blockquote>\n<p>answer</p>\n")
    depths = [1 if mark == "<blockquote>" else -1 for mark in re.findall("</?blockquote>", html)]
    assert all(sum(depths[:n]) > 0 for n in range(1, len(depths)))


@given(TEXTS | st.text(), st.integers(1, 60))
def test_a_quote_is_bounded_and_ends_with_a_blank_line(text, limit):
    quote = quoted(text, limit)
    assert quote == "" or quote.endswith("\n\n")
    assert sum(len(line) - 2 for line in quote.splitlines() if line) <= limit + 1


@pytest.mark.parametrize(
    "text",
    [
        "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים",
        "\u05e9\u05c1\u05bc\u05b8\u0596\u05bd",
        "Tie\u0302\u0301ng Vie\u0323\u0302t",
        "ภาษาไทยที่นี่ น้ำ ปู่ยิ้ม",
        "བསྒྲུབས་ རྒྱལ",
        "\u0f67\u0f90\u0fb5\u0fa8\u0fb3\u0fba\u0fbc\u0fbb\u0f82",  # the tallest stack: eight marks
        "ٱلرَّحْمَـٰنِ ٱلرَّحِيمِ",
        "ᾷ \u03b1\u0313\u0342\u0345",
        "မြန်မာဘာသာ ကျွန်ုပ်",
        "👩🏽‍❤️‍💋‍👨🏻 👨‍👩‍👧‍👦 🏴󠁧󠁢󠁳󠁣󠁴󠁿 1️⃣ ❤️",
        "葛\U000e0100",
    ],
)
def test_the_marks_that_living_scripts_need_are_accepted(text):
    check_seen(text)


@pytest.mark.parametrize("between", ["", "\u200d", "\u200b", "\u2060\u00ad", "\u034f", "\u1160"])
def test_piled_marks_are_refused_even_when_something_unseen_stands_between(between):
    check_seen("a" + between.join("\u0301" * 4))
    with pytest.raises(ValidationError) as refused:
        check_seen("fine a" + between.join("\u0301\u0489" * 5) + " fine")
    assert refused.value.code == "too_many_marks"
    assert refused.value.message == "There are too many marks on one letter. Please remove some."


def test_the_ninth_mark_is_one_too_many():
    check_seen("a" + "\u0301" * 8 + "b" + "\u0301" * 8)
    with pytest.raises(ValidationError):
        check_seen("a" + "\u0301" * 9)


@pytest.mark.parametrize("field", ["author_name", "body"])
def test_a_reader_is_told_of_piled_marks_and_loses_nothing(reader, article, written, field):
    piled = "Zalgo" + "\u0335" * 20
    answer = reader.post(f"/articles/{article.slug}/comments/", written(**{field: piled}))
    assert answer.status_code == 400
    assert "too many marks on one letter" in answer.content.decode()
    assert piled in answer.content.decode()
    assert not article.comments.exists()
