"""What the settings read from outside: the data folder, the secret key, the site's address, the database."""

import ipaddress
import os
import re
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured


class Environment(environ.Env):
    """django-environ, which tells the name of a variable that is not a whole number."""

    def int(self, var: str, default: int) -> int:  # type: ignore[override]
        try:
            return int(super().int(var, default))  # type: ignore[no-untyped-call]
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} must be a whole number: {error}") from error


LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
WINDOW = re.compile(r"(\d{1,9})/(\d{0,6})([smhd])", re.ASCII)
PERIODS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
SECRET_LENGTH = 32
MOST_DAYS = 36_500  # a hundred years: dates can still be reckoned with


def data_dir(path: Path) -> Path:
    """The folder for everything that the site writes, made when it is missing.

    Raises ImproperlyConfigured when it cannot be made or written to.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ImproperlyConfigured(
            f"the data folder {path} cannot be written to ({error.strerror}); set DATA_DIR to a folder that can"
        ) from error
    return path


def secret_key(path: Path) -> str:
    """The signing key in `path`, generated there once; two processes that start together agree on one key."""
    if not path.exists():
        draft = path.with_name(f".{path.name}-{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        try:
            os.link(draft, path)  # unlike a rename, this fails when another process was first
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def site_url(value: str) -> SplitResult:
    """The public address of the site, split. Plain http is accepted on loopback only.

    Raises ImproperlyConfigured for any other address.
    """
    try:
        url = urlsplit(value.rstrip("/"))
        url.port  # noqa: B018 - read here, so that a wrong one is told here
        is_odd = any(letter.isspace() for letter in value)
    except ValueError:
        is_odd = True
    if is_odd or url.scheme not in ("http", "https") or not url.hostname or url.path or url.query:
        raise ImproperlyConfigured(f"SITE_URL must look like https://news.example.org, not {value!r}")
    if url.scheme == "http" and url.hostname not in LOOPBACK:
        raise ImproperlyConfigured(
            f"SITE_URL {value} would send passwords and cookies in clear; use https, or http on 127.0.0.1 only"
        )
    return url


def networks(names: list[str]) -> list[str]:
    """Addresses and networks, as they were given.

    Raises ImproperlyConfigured for what is none.
    """
    for name in names:
        try:
            ipaddress.ip_network(name)
        except ValueError as error:
            raise ImproperlyConfigured(f"TRUSTED_PROXIES: {error}; name addresses or networks") from error
    return names


def rate(value: str) -> tuple[tuple[int, int], ...]:
    """Read "5/m 30/h" as ((5, 60), (30, 3600)): how many, in how many seconds.

    Raises ImproperlyConfigured for anything else.
    """
    windows = [WINDOW.fullmatch(part) for part in value.split()]
    read = [(int(found[1]), int(found[2] or 1) * PERIODS[found[3]]) for found in windows if found]
    if not read or len(read) < len(windows) or any(limit < 1 or seconds < 1 for limit, seconds in read):
        raise ImproperlyConfigured(f"a rate limit must look like '5/m 30/h' or '60/10m', not {value!r}")
    return tuple(read)


def days(var: str, value: int) -> int:
    """A number of days, as it was given.

    Raises ImproperlyConfigured for one that no date can be reckoned with.
    """
    if not 0 <= value <= MOST_DAYS:
        raise ImproperlyConfigured(f"{var} must be a number of days from 0 to {MOST_DAYS}, not {value}")
    return value


def at_least(least: int, var: str, value: int) -> int:
    """A whole number, as it was given.

    Raises ImproperlyConfigured for one below the least that makes sense.
    """
    if value < least:
        raise ImproperlyConfigured(f"{var} must be {least} or more, not {value}")
    return value


def one_of(choices: tuple[str, ...], var: str, value: str) -> str:
    """A word, as it was given.

    Raises ImproperlyConfigured for one that is not among the choices.
    """
    if value not in choices:
        raise ImproperlyConfigured(f"{var} must be one of {', '.join(choices)}, not {value!r}")
    return value


def hook(url: str, secret: str) -> str:
    """The address of the hook that screens comments, as it was given; empty for none.

    Raises ImproperlyConfigured for one that is sent in clear over a network, or not signed.
    """
    if not url:
        return url
    try:
        parts = urlsplit(url)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    except ValueError:
        is_safe = False
    if not is_safe or not parts.hostname:
        raise ImproperlyConfigured(f"SCREENING_HOOK_URL must be an https address, or http on 127.0.0.1, not {url!r}")
    if len(secret) < SECRET_LENGTH:
        raise ImproperlyConfigured(f"SCREENING_HOOK_SECRET signs what is sent; set at least {SECRET_LENGTH} characters")
    return url


def database(config: dict[str, Any]) -> dict[str, Any]:
    """Complete a parsed DATABASE_URL with the options that the site's promises rest on."""
    if config["ENGINE"].endswith("sqlite3"):
        # FULL: what was acknowledged survives a power cut. IMMEDIATE: writers queue instead of failing as "locked".
        config["OPTIONS"] = {
            **config.get("OPTIONS", {}),
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
        config["CONN_MAX_AGE"] = None
    elif config["ENGINE"].endswith("postgresql"):
        # Kept pages wait for a server that is gone, once in a while, no longer than this.
        config["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 4, "timeout": 2}, **config.get("OPTIONS", {})}
    return config
