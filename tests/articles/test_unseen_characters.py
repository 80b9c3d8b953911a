"""Characters that nobody sees are refused, and those that writing needs are accepted."""

import pytest
from django.core.exceptions import ValidationError

from articles.text import check_seen


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
