"""Names that the site knows become links, without a letter of the text changing."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.text import slugify
from hypothesis import given
from hypothesis import strategies as st

from articles import publishing
from articles.models import Article, Topic
from articles.text import render_article
from articles.topics import Linker, plural

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


SEC = topic("SEC")
UNITY = topic("Unity")
META = topic("Meta")
ANTHROPIC = topic("Anthropic")
GPT = topic("GPT", Kind.MODEL)
GPT4 = topic("GPT-4", Kind.MODEL)
GPT4O = topic("GPT-4o", Kind.MODEL)
RAG = topic("retrieval-augmented generation", Kind.CONCEPT, "RAG")
LEARNING = topic("reinforcement learning", Kind.CONCEPT, "RL")
MODEL = topic("language model", Kind.CONCEPT)
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


# Through the newsroom


@pytest.fixture
def chief():
    client = Client()
    client.force_login(User.objects.create_superuser("chief", password="a long enough password"))
    return client


@pytest.fixture
def known():
    return Topic.objects.create(name="Anthropic", slug="anthropic", kind=Kind.COMPANY)


def save_topic(chief, path, **fields):
    answer = chief.post(
        path, {"name": "Anthropic", "slug": "anthropic", "kind": "company", "aliases": "", "description": "", **fields}
    )
    assert answer.status_code == 302, answer.context["errors"]
    return answer


def links_on_page(reader, article):
    page = reader.get(article.get_absolute_url()).content.decode()
    return LINK.findall(page[page.index('class="prose"') :])


def test_a_topic_saved_in_the_newsroom_is_linked_in_articles_that_name_it(chief, reader, make_article):
    naming, silent = make_article("naming", body="About Anthropic."), make_article("silent", body="About nothing.")
    save_topic(chief, "/admin/articles/topic/add/")
    assert links_on_page(reader, naming) == ["Anthropic"]
    assert links_on_page(reader, silent) == []
    assert "Naming" in reader.get("/topics/anthropic/").content.decode()


def test_the_newsroom_says_in_how_many_articles_a_topic_was_linked(chief, make_article):
    make_article(body="About Anthropic.")
    answer = chief.get(save_topic(chief, "/admin/articles/topic/add/")["Location"])
    assert "Linked anew in 1 article." in answer.content.decode()


def test_a_renamed_topic_loses_its_old_links_and_gets_new_ones(chief, reader, make_article, known):
    old, new = make_article("old", body="About Anthropic."), make_article("new", body="About DeepMind.")
    assert links_on_page(reader, old) == ["Anthropic"]
    save_topic(chief, f"/admin/articles/topic/{known.pk}/change/", name="DeepMind")
    assert links_on_page(reader, old) == []
    assert links_on_page(reader, new) == ["DeepMind"]
    assert list(known.articles.all()) == [new]


def test_an_alias_taken_away_is_linked_no_more(chief, reader, make_article, known):
    article = make_article(body="The makers of Claude.")
    save_topic(chief, f"/admin/articles/topic/{known.pk}/change/", aliases="makers of Claude")
    assert links_on_page(reader, article) == ["makers of Claude"]
    save_topic(chief, f"/admin/articles/topic/{known.pk}/change/", aliases="")
    assert links_on_page(reader, article) == []


@pytest.mark.parametrize(
    ("body", "name", "found"),
    [
        ("Safe vector\nsearch.", "vector search", "vector\nsearch"),
        ("Two policies.", "policy", "policies"),
        ("Étude again.", "étude", "Étude"),
    ],
)
def test_a_mention_that_is_not_written_like_the_name_is_linked_and_unlinked_too(
    chief, reader, make_article, body, name, found
):
    article = make_article(body=body)
    save_topic(chief, "/admin/articles/topic/add/", name=name, slug="the-topic", kind="concept")
    assert links_on_page(reader, article) == [found]
    chief.post(f"/admin/articles/topic/{Topic.objects.get().pk}/delete/", {"post": "yes"})
    assert links_on_page(reader, article) == []


def test_a_deleted_topic_leaves_no_dead_link_where_its_name_was_broken_over_two_lines(chief, reader, make_article):
    Topic.objects.create(name="vector search", slug="vector-search", kind=Kind.CONCEPT)
    article = make_article(body="Safe vector\nsearch.")
    assert links_on_page(reader, article) == ["vector\nsearch"]
    chief.post(f"/admin/articles/topic/{Topic.objects.get().pk}/delete/", {"post": "yes"})
    assert links_on_page(reader, article) == []


def test_a_topic_whose_address_changes_is_linked_at_the_new_one(chief, make_article, known):
    article = make_article(body="About Anthropic.")
    save_topic(chief, f"/admin/articles/topic/{known.pk}/change/", slug="anthropic-pbc")
    article.refresh_from_db()
    assert "/topics/anthropic-pbc/" in article.body_html


def test_a_deleted_topic_leaves_the_word_and_no_link(chief, reader, make_article, known):
    article = make_article(body="About Anthropic.")
    chief.post(f"/admin/articles/topic/{known.pk}/delete/", {"post": "yes"})
    assert not Topic.objects.exists()
    assert links_on_page(reader, article) == []
    assert "<p>About Anthropic.</p>" in reader.get(article.get_absolute_url()).content.decode()


def test_topics_deleted_from_the_list_leave_no_links_either(chief, reader, make_article, known):
    article = make_article(body="About Anthropic.")
    chief.post("/admin/articles/topic/", {"action": "delete_selected", "_selected_action": [known.pk], "post": "yes"})
    assert not Topic.objects.exists()
    assert links_on_page(reader, article) == []


def test_linking_anew_does_not_say_that_the_article_was_changed(chief, make_article):
    article = make_article(body="About Anthropic.")
    before = article.updated_at
    save_topic(chief, "/admin/articles/topic/add/")
    article.refresh_from_db()
    assert "topic" in article.body_html
    assert article.updated_at == before


def test_an_extra_topic_lists_an_article_that_does_not_name_it(reader, make_article, known):
    article = make_article(body="About nobody.")
    publishing.tag(article, [known])
    assert links_on_page(reader, article) == []
    assert article.title in reader.get("/topics/anthropic/").content.decode()
    assert '<a href="/topics/anthropic/">Anthropic</a>' in reader.get(article.get_absolute_url()).content.decode()


def test_an_extra_topic_stays_when_another_topic_is_linked_anew(chief, make_article, known):
    article = make_article(body="About DeepMind.")
    publishing.tag(article, [known])
    save_topic(chief, "/admin/articles/topic/add/", name="DeepMind", slug="deepmind")
    assert {topic.name for topic in article.topics.all()} == {"Anthropic", "DeepMind"}


def test_the_editor_adds_an_extra_topic_in_the_newsroom(chief, make_article, known):
    article = make_article(body="About nobody.")
    answer = chief.post(
        f"/admin/articles/article/{article.pk}/change/",
        {
            "title": article.title,
            "slug": article.slug,
            "standfirst": article.standfirst,
            "body": article.body,
            "section": article.section_id,
            "byline": "",
            "comments_policy": "pre",
            "source_name": "",
            "source_url": "",
            "published_at_0": "2026-01-01",
            "published_at_1": "10:00:00",
            "extra_topics": [known.pk],
            "corrections-TOTAL_FORMS": 0,
            "corrections-INITIAL_FORMS": 0,
        },
    )
    assert answer.status_code == 302
    assert list(Article.objects.get().topics.all()) == [known]


def test_an_edited_text_is_linked_when_it_is_saved(make_article, known):
    article = make_article(body="Nothing.")
    article.body = "Now Anthropic."
    publishing.save(article)
    assert LINK.findall(article.body_html) == ["Anthropic"]
    assert list(article.topics.all()) == [known]
