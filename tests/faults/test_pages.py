"""Kept pages on real servers: fresh on every process, made once however many ask, and the same for all strangers."""

import re
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from tests.faults.conftest import serving

TOKEN = "a-token-to-read-the-figures"
ENOUGH = 16  # requests on connections of their own, so that each of two or three processes gets some


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def ask(address, data=None, **headers):
    """The status, headers and body of an answer; redirects are not followed."""
    body = urlencode(data).encode() if data is not None else None
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.build_opener(Stay).open(urllib.request.Request(address, body, named), timeout=60) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def everywhere(address, **headers):
    """What all processes answer: each request has a connection of its own."""
    with ThreadPoolExecutor(ENOUGH) as pool:
        return list(pool.map(lambda _: ask(address, **headers), range(ENOUGH)))


@pytest.fixture(scope="module")
def three(site):
    """The site, served by three processes that tell their figures."""
    with serving(site, workers=3, METRICS_TOKEN=TOKEN) as address:
        yield address


def figure(address, name, **labels):
    """The sum of a counter of /metrics over all processes."""
    text = ask(f"{address}/metrics", Authorization=f"Bearer {TOKEN}")[2].decode()
    found = re.findall(rf"^{name}(\{{[^}}]*\}})? ([0-9.e+]+)$", text, re.MULTILINE)
    wanted = [f'{label}="{value}"' for label, value in labels.items()]
    return sum(float(value) for described, value in found if all(each in described for each in wanted))


def test_the_reader_who_rated_sees_it_at_once_on_every_process_and_all_others_within_a_second(site, three):
    everywhere(f"{three}/articles/m/")
    status, headers, _ = ask(f"{three}/articles/m/rating/", {"stars": 5})
    assert status == 303
    told = re.search(r"(\d) ratings?</", everywhere(three + headers["Location"].partition("#")[0])[0][2].decode())
    assert told
    count = told[1]
    for _, _, body in everywhere(three + headers["Location"].partition("#")[0]):
        assert f"{count} rating".encode() in body
    time.sleep(1)
    for _, _, body in everywhere(f"{three}/articles/m/"):
        assert f"{count} rating".encode() in body


def test_a_decision_and_an_article_show_within_a_second_on_every_process(site, three):
    pages = [f"{three}/articles/m/", f"{three}/api/v1/articles/m/comments/", f"{three}/"]
    for page in pages:
        everywhere(page)
    site.ask("""
article = Article.objects.get(slug="m")
comment = Comment.objects.create(
    article=article, author_name="Ada", body="Seen everywhere.", body_html="<p>Seen everywhere.</p>",
    status="pending", created_at=timezone.now(),
)
moderation.moderate(comment, moderation.Action.APPROVE)
new = Article(title="Brand new", slug="brand-new", body="x", section=article.section)
publishing.save(new)
publishing.publish(new)
result = True
""")
    time.sleep(1)
    for page, words in zip(pages, [b"Seen everywhere.", b"Seen everywhere.", b"Brand new"], strict=True):
        assert all(words in body for _, _, body in everywhere(page)), page
    site.ask("""
comment = Comment.objects.get(body="Seen everywhere.")
moderation.moderate(comment, moderation.Action.REJECT, reason="off_topic")
publishing.withdraw(Article.objects.get(slug="brand-new"))
result = True
""")
    time.sleep(1)
    for page, words in zip(pages, [b"Seen everywhere.", b"Seen everywhere.", b"Brand new"], strict=True):
        assert not any(words in body for _, _, body in everywhere(page)), page
    assert {status for status, _, _ in everywhere(f"{three}/articles/brand-new/")} == {404}


def test_a_scheduled_article_appears_at_its_time_on_every_process(site, three):
    at = site.ask("""
import datetime
at = timezone.now() + datetime.timedelta(seconds=3)
later = Article(title="Later", slug="later", body="x", section=Section.objects.first())
publishing.save(later)
publishing.schedule(later, at=at)
result = at.timestamp()
""")
    assert not any(b"Later" in body for _, _, body in everywhere(f"{three}/"))
    time.sleep(max(0.0, at - time.time()) + 0.05)
    assert all(b"Later" in body for _, _, body in everywhere(f"{three}/"))


