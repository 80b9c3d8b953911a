"""A member of staff who logs in, with a password and a code."""

import datetime
import re

from tests.authenticator import code

PASSWORD = "a long enough password"  # of the moderator in conftest
APP = "/admin/second-factor/app/"
NOON = datetime.datetime(2030, 5, 1, 12, tzinfo=datetime.UTC)


def log_in(client, name="mo", password=PASSWORD, to="/admin/comments/comment/"):
    return client.post(f"/admin/login/?next={to}", {"username": name, "password": password})


def is_in(client):
    return "_auth_user_id" in client.session


def secret_on(page):
    return re.search(r'<code class="secret">(\w+)</code>', page.content.decode())[1]


def codes_on(page):
    return re.findall(r"<li><code>(\d+)</code></li>", page.content.decode())


def set_up(client, password=PASSWORD):
    """Set up an app as its owner would; its secret, and the recovery codes that the site showed."""
    secret = secret_on(client.get(APP))
    answer = client.post(APP, {"code": code(secret), "password": password})
    assert answer.status_code == 200, answer.content.decode()
    return secret, codes_on(answer)
