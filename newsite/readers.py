"""Who is asking: a reader by a signed cookie (or the X-Reader header), a network by a key that cannot be reversed."""

import datetime
import functools
import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from newsite.models import NetworkSecret
from newsite.refusals import Refusal

AGENT_LENGTH = 300
COOKIE_SECONDS = 2 * 365 * 86400
HEADER = "X-Reader"

type_address = ipaddress.IPv4Address | ipaddress.IPv6Address


class ForgedReader(Refusal):
    """The reader cookie or header was not signed by this site."""

    def __init__(self) -> None:
        super().__init__("The cookie of this browser was not one of ours. It has been removed: please send this again.")

    def mark(self, response: HttpResponse) -> HttpResponse:
        """The answer, which removes the cookie, so that the next try succeeds."""
        response.delete_cookie(settings.READER_COOKIE_NAME, samesite="Lax")
        return response


@dataclass(frozen=True)
class Origin:
    """Where a request comes from, in clear: not to be kept."""

    address: str = ""
    agent: str = ""


@dataclass(frozen=True)
class Asker:
    """One reader on one network. `is_new` until the reader was given the cookie."""

    reader: str
    network: str
    is_new: bool
    origin: Origin = Origin()

    @property
    def limit_keys(self) -> tuple[str, ...]:
        """The keys that rate limits count for; a new reader has no history, so only the network counts."""
        return (f"n:{self.network}",) if self.is_new else (f"n:{self.network}", f"r:{self.reader}")


def has_identity(environ: Mapping[str, Any]) -> bool:
    """Whether a request of this WSGI environment says who is reading, in whatever way."""
    if "HTTP_X_READER" in environ or "HTTP_AUTHORIZATION" in environ:
        return True
    return settings.READER_COOKIE_NAME in environ.get("HTTP_COOKIE", "")


def known_reader(request: HttpRequest) -> str | None:
    """The reader's id, or None for a reader who has not written anything yet.

    Raises ForgedReader when the value was not signed by this site.
    """
    value = _signed_value(request)
    if not value:
        return None
    reader = unsigned(value)
    if not reader:
        raise ForgedReader
    return reader


def asker(request: HttpRequest) -> Asker:
    """The reader and network of a writing request; a reader without an id gets one.

    Raises ForgedReader.
    """
    reader = known_reader(request)
    known, is_new = reader or secrets.token_hex(16), reader is None
    return Asker(reader=known, network=network_key(request), is_new=is_new, origin=origin(request))


def origin(request: HttpRequest) -> Origin:
    """The client's address and browser."""
    return Origin(str(client_address(request)), request.headers.get("User-Agent", "")[:AGENT_LENGTH])


def remember(response: HttpResponseBase, who: Asker) -> None:
    """Give a new reader the cookie, and programs the same value in the X-Reader header."""
    value = signed(who.reader)
    response.headers[HEADER] = value
    if who.is_new:
        response.set_cookie(
            settings.READER_COOKIE_NAME,
            value,
            max_age=COOKIE_SECONDS,
            httponly=True,
            secure=settings.HTTPS,
            samesite="Lax",
        )


def signed(reader: str) -> str:
    """A reader's id with the site's signature: what the cookie and the header hold."""
    return _signer().sign(reader)


def unsigned(value: str) -> str:
    """The reader's id in a value that this site has signed, or an empty string."""
    try:
        return _signer().unsign(value)
    except BadSignature:
        return ""


def network_key(request: HttpRequest) -> str:
    """A key for the asker's network (one IPv4 address, one IPv6 /64), equal for a day, made with the day's secret."""
    address = client_address(request)
    prefix = 64 if address.version == 6 else 32
    network = ipaddress.ip_network((address, prefix), strict=False)
    secret = _secret_of(timezone.now().date())
    return hmac.new(secret, str(network).encode(), hashlib.sha256).hexdigest()[:32]


def client_address(request: HttpRequest) -> type_address:
    """The address of the client: the nearest one that is not a trusted proxy's.

    X-Forwarded-For is read only when it was written by a proxy in settings.TRUSTED_PROXIES, from the right, up to the
    first address that is not trusted; what stands left of it is the client's own claim.
    """
    address = _parse(request.META.get("REMOTE_ADDR", ""))
    for hop in _forwarded(request):
        if not _is_trusted(address):
            break
        address = hop
    return address


def _forwarded(request: HttpRequest) -> Iterator[type_address]:
    for part in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        try:
            yield _unmapped(ipaddress.ip_address(part.strip()))
        except ValueError:
            return


def _parse(text: str) -> type_address:
    try:
        return _unmapped(ipaddress.ip_address(text))
    except ValueError:
        return ipaddress.IPv4Address(0)  # a unix socket, or a test client without an address


def _unmapped(address: type_address) -> type_address:
    return getattr(address, "ipv4_mapped", None) or address


def _is_trusted(address: type_address) -> bool:
    return any(address in network for network in _trusted_networks(tuple(settings.TRUSTED_PROXIES)))


@functools.lru_cache(maxsize=8)
def _trusted_networks(names: tuple[str, ...]) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(name) for name in names)


@functools.lru_cache(maxsize=2)
def _secret_of(day: datetime.date) -> bytes:
    return bytes(NetworkSecret.objects.get_or_create(day=day)[0].secret)


def _signed_value(request: HttpRequest) -> str:
    header = request.headers.get(HEADER, "") if request.path.startswith("/api/") else ""
    return header or request.COOKIES.get(settings.READER_COOKIE_NAME, "")


def _signer() -> Signer:
    return Signer(salt="newsite.reader")
