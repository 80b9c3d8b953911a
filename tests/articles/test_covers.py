"""An article without a picture has a cover of its own, the same every time."""

import re
import subprocess
import sys

from articles import covers
from tests.articles.reading import page


def test_a_cover_is_the_same_every_time(make_article, reader):
    covers.draw.cache_clear()
    first = covers.draw("topic", "slug")
    covers.draw.cache_clear()
    assert covers.draw("topic", "slug") == first


def test_a_cover_does_not_depend_on_the_process():
    code = "from articles import covers; print(covers.draw('topic', 'slug'), end='')"
    drawn = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert drawn == {covers.draw("topic", "slug")}


def test_covers_of_different_articles_differ():
    assert len({covers.draw("topic", f"article-{n}") for n in range(50)}) == 50


def test_different_topics_have_different_motifs():
    assert len({re.sub(r"[\d.-]+", "", covers.draw(f"topic {n}", "slug"))[:60] for n in range(40)}) > 3


def test_an_article_has_the_same_cover_in_the_list_and_on_its_page(reader, article):
    cover = re.compile(r'<svg class="cover"[^>]*>(.*?)</svg>', re.DOTALL)
    assert cover.search(page(reader))[1] == cover.search(page(reader, article.get_absolute_url()))[1]
