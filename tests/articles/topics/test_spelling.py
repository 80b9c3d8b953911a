"""How a name may be written to be a mention: capitals, plurals, line breaks, numbers, any signs."""

import pytest

from articles.text import render_article
from articles.topics import plural
from tests.articles.topics.linking import ANTHROPIC, LINK, MODEL, Kind, html_of, linked, topic

GPT = topic("GPT", Kind.MODEL)
GPT4 = topic("GPT-4", Kind.MODEL)
GPT4O = topic("GPT-4o", Kind.MODEL)
RAG = topic("retrieval-augmented generation", Kind.CONCEPT, "RAG")
LEARNING = topic("reinforcement learning", Kind.CONCEPT, "RL")


@pytest.mark.parametrize("text", ["ANTHROPIC", "anthropic", "AnthroPic"])
def test_a_name_in_other_capitals_is_not_a_mention(text):
    assert linked(text, ANTHROPIC) == []


@pytest.mark.parametrize(
    "text", ["Reinforcement learning", "reinforcement learning", "REINFORCEMENT LEARNING", "Reinforcement Learning"]
)
def test_a_concept_is_found_in_any_case_and_its_letters_stay(text):
    assert linked(f"{text} works.", LEARNING) == [text]


@pytest.mark.parametrize(
    ("text", "found"), [("RAG", ["RAG"]), ("a rag", []), ("a Rag", []), ("RAGs", ["RAGs"]), ("LLMs", [])]
)
def test_the_abbreviation_of_a_concept_is_found_in_its_capitals_only(text, found):
    assert linked(text, RAG) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("two language models", ["language models"]),
        ("Anthropic's offices", ["Anthropic"]),
        ("Anthropic’s offices", ["Anthropic"]),
        ("the language models' words", ["language models"]),
        ("the language models’ words", ["language models"]),
        ("the language model's words", ["language model"]),
    ],
)
def test_plurals_and_possessives_are_mentions(text, found):
    assert linked(text, MODEL, ANTHROPIC) == found


@pytest.mark.parametrize(
    ("name", "many"),
    [
        ("model", "models"),
        ("box", "boxes"),
        ("policy", "policies"),
        ("Company", "Companies"),
        ("key", "keys"),
        ("bias", "biases"),
        ("search", "searches"),
        ("GPU", "GPUs"),
    ],
)
def test_the_regular_plural(name, many):
    assert plural(name) == many


def test_a_name_is_found_across_a_soft_line_break_and_the_break_stays():
    html = html_of("We trust reinforcement\nlearning here.", LEARNING)
    assert LINK.findall(html) == ["reinforcement\nlearning"]


def test_a_line_break_that_was_asked_for_stays():
    assert "<br>" in html_of("Anthropic\\\nLearning", ANTHROPIC)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("GPT-4 is out", []),
        ("GPT-4o", []),
        ("GPT-based", ["GPT"]),
        ("GPT-like and GPT", ["GPT"]),
        ("non-GPT", ["GPT"]),
        ("GPT.", ["GPT"]),
        ("GPT.js", []),
        ("GPT.5", []),
        ("next.GPT", []),
        ("…GPT", ["GPT"]),
        ("over. GPT came", ["GPT"]),
    ],
)
def test_a_name_with_a_number_or_an_ending_of_its_own_is_another_name(text, found):
    assert linked(text, GPT) == found


def test_each_of_three_names_that_begin_alike_is_found_as_itself():
    assert linked("GPT, GPT-4 and GPT-4o.", GPT, GPT4, GPT4O) == ["GPT", "GPT-4", "GPT-4o"]


@pytest.mark.parametrize("before", ["İ", "İİİ", "İstanbul ", "ẞ", "ŉ ", "ǰ", "ﬁ ", "Å ", "𝔘 ", "👩‍💻 ", "ΐΰ "])
def test_letters_that_grow_when_made_small_do_not_move_the_link(before):
    assert linked(f"{before} – reinforcement learning!", LEARNING) == ["reinforcement learning"]


def test_a_name_with_a_letter_that_grows_when_made_small_is_found():
    assert linked("Offices in İzmir.", topic("İzmir", Kind.CONCEPT)) == ["İzmir"]


@pytest.mark.parametrize("name", ["C++", "AT&T", "<b>", "Node.js", "日本", "Ünï", "O’Reilly", 'say "hi"'])
def test_a_name_of_any_characters_is_linked_and_escaped(name):
    html = html_of(f"All about {name} here.", topic(name))
    assert len(LINK.findall(html)) == 1
    assert LINK.sub(r"\1", html) == render_article(f"All about {name} here.").html


def test_no_topics_at_all_link_nothing():
    assert html_of("Anthropic") == "<p>Anthropic</p>\n"
