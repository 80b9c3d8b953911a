"""What a browser loads for the article page, and how many bytes that is on the wire."""

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from benchmarks.speed.load import WrongAnswer, fetch
from benchmarks.speed.reading import BROTLI

LOADED = {"stylesheet", "icon", "modulepreload", "preload"}


class _Parts(HTMLParser):
    """Collects the addresses that a page makes a browser load; style sheets and scripts of ours load nothing more."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "link" and LOADED & set((given.get("rel") or "").split()):
            self.found.append(given.get("href") or "")
        if tag in ("script", "img") and given.get("src"):
            self.found.append(given["src"] or "")


def wire(url: str) -> dict[str, int]:
    """The bytes of heads and bodies, by path, of a page and of all that is loaded with it from the same site.

    Raises WrongAnswer when one of them is not there.
    """
    parts = _Parts()
    parts.feed(fetch(url).body.decode())
    addresses = dict.fromkeys([url, *(urljoin(url, found) for found in parts.found if not found.startswith("data:"))])
    here = [address for address in addresses if urlsplit(address).netloc == urlsplit(url).netloc]
    answers = {address: fetch(address, BROTLI) for address in here}
    for address, answer in answers.items():
        if answer.status != 200:
            raise WrongAnswer(f"{address}: {answer.status}")
    return {urlsplit(address).path: answer.wire for address, answer in answers.items()}
