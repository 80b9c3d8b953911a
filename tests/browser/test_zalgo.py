"""Text that piles up, turns around or never ends stays in its place."""

import pytest

SLUG = "shannon-and-the-guessing-game"
PILED = "".join(letter + "\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308" for letter in "Zalgo comes")
HOSTILE = {
    "piled marks": {"author_name": PILED[:60], "body": (PILED + " ") * 20},
    "right to left": {"author_name": "שלום עולם", "body": "זה כתוב מימין לשמאל, עם English באמצע."},
    "no end": {"author_name": "W" * 60, "body": "A" * 4000},
    "pictures": {"author_name": "👩‍👩‍👧‍👦 Ada", "body": "🏳️‍🌈 " * 200},
}
OUTSIDE = """(article) => {
  const boxes = [...article.querySelectorAll(".comment__name, .comment__body")];
  return boxes.filter((box) => getComputedStyle(box).overflowX !== "clip" || box.scrollWidth > article.clientWidth + 16)
    .map((box) => box.className);
}"""


@pytest.fixture(scope="module")
def made(site):
    """The hostile comments, each between two that are not."""
    drafts = [each for hostile in HOSTILE.values() for each in (hostile, {"body": "A calm neighbour."})]
    return site.publish(SLUG, {"body": "The first calm one."}, *drafts)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_does_not_scroll_sideways_and_texts_stay_in_their_boxes(visit, made, width):
    page = visit(viewport={"width": width, "height": 900})
    page.goto(f"/articles/{SLUG}/")
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    for pk in made:
        assert page.locator(f"#comment-{pk}").evaluate(OUTSIDE) == []


def test_piled_marks_paint_nothing_over_the_neighbours(page, made):
    page.goto(f"/articles/{SLUG}/")
    neighbour = page.locator(f"#comment-{made[0]} .comment__acts, #comment-{made[2]} .comment__head")
    pictures = [box.screenshot() for box in neighbour.all()]
    page.locator(f"#comment-{made[1]} .comment__body").evaluate("box => { box.style.visibility = 'hidden' }")
    page.locator(f"#comment-{made[1]} .comment__name").evaluate("box => { box.style.visibility = 'hidden' }")
    assert [box.screenshot() for box in neighbour.all()] == pictures


def test_a_name_from_right_to_left_turns_nothing_beside_it(page, made):
    page.goto(f"/articles/{SLUG}/")
    head = page.locator(f"#comment-{made[3]} .comment__head")
    lefts = [
        part.bounding_box()["x"]
        for part in (head.locator(".monogram"), head.locator(".comment__name"), head.locator(".comment__time"))
    ]
    assert lefts == sorted(lefts)
