"""The captcha: drawn from a private seed, used up by its first answer, and issued only to who begins to write."""

import datetime
import io
import random
import wave

import pytest
import time_machine
from captcha.models import CaptchaStore
from captcha.views import captcha_image
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from PIL import Image

from comments import captcha
from comments.models import Comment


@pytest.fixture
def issue(program):
    """A new captcha, as the API gives it."""

    def issue():
        answer = program.post("/api/v1/captcha/")
        assert answer.status_code == 201
        return answer.json()

    return issue


def picture(client, key):
    answer = client.get(f"/captcha/{key}.png")
    assert answer.status_code == 200
    return answer.content


def test_a_challenge_has_six_letters_that_are_not_mistaken_for_each_other(issue):
    for _ in range(20):
        stored = CaptchaStore.objects.get(hashkey=issue()["key"])
        assert len(stored.challenge) == 6
        assert stored.response == stored.challenge.lower()
        assert set(stored.challenge) <= set("ABCDEFGHJKLMNPRTUVWXY")


def test_challenges_do_not_follow_from_the_global_random_generator(issue):
    drawn = set()
    for _ in range(10):
        random.seed(1)
        drawn.add(CaptchaStore.objects.get(hashkey=issue()["key"]).challenge)
    assert len(drawn) == 10


def test_drawing_a_picture_does_not_make_what_is_random_predictable(issue, reader):
    key = issue()["key"]
    after = set()
    for _ in range(5):
        picture(reader, key)
        after.add(random.random())
    assert len(after) == 5


def test_a_picture_is_the_same_each_time_it_is_asked_for(issue, reader, stranger):
    key = issue()["key"]
    assert picture(reader, key) == picture(reader, key) == picture(stranger, key)


def test_pictures_of_the_same_letters_differ_by_their_captcha(issue, reader):
    keys = [issue()["key"] for _ in range(2)]
    CaptchaStore.objects.update(challenge="ABCDEF", response="abcdef")
    assert picture(reader, keys[0]) != picture(reader, keys[1])


def test_a_picture_does_not_follow_from_its_public_key_alone(issue, reader, settings):
    """Who has the key and the site's code, but not its secret, cannot draw the candidates and compare."""
    key = issue()["key"]
    ours = picture(reader, key)
    library = captcha_image(HttpRequest(), key, 1).content
    assert Image.open(io.BytesIO(library)).size == Image.open(io.BytesIO(ours)).size
    assert ours != library
    settings.SECRET_KEY = "another secret " * 5
    assert picture(reader, key) != ours


def test_a_picture_is_of_the_size_that_its_place_on_the_page_has(issue, reader):
    image = Image.open(io.BytesIO(picture(reader, issue()["key"])))
    assert (image.format, image.size) == ("PNG", (240, 70))


def test_a_picture_is_kept_by_nobody(issue, reader):
    answer = reader.get(f"/captcha/{issue()['key']}.png")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Type"] == "image/png"


@pytest.mark.parametrize("path", ["/captcha/unknown.png", "/captcha/unknown.wav", "/captcha/" + "0" * 40 + ".png"])
def test_a_captcha_that_is_not_there_is_gone(reader, path):
    assert reader.get(path).status_code == 410


def test_a_captcha_that_was_answered_is_gone(reader, article, written):
    fields = written()
    reader.post(f"/articles/{article.slug}/comments/", fields)
    assert reader.get(f"/captcha/{fields['captcha_key']}.png").status_code == 410
    assert reader.get(f"/captcha/{fields['captcha_key']}.wav").status_code == 410


@pytest.mark.parametrize(
    "path",
    ["/captcha/{}@2.png", "/captcha/image/{}/", "/captcha/image/{}@2/", "/captcha/refresh/", "/captcha/audio/{}.wav"],
)
def test_there_is_no_double_size_picture_and_none_of_the_librarys_own_pages(issue, reader, path):
    key = issue()["key"]
    assert reader.get(path.format(key)).status_code in (404, 410)
    assert reader.post(path.format(key)).status_code in (404, 405)


def test_the_letters_can_be_heard_where_a_voice_is_installed(issue, reader, settings):
    if not settings.CAPTCHA_FLITE_PATH:
        pytest.skip("flite is not installed here")
    challenge = issue()
    path = challenge["audio_url"].removeprefix("http://127.0.0.1:8000")
    answer = reader.get(path)
    sound = b"".join(answer.streaming_content)
    assert (answer.status_code, answer["Content-Type"]) == (200, "audio/wav")
    assert answer["Cache-Control"] == "private, no-store"
    with wave.open(io.BytesIO(sound)) as spoken:
        assert spoken.getnframes() / spoken.getframerate() > 1  # seconds, for six letters
    part = reader.get(path, headers={"Range": "bytes=0-99"})
    assert part.status_code == 206
    assert b"".join(part.streaming_content) == sound[:100]


def test_without_a_voice_nothing_is_offered_to_listen_to(issue, reader, settings):
    settings.CAPTCHA_FLITE_PATH = None
    challenge = issue()
    assert challenge["audio_url"] is None
    assert reader.get(f"/captcha/{challenge['key']}.wav").status_code == 410
    assert "Listen" not in reader.post("/captcha/").content.decode()


