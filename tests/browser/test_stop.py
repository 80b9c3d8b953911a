"""A stop: what has begun is finished, what has not is refused, nothing is cut in the middle."""

import http.client
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urlsplit

import pytest

from tests.browser.serving import STOP_SECONDS, serving

LOGINS = 6  # each keeps a process busy for as long as hashing a password takes
READERS = 4
CUT, REFUSED, WHOLE = "cut", "refused", "whole"


@pytest.fixture
def own_site(tmp_path):
    """A site of its own, for it is stopped by the test: the one that begins with an empty folder."""
    with serving(tmp_path / "site", "--no-demo") as running:
        yield running


def fetch(site, method, path, body=None, headers=None):
    """What became of one request: refused at connect, answered wholly, or cut."""
    connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=STOP_SECONDS)
    try:
        connection.connect()
    except ConnectionRefusedError:
        return REFUSED, None
    try:
        connection.request(method, path, body, {"Connection": "close", **(headers or {})})
        answer = connection.getresponse()
        whole = answer.read()
        is_whole = answer.length in (0, None) and answer.status < 500
        return (WHOLE if is_whole else CUT), (answer, whole)
    except (http.client.HTTPException, OSError) as error:
        return CUT, error
    finally:
        connection.close()


def login_form(site):
    """The headers and fields of a login with a wrong password."""
    _, (answer, page) = fetch(site, "GET", "/admin/login/")
    token = re.findall(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0].decode()
    headers = {
        "Cookie": answer.headers["Set-Cookie"].split(";")[0],
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": site.url,
    }
    fields = {"username": "admin", "password": "not the password", "csrfmiddlewaretoken": token}
    return headers, urlencode(fields)


def test_a_stop_finishes_what_has_begun_and_refuses_what_has_not(own_site):
    headers, fields = login_form(own_site)

    def log_in():
        return fetch(own_site, "POST", "/admin/login/", fields, headers)

    def read_until_refused():
        results: list[tuple] = []
        while not results or results[-1][0] != REFUSED:
            results.append(fetch(own_site, "GET", "/"))
        return results

    with ThreadPoolExecutor(LOGINS + READERS) as pool:
        waiting = [pool.submit(log_in) for _ in range(LOGINS)]
        reading = [pool.submit(read_until_refused) for _ in range(READERS)]
        time.sleep(0.3)  # the first logins are being looked at, the others wait
        assert not all(login.done() for login in waiting), "nothing was in flight any more"
        own_site.process.send_signal(signal.SIGTERM)
        logins = [login.result() for login in waiting]
        readings = [reader.result() for reader in reading]

    assert [what for what, _ in logins] == [WHOLE] * LOGINS, logins
    assert all(b"Please enter the correct" in page for _, (_, page) in logins)
    assert [detail for reading in readings for what, detail in reading if what == CUT] == []
    assert own_site.process.wait(timeout=STOP_SECONDS) == 0
