"""A wrong setting is told in one line when the site starts; each environment here starts a process of its own."""

import json
import os
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.prepared import copy

ROOT = Path(__file__).resolve().parent.parent.parent
PUBLIC = {"SITE_URL": "https://news.example.org"}


@pytest.fixture
def run(tmp_path):
    """Run Python in an environment of its own; what it answered."""

    def run(*arguments, **environment):
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        own = {"PYTHONPATH": str(ROOT), "DATA_DIR": str(tmp_path / "var"), "LOG_LEVEL": "CRITICAL"}
        return subprocess.run(
            [sys.executable, *arguments],
            env={**kept, **own, **environment},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def manage(run):
    """Run manage.py in an environment of its own; what it answered."""
    return partial(run, str(ROOT / "manage.py"))


@pytest.fixture
def setting(run):
    """The values that some settings have in an environment."""

    def setting(*names, **environment):
        wanted = ", ".join(f"settings.{name}" for name in names)
        code = f"import json; from newsite import settings; print(json.dumps([{wanted}], default=str))"
        done = run("-c", code, **environment)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return setting


def assert_told_in_a_line(done, *parts):
    assert done.returncode != 0
    told = done.stderr.strip()
    assert len(told.splitlines()) == 1, told
    assert "Traceback" not in told
    for part in parts:
        assert part in told


def test_with_no_settings_at_all_everything_is_in_order(manage):
    done = manage("check", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_a_site_on_https_passes_the_deployment_check_without_a_warning(manage):
    done = manage("check", "--deploy", "--fail-level", "WARNING", **PUBLIC)
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


@pytest.mark.parametrize(
    "address",
    ["http://news.example.org", "http://192.0.2.1:8000", "http://0.0.0.0:8000", "http://127.0.0.1.example.org"],
)
def test_plain_http_beyond_ones_own_machine_is_an_error_in_one_line(manage, address):
    assert_told_in_a_line(manage("check", SITE_URL=address), "SITE_URL", "use https")


@pytest.mark.parametrize(
    "address",
    [
        "news.example.org",
        "ftp://news.example.org",
        "https://",
        "https://a.example/path",
        "https://a.example?x=1",
        "https://a b",
        "https://a.example:x",
        "https://[::1",
    ],
)
def test_what_is_not_the_address_of_a_site_is_an_error_in_one_line(manage, address):
    assert_told_in_a_line(manage("check", SITE_URL=address), "SITE_URL")


@pytest.mark.parametrize("address", ["http://localhost:8000", "http://127.0.0.1:9000/", "http://[::1]:8000"])
def test_plain_http_on_ones_own_machine_is_fine(manage, address):
    assert manage("check", SITE_URL=address).returncode == 0


@pytest.mark.parametrize("key", ["short", "x" * 60, "ab" * 40])
def test_a_weak_key_is_an_error(manage, key):
    done = manage("check", SECRET_KEY=key, **PUBLIC)
    assert done.returncode != 0
    assert "SECRET_KEY is weak" in done.stderr
    assert key not in done.stderr


def test_without_a_key_a_strong_one_is_made_once_and_kept_from_others(setting, tmp_path):
    [first] = setting("SECRET_KEY")
    [second] = setting("SECRET_KEY")
    assert first == second
    assert len(first) >= 50
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o077 == 0


def test_debug_at_a_public_address_is_an_error(manage):
    done = manage("check", DEBUG="on", **PUBLIC)
    assert done.returncode != 0
    assert "DEBUG is on at a public SITE_URL" in done.stderr


def test_debug_on_ones_own_machine_is_fine(manage):
    assert manage("check", DEBUG="on").returncode == 0


@pytest.mark.parametrize("hosts", ["*", "news.example.org,*", ".", "*.example.org"])
def test_accepting_every_host_is_an_error(manage, hosts):
    done = manage("check", ALLOWED_HOSTS=hosts, **PUBLIC)
    assert done.returncode != 0
    assert "ALLOWED_HOSTS accepts every name" in done.stderr


def test_without_hosts_the_sites_own_is_accepted_and_no_other(setting):
    assert setting("ALLOWED_HOSTS", **PUBLIC) == [["news.example.org"]]


def test_a_captcha_that_always_passes_is_an_error(manage):
    done = manage("check", CAPTCHA_TEST_MODE="on", **PUBLIC)
    assert done.returncode != 0
    assert "CAPTCHA_TEST_MODE is on" in done.stderr


def test_no_rate_limits_is_a_warning(manage):
    done = manage("check", RATELIMITS="off", **PUBLIC)
    assert done.returncode == 0
    assert "RATELIMITS=off" in done.stderr


@pytest.mark.parametrize(
    "environment", [{"DEBUG": "on"}, {"SECRET_KEY": "weak"}, {"ALLOWED_HOSTS": "*"}, {"CAPTCHA_TEST_MODE": "on"}]
)
def test_a_server_that_does_not_run_the_checks_refuses_to_start_all_the_same(run, environment):
    done = run("-c", "import newsite.wsgi", **PUBLIC, **environment)
    assert done.returncode != 0
    assert "ImproperlyConfigured" in done.stderr


def test_a_data_folder_that_cannot_be_made_is_told_in_one_line(manage, tmp_path):
    (tmp_path / "file").touch()
    assert_told_in_a_line(manage("check", DATA_DIR=str(tmp_path / "file" / "var")), "DATA_DIR", str(tmp_path / "file"))


def test_a_taken_port_is_told_in_one_line(manage):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = manage("serve", PORT=str(port))
    assert_told_in_a_line(done, f"port {port}", "PORT=")


def test_serving_with_debug_is_refused_in_one_line(manage):
    assert_told_in_a_line(manage("serve", DEBUG="on"), "DEBUG")


@pytest.mark.parametrize("name", ["PORT", "WORKERS", "CAPTCHA_MINUTES", "HSTS_SECONDS", "CLOSE_AFTER_DAYS"])
def test_a_number_that_is_none_is_told_in_one_line(manage, name):
    assert_told_in_a_line(manage("check", **{name: "many", **PUBLIC}), name)


@pytest.mark.parametrize("word", ["on", "Required", "", "offered,required"])
def test_a_second_factor_that_is_neither_offered_nor_required_is_told_in_one_line(manage, word):
    assert_told_in_a_line(manage("check", STAFF_MFA=word), "STAFF_MFA", "offered, required")


def test_a_second_factor_is_offered_unless_it_is_required(setting):
    assert setting("STAFF_MFA") == ["offered"]
    assert setting("STAFF_MFA", STAFF_MFA="required") == ["required"]


@pytest.mark.parametrize("days", ["-1", "36501", "99999999999"])
def test_days_that_no_date_can_be_reckoned_with_are_told_in_one_line(manage, days):
    assert_told_in_a_line(manage("check", CLOSE_AFTER_DAYS=days), "CLOSE_AFTER_DAYS", days)


@pytest.mark.parametrize("rate", ["5", "5/x", "x/m", "5/m,30/h", "/m", "5/"])
def test_a_rate_that_is_none_is_told_in_one_line(manage, rate):
    assert_told_in_a_line(manage("check", RATE_COMMENTS=rate), "rate limit", rate)


@pytest.mark.parametrize("networks", ["10.0.0.0/33", "proxy.example.org", "10.0.0.1/8"])
def test_a_trusted_proxy_that_is_no_network_is_told_in_one_line(manage, networks):
    done = manage("check", TRUSTED_PROXIES=networks)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "TRUSTED_PROXIES" in done.stderr


def test_a_database_that_is_not_migrated_is_told_in_one_line(manage):
    assert_told_in_a_line(manage("recount"), "migrate")


def test_sqlite_keeps_what_it_has_acknowledged_and_lets_writers_queue(manage, tmp_path):
    database = tmp_path / "elsewhere.sqlite3"
    code = (
        "from django.db import connection as c; c.ensure_connection(); k = c.cursor();"
        "print([k.execute('PRAGMA ' + p).fetchone()[0] for p in ('journal_mode', 'synchronous', 'foreign_keys')],"
        "c.transaction_mode, c.settings_dict['NAME'])"
    )
    done = manage("shell", "--verbosity=0", "-c", code, DATABASE_URL=f"sqlite:///{database}")
    assert done.stdout.strip() == f"['wal', 2, 1] IMMEDIATE {database}"  # 2: FULL


def test_the_database_lies_in_the_data_folder_when_nothing_else_is_said(setting, tmp_path):
    assert setting("DATABASES['default']['NAME']") == [str(tmp_path / "var" / "newsite.sqlite3")]


def test_mail_lies_in_the_data_folder_when_no_server_is_named(setting, tmp_path):
    backend, path = setting("EMAIL_BACKEND", "EMAIL_FILE_PATH")
    assert "filebased" in backend
    assert path == str(tmp_path / "var" / "mail")


def test_a_mail_server_can_be_named(setting):
    names = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS", "EMAIL_HOST_USER")
    values = setting(*names, EMAIL_URL="smtp+tls://me:pass@mail.example.org:587")
    assert values == ["mail.example.org", 587, True, "me"]


def test_on_https_cookies_are_bound_to_the_host_and_the_connection(setting):
    names = (
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_NAME",
        "READER_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
    )
    assert setting(*names, **PUBLIC) == ["__Host-sessionid", "__Host-csrftoken", "__Host-reader", True, True]


def test_on_ones_own_machine_cookies_work_without_https(setting):
    names = ("SESSION_COOKIE_NAME", "READER_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SECURE_SSL_REDIRECT")
    assert setting(*names) == ["sessionid", "reader", False, False]


def test_on_https_the_readers_cookie_is_secure(manage, tmp_path, prepared):
    copy(prepared, tmp_path / "var")
    (tmp_path / "a.md").write_text("---\ntitle: A\n---\n\nText.\n")
    code = (
        "from django.core.management import call_command;"
        "call_command('import_articles', 'a.md', verbosity=0);"
        "from django.test import Client;"
        "r = Client(headers={'Host': 'news.example.org'}).post('/articles/a/rating/', {'stars': 5}, secure=True);"
        "c = r.cookies['__Host-reader'];"
        "print(r.status_code, c['secure'], c['httponly'], c['samesite'], c['path'], repr(c['domain']))"
    )
    done = manage("shell", "--verbosity=0", "-c", code, **PUBLIC)
    assert done.stdout.splitlines()[-1] == "303 True True Lax / ''", done.stderr


def test_on_https_plain_requests_are_sent_there(manage):
    code = (
        "from django.test import Client;"
        "r = Client(headers={'Host': 'news.example.org'}).get('/topics/'); print(r.status_code, r['Location']);"
        "h = Client(headers={'Host': 'news.example.org'}).get('/healthz'); print(h.status_code)"
    )
    done = manage("shell", "--verbosity=0", "-c", code, **PUBLIC)
    assert done.stdout.splitlines()[-2:] == ["301 https://news.example.org/topics/", "200"], done.stderr
