"""What is a mention of a topic, and which of them is linked."""

import pytest

from tests.articles.topics.linking import ANTHROPIC, MODEL, Kind, html_of, linked, topic

SEC = topic("SEC")
UNITY = topic("Unity")
META = topic("Meta")
LARGE = topic("large language model", Kind.CONCEPT, "LLM")


def test_the_link_leads_to_the_page_of_the_topic():
    html = html_of("We met Anthropic there.", ANTHROPIC)
    assert html == '<p>We met <a href="/topics/anthropic/" class="topic" rel="noopener">Anthropic</a> there.</p>\n'


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("the sector and the SECtor", SEC),
        ("memory", topic("EMO")),
        ("the community", UNITY),
        ("metadata and Metadata", META),
        ("a SEC_tion and a_SEC", SEC),
        ("under@SEC", SEC),
        ("éSEC and SECé", SEC),
        ("SEC2 and 2SEC", SEC),
    ],
)
def test_part_of_a_word_is_not_a_mention(text, name):
    assert linked(text, name) == []


@pytest.mark.parametrize(
    "text",
    [
        "(SEC)",
        "“SEC”",
        "SEC.",
        "SEC, then",
        "SEC: x",
        "SEC!",
        "SEC/FTC",
        "the SEC",
        "SEC",
        "SEC…",
        "*SEC*",
        "**SEC** x",
        "—SEC—",
    ],
)
def test_a_whole_word_is_a_mention_whatever_stands_beside_it(text):
    assert linked(text, SEC) == ["SEC"]


def test_the_longest_name_wins():
    assert linked("A large language model speaks.", MODEL, LARGE) == ["large language model"]


def test_a_shorter_name_is_linked_where_it_stands_alone():
    assert linked("A large language model is a language model.", MODEL, LARGE) == [
        "large language model",
        "language model",
    ]


def test_of_two_overlapping_names_the_longer_one_is_linked():
    names = topic("open source", Kind.CONCEPT), topic("source code license", Kind.CONCEPT)
    assert linked("It is open source code license text.", *names) == ["source code license"]


def test_of_two_overlapping_names_equally_long_the_first_is_linked():
    names = topic("ab cd", Kind.CONCEPT), topic("cd ef", Kind.CONCEPT)
    assert linked("see ab cd ef", *names) == ["ab cd"]


def test_only_the_first_mention_in_the_whole_article_is_linked():
    html = html_of("Anthropic and Anthropic.\n\nAnthropic again.\n\n- Anthropic", ANTHROPIC)
    assert html.count("<a ") == 1
    assert html.index("<a ") < html.index(" and Anthropic")


def test_an_alias_counts_as_a_mention_of_the_same_topic():
    assert linked("An LLM is a large language model.", LARGE) == ["LLM"]


@pytest.mark.parametrize(
    "text",
    [
        "[what Anthropic says](https://a.example)",
        "[*Anthropic*](https://a.example)",
        "`Anthropic`",
        "```\nAnthropic\n```",
        "    Anthropic",
        "# Anthropic",
        "### About *Anthropic*",
        "Anthropic\n=====",
        "<https://a.example/Anthropic>",
        "![Anthropic](https://a.example/x.png)",
    ],
)
def test_links_code_and_headings_are_left_alone(text):
    assert linked(text, ANTHROPIC) == []


def test_a_mention_after_a_heading_a_link_and_code_is_the_first():
    text = "# Anthropic\n\n`Anthropic`, [Anthropic](https://a.example), Anthropic."
    assert linked(text, ANTHROPIC) == ["Anthropic"]
    assert html_of(text, ANTHROPIC).endswith(
        ', <a href="/topics/anthropic/" class="topic" rel="noopener">Anthropic</a>.</p>\n'
    )


@pytest.mark.parametrize(
    "text", ["> Anthropic", "- Anthropic", "| a |\n|---|\n| Anthropic |", "*Anthropic*", "~~Anthropic~~"]
)
def test_quotes_lists_tables_and_emphasis_are_text(text):
    assert linked(text, ANTHROPIC) == ["Anthropic"]