def test_two_hundred_who_ask_for_an_expired_page_at_once_cause_one_making(site):
    with serving(site, workers=1, threads=16, METRICS_TOKEN=TOKEN) as address:
        for _ in range(3):
            site.ask("from newsite import stamps; stamps.bump(stamps.SITE); result = True")
            time.sleep(1.1)
            before = figure(address, "newsite_requests_total", view="article")
            with ThreadPoolExecutor(200) as pool:
                answers = list(pool.map(lambda _: ask(f"{address}/articles/m/", Accept_Encoding="br"), range(200)))
            assert {status for status, _, _ in answers} == {200}
            assert len({body for _, _, body in answers}) == 1
            assert figure(address, "newsite_requests_total", view="article") == before + 1
        time.sleep(1)
        ask(f"{address}/articles/m/")
        assert figure(address, "newsite_pages_total", result="hit") >= 3 * 199


def test_hits_misses_and_304s_of_all_processes_are_in_the_figures(three):
    address = f"{three}/topics/"
    etag = everywhere(address)[0][1]["ETag"]

    def tell():
        """Each process tells its figures once a second, when it is asked for a page."""
        time.sleep(1)
        everywhere(address)

    tell()
    hits, misses, kept = (
        figure(three, "newsite_pages_total", result="hit"),
        figure(three, "newsite_pages_total", result="miss"),
        figure(three, "newsite_pages_not_modified_total"),
    )
    assert {status for status, _, _ in everywhere(address, If_None_Match=etag)} == {304}
    tell()
    assert figure(three, "newsite_pages_total", result="hit") >= hits + ENOUGH
    assert figure(three, "newsite_pages_total", result="miss") == misses
    assert figure(three, "newsite_pages_not_modified_total") == kept + ENOUGH


def test_every_address_asked_by_the_newsroom_and_then_by_strangers_on_all_processes(site, three):
    paths, cookie = site.ask("""
from django.contrib.auth.models import User
from django.test import Client
from comments import tokens
from tests.addresses import addresses

pending = Comment.objects.create(
    article=Article.objects.get(slug="m"), author_name="Ada", body="It waits.", body_html="<p>It waits.</p>",
    status="pending", created_at=timezone.now(),
)
staff = Client()
staff.force_login(User.objects.create_superuser("zenobia"))
values = {"slug": "m", "pk": pending.pk, "token": tokens.token_of(pending.pk), "key": "x", "object_id": pending.pk}

result = [addresses(values), f"sessionid={staff.cookies['sessionid'].value}"]
""")
    assert len(paths) > 40
    for path in paths:
        everywhere(three + path, Cookie=cookie)
    for path in paths:
        for _, headers, body in everywhere(three + path):
            assert b"zenobia" not in body, path
            assert "sessionid" not in headers.get("Set-Cookie", ""), path
            if "/status/" not in path and "/edit/" not in path:  # the author's own pages, whose addresses are keys
                assert b"It waits." not in body, path


def test_head_has_the_length_of_the_page_and_no_body_on_a_real_server(three):
    for _ in range(2):
        request = urllib.request.Request(f"{three}/articles/m/", method="HEAD", headers={"Accept-Encoding": "br"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert answer.read() == b""
            length = int(answer.headers["Content-Length"])
    assert length == len(ask(f"{three}/articles/m/", Accept_Encoding="br")[2])


def test_the_access_log_has_a_line_for_each_request_when_it_is_on(site):
    with serving(site, workers=1, ACCESS_LOG="on", LOG_LEVEL="INFO") as address:
        for _ in range(3):
            ask(f"{address}/articles/m/?secret=1", X_Forwarded_For="198.51.100.9")
    log = (site.folder / "server.txt").read_text()
    assert len(re.findall(r'"request": "/articles/m/".*"page": "(?:hit|miss)"', log)) == 3
    assert "secret=1" not in log
    assert "198.51.100.9" not in log