@pytest.mark.parametrize(
    "path", ["/", "/articles/machines/", "/articles/machines/comments/", "/articles/machines/rating/"]
)
def test_opening_a_page_makes_no_captcha(reader, article, path):
    reader.get(path)
    assert not CaptchaStore.objects.exists()


def test_a_captcha_cannot_be_asked_for_by_opening_its_address(reader, program):
    assert reader.get("/captcha/").status_code == 405
    assert program.get("/api/v1/captcha/").status_code == 405
    assert not CaptchaStore.objects.exists()


def test_who_begins_to_write_gets_a_captcha_to_fill_in(reader):
    html = reader.post("/captcha/").content.decode()
    stored = CaptchaStore.objects.get()
    assert f'name="captcha_key" value="{stored.hashkey}"' in html
    assert f'src="/captcha/{stored.hashkey}.png"' in html
    assert stored.challenge not in html
    assert stored.response not in html


def test_what_the_api_gives_does_not_hold_the_answer(program):
    answer = program.post("/api/v1/captcha/")
    assert CaptchaStore.objects.get().challenge.lower() not in answer.content.decode().lower()


def test_captchas_are_limited(settings):
    settings.RATES = {**settings.RATES, "captchas": ((3, 600),)}
    client = Client()
    assert [client.post("/captcha/").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    assert CaptchaStore.objects.count() == 3


def test_without_javascript_the_form_comes_back_with_a_captcha_and_everything_typed(reader, article):
    typed = {"kind": "question", "author_name": "Ada", "author_email": "ada@a.example", "body": "Is it <so>?"}
    answer = reader.post(f"/articles/{article.slug}/comments/", typed)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert not Comment.objects.exists()
    assert 'name="captcha_key"' in html
    assert "Is it &lt;so&gt;?" in html
    assert 'value="ada@a.example"' in html
    assert 'value="question" checked' in html


@pytest.mark.parametrize("typed", ["ABCDEF", "abcdef", " a b c d e f ", "AbCdEf\n"])
def test_capitals_and_spaces_do_not_matter(reader, article, written, typed):
    fields = written()
    CaptchaStore.objects.update(challenge="ABCDEF", response="abcdef")
    assert reader.post(f"/articles/{article.slug}/comments/", {**fields, "captcha_value": typed}).status_code == 303


@pytest.mark.parametrize("typed", ["", "abcde", "abcdefg", "abcdeg", "passed", "PASSED", "ａｂｃｄｅｆ", "аbcdef"])
def test_a_wrong_answer_uses_the_captcha_up_and_loses_nothing_typed(reader, article, written, typed):
    fields = written(body="Not to be lost.")
    CaptchaStore.objects.update(challenge="ABCDEF", response="abcdef")
    answer = reader.post(f"/articles/{article.slug}/comments/", {**fields, "captcha_value": typed})
    html = answer.content.decode()
    assert answer.status_code == 400
    assert "Not to be lost." in html
    assert fields["captcha_key"] not in html
    again = reader.post(f"/articles/{article.slug}/comments/", {**fields, "captcha_value": "abcdef"})
    assert again.status_code == 400
    assert not Comment.objects.exists()


def test_a_captcha_passes_once(reader, article, written):
    fields = written()
    assert reader.post(f"/articles/{article.slug}/comments/", fields).status_code == 303
    assert reader.post(f"/articles/{article.slug}/comments/", {**fields, "body": "Another."}).status_code == 400
    assert Comment.objects.count() == 1


def test_a_captcha_that_is_used_on_the_page_is_used_for_the_api(reader, program, article, written):
    fields = written()
    reader.post(f"/articles/{article.slug}/comments/", fields)
    answer = program.post(f"/api/v1/articles/{article.slug}/comments/", fields)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "captcha_invalid"


def test_a_captcha_that_is_too_old_does_not_pass(reader, article, written, settings):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        fields = written()
        clock.shift(datetime.timedelta(minutes=settings.CAPTCHA_TIMEOUT, seconds=1))
        assert reader.post(f"/articles/{article.slug}/comments/", fields).status_code == 400
    assert not Comment.objects.exists()


def test_a_mistake_in_another_field_does_not_use_the_captcha_up(reader, article, written):
    fields = written()
    answer = reader.post(f"/articles/{article.slug}/comments/", {**fields, "author_name": ""})
    assert answer.status_code == 400
    assert fields["captcha_key"] in answer.content.decode()
    assert reader.post(f"/articles/{article.slug}/comments/", fields).status_code == 303


def test_another_picture_can_be_asked_for_without_losing_what_was_typed(reader, article, written):
    fields = written(body="Still typing.", another="1")
    html = reader.post(f"/articles/{article.slug}/comments/", fields).content.decode()
    assert "Still typing." in html
    assert fields["captcha_key"] not in html
    assert not Comment.objects.exists()


def test_the_time_to_answer_is_counted_from_the_captchas_own_issue(solved):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        fields = solved()
        clock.shift(datetime.timedelta(seconds=42))
        seconds = captcha.consume(captcha.Answer(fields["captcha_key"], fields["captcha_value"]))
    assert seconds == 42
