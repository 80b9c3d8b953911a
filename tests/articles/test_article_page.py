"""The article page, which mirrors its source."""

import re

import pytest

from tests.articles.reading import page, rate, words


def test_the_article_page_has_the_parts_of_its_source_in_their_order(reader, make_article):
    make_article("of-machines", title="Of machines", standfirst="What to know.", body="First paragraph.\n\nSecond one.")
    text = words(page(reader, "/articles/of-machines/")).replace("&#x27;", "'").replace("&amp;", "&")
    parts = [
        *("AI News", "Real Time", "Of machines", "What to know.", "First paragraph.", "Second one.", "1 star: poor"),
        *("5 stars: excellent", "Be the first to rate this article.", "Comments & Questions (0)", "Captcha"),
        *(
            "Please be respectful — let's keep the conversation friendly.",
            "No comments yet",
            "Be the first to comment!",
        ),
    ]
    at = -1
    for part in parts:
        assert part in text[at + 1 :], f"“{part}” is not there, or not in its place"
        at = text.index(part, at + 1)


def test_the_title_is_the_one_h1(reader, make_article):
    make_article("m", title="The <i>title</i>", body="# Also a head\n\ntext")
    html = page(reader, "/articles/m/")
    assert re.findall(r"<h1>(.*?)</h1>", html) == ["The &lt;i&gt;title&lt;/i&gt;"]
    assert html.count("<h1") == 1


def test_the_site_name_leads_home(reader, article):
    assert '<a class="masthead__name" href="/">AI News</a>' in page(reader, article.get_absolute_url())


def test_the_stars_have_two_rows_and_the_full_one_is_as_wide_as_the_average(reader, article):
    rate(article, 4, 5)
    html = page(reader, article.get_absolute_url())
    assert 'class="stars__empty"' in html
    assert 'class="stars__full"' in html
    assert f'<rect id="average-width" width="{4.5 / 5 * 240:.1f}" height="48"/>' in html


def test_the_full_row_has_no_width_until_somebody_has_rated(reader, article):
    assert '<rect id="average-width" width="0.0" height="48"/>' in page(reader, article.get_absolute_url())


@pytest.mark.parametrize(
    ("all_stars", "line"),
    [
        ([], "Be the first to rate this article."),
        ([4], "4.0 out of 5 · 1 rating"),
        ([5, 4], "4.5 out of 5 · 2 ratings"),
        ([5] * 13 + [4] * 9 + [3] * 5, "4.3 out of 5 · 27 ratings"),
    ],
)
def test_the_rating_line(reader, article, all_stars, line, settings):
    settings.RATING_BURST = 0
    rate(article, *all_stars)
    assert f'<p class="rating__line">{line}</p>' in page(reader, article.get_absolute_url())


def test_the_bars_tell_how_many_gave_how_many_stars(reader, article):
    rate(article, 5, 5, 1)
    html = page(reader, article.get_absolute_url())
    assert 'aria-label="5 stars: 2, 4 stars: 0, 3 stars: 0, 2 stars: 0, 1 star: 1"' in html


def test_the_heading_counts_comments_and_questions_together(reader, article, make_comment):
    make_comment(status="published"), make_comment(kind="question", status="published"), make_comment()
    text = words(page(reader, article.get_absolute_url()))
    assert "Comments &amp; Questions (2)" in text
    assert "No comments yet" not in text


def test_a_closed_discussion_says_so_and_has_no_form(reader, make_article):
    make_article("m", comments_policy="closed")
    text = words(page(reader, "/articles/m/"))
    assert "This discussion was closed on" in text
    assert "Captcha" not in text
    assert "Be the first to comment!" not in text


def test_the_standfirst_is_cut_between_words_when_nobody_wrote_one(reader, make_article):
    make_article("m", body="Considerably " * 40)
    assert '<p class="standfirst">' + ("Considerably " * 10).strip() + "…</p>" in page(reader, "/articles/m/")


def test_a_long_article_has_a_table_of_contents_whose_links_lead_somewhere(reader, make_article):
    make_article("m", body="## One thing\n\ntext\n\n## Another\n\ntext")
    html = page(reader, "/articles/m/")
    for anchor in ("s-one-thing", "s-another"):
        assert f'href="#{anchor}"' in html
        assert f'id="{anchor}"' in html


def test_no_id_on_the_article_page_is_given_twice(reader, make_article, make_comment):
    article = make_article("m", body="## Rating\n\n## Discussion\n\n## Main\n\n## Contents")
    make_comment(on=article, status="published")
    ids = re.findall(r'\sid="([^"]*)"', page(reader, "/articles/m/"))
    assert sorted(ids) == sorted(set(ids))


def test_the_source_of_an_article_is_named_and_linked(reader, make_article):
    make_article("m", source_name="A paper", source_url="https://a.example/p")
    assert 'Source: <a href="https://a.example/p" rel="noopener">A paper</a>' in page(reader, "/articles/m/")


def test_the_article_page_is_the_same_for_every_reader_and_sets_no_cookie(reader, stranger, article):
    stranger.post(f"{article.get_absolute_url()}rating/", {"stars": 4})
    one, other = reader.get(article.get_absolute_url()), stranger.get(article.get_absolute_url())
    assert one.content == other.content
    assert not one.cookies
    assert not other.cookies


@pytest.mark.parametrize("path", ["/", "/articles/machines/", "/sections/research/", "/topics/", "/search/?q=x"])
def test_a_public_page_writes_nothing(reader, article, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(10) as asked:
        answer = reader.get(path)
    assert all(query["sql"].lstrip().startswith("SELECT") for query in asked.captured_queries)
    assert not answer.cookies
    assert "cookie" not in answer.headers.get("Vary", "").lower()
