"""The one renderer: the only way from text that people write to HTML that pages show.

Markdown becomes tokens (raw HTML is never on), tokens become HTML, and a second, independent library removes whatever
is not on the list. Sources are stored as written, so the HTML can be made again: `manage.py render`.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from typing import Any

import nh3
from django.core.exceptions import ValidationError
from django.utils.html import escape
from django.utils.text import slugify
from linkify_it.main import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.token import Token

from articles.comment_text import link_mentions

SCHEMES = {"http", "https"}
COMMENT_TAGS = {"p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a"}
ARTICLE_TAGS = COMMENT_TAGS | {
    *("h2", "h3", "h4", "hr", "s", "table", "thead", "tbody", "tr", "th", "td", "div"),
}
ARTICLE_ATTRIBUTES = {
    "a": {"href", "title", "class"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "ol": {"start"},
    "div": {"class", "tabindex"},
    "pre": {"tabindex"},
}

# U+202A–E and U+2066–9 turn the direction of what stands around them; marks (U+200E, U+200F) that right-to-left
# writing needs are harmless. Control characters have no business in text, save tab and line break.
UNSEEN = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)

# A letter of Hebrew with its signs for reading aloud has up to 5 marks, of Vietnamese or Thai 2 or 3. The tallest stack
# that is written, the Tibetan HAKSHMALAWARAYAM, has exactly 8.
MARKS = 8

BLANK = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # letters and signs that are drawn as nothing

type_link = Callable[[list[Token]], object]


@dataclass(frozen=True)
class Rendered:
    """An article's HTML, and the subheads in it as (anchor, text)."""

    html: str
    outline: list[tuple[str, str]]


def render_article(markdown: str, link: type_link | None = None) -> Rendered:
    """The safe HTML of an article. `link` may put links into the tokens before they become HTML."""
    tokens = _article.parse(markdown)
    outline = _lower_headings(tokens)
    if link:
        link(tokens)
    html = _article.renderer.render(tokens, _article.options, {})
    # What may be wider than the column scrolls in a box of its own, which the keyboard must reach.
    html = html.replace("<table>", '<div class="wide" tabindex="0"><table>').replace("</table>", "</table></div>")
    html = html.replace("<pre>", '<pre tabindex="0">')
    safe = nh3.clean(html, tags=ARTICLE_TAGS, attributes=ARTICLE_ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener")
    return Rendered(safe, outline)


def render_comment(markdown: str, mentions: Mapping[str, str] | None = None) -> str:
    """The safe HTML of a comment: paragraphs, emphasis, code, quotes, lists and bare links, nothing else.

    `mentions` are the names that become links when they are written after an @, each with a path on this site.
    """
    return nh3.clean(
        _comment.render(markdown, {"mentions": mentions or {}}),
        tags=COMMENT_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=SCHEMES,
        link_rel="nofollow ugc noopener",
    )


def quoted(markdown: str, limit: int = 1000) -> str:
    """A comment as a Markdown quote to answer below: without what it quotes itself, cut at a word.

    `limit` counts the letters of the comment; the signs of the quote come on top.
    """
    own = (line for line in markdown.splitlines() if not line.lstrip(" \t").startswith(">"))
    text = "\n".join(dropwhile(lambda line: not line.strip(), own)).rstrip()
    if len(text) > limit:
        # Some languages set no spaces: what has none in 80 characters is cut anywhere.
        text = re.sub(r"\s\S{0,80}\Z", "", text[: limit + 1])[:limit].rstrip() + "…"
    return "".join(f"> {line}\n" for line in text.split("\n")) + "\n" if text else ""


def plain(markdown: str) -> str:
    """The words of an article without any marks, paragraphs joined by a space."""
    inline = (token for token in _article.parse(markdown) if token.type == "inline")
    return " ".join("".join(_letters(token)) for token in inline)


def standfirst(markdown: str, length: int = 140) -> str:
    """The beginning of an article, cut between words."""
    words = " ".join(plain(markdown).split())
    if len(words) <= length:
        return words
    return words[: length + 1].rpartition(" ")[0].rstrip(" ,;:–—-") + "…"


def check_seen(value: str) -> None:
    """Refuse text in which there is nothing to see, and characters that nobody sees and that change what others see.

    Raises ValidationError.
    """
    if value and not any(unicodedata.category(letter)[0] in "LNPS" and letter not in BLANK for letter in value):
        raise ValidationError("There is nothing to be seen in it.", code="nothing_seen")
    if found := UNSEEN.search(value):
        raise ValidationError(
            f"There is an invisible character in it that cannot be shown (U+{ord(found[0]):04X}). Please remove it.",
            code="unseen_character",
        )
    if _most_marks(value) > MARKS:
        raise ValidationError("There are too many marks on one letter. Please remove some.", code="too_many_marks")


def _most_marks(text: str) -> int:
    most = marks = 0
    for letter in text:
        kind = unicodedata.category(letter)
        if kind in ("Mn", "Me"):
            marks += 1
            most = max(most, marks)
        elif kind != "Cf" and letter not in BLANK:  # on what is not drawn, marks go on piling up
            marks = 0
    return most


def _letters(inline: Token) -> Sequence[str]:
    return [" " if t.type in ("softbreak", "hardbreak") else t.content for t in inline.children or []]


def _lower_headings(tokens: list[Token]) -> list[tuple[str, str]]:
    """Make the top heading of a text an h2 (the page has the h1), and give each an anchor; returns the h2s."""
    outline: list[tuple[str, str]] = []
    anchors: set[str] = set()
    opened = [(token, tokens[i + 1]) for i, token in enumerate(tokens) if token.type == "heading_open"]
    shift = 2 - min((int(token.tag[1]) for token, _ in opened), default=2)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(4, int(token.tag[1]) + shift)}"
    for token, inline in opened:
        text = "".join(_letters(inline))
        anchor = _free_anchor(f"s-{slugify(text)}", anchors)
        token.attrSet("id", anchor)
        if token.tag == "h2":
            outline.append((anchor, text))
    return outline


def _free_anchor(wanted: str, taken: set[str]) -> str:
    anchor, number = wanted, 2
    while anchor in taken:
        anchor, number = f"{wanted}-{number}", number + 1
    taken.add(anchor)
    return anchor


def _only_web_links(markdown: MarkdownIt) -> MarkdownIt:
    markdown.validateLink = lambda url: bool(re.match(r"(https?://|/(?!/)|#)", url.strip(), re.IGNORECASE))  # type: ignore[method-assign]
    return markdown


def _make_article() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    markdown.add_render_rule("image", _render_picture_link)
    return _only_web_links(markdown)


def _render_picture_link(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """A picture from elsewhere would tell its server who reads, so it becomes a link; inside a link, its words."""
    picture = tokens[index]
    words = escape(self.renderInlineAsText(picture.children, options, env) or "picture")
    is_inside = sum(token.nesting for token in tokens[:index] if token.type in ("link_open", "link_close"))
    return words if is_inside else f'<a href="{escape(picture.attrGet("src"))}">{words}</a>'


def _make_comment() -> MarkdownIt:
    markdown = MarkdownIt("zero", {"html": False, "linkify": True, "breaks": True}).enable(
        ["emphasis", "backticks", "fence", "blockquote", "list", "linkify", "newline", "escape"]
    )
    # Only what is written out as an address becomes a link: "example.com" or "a@b.c" may be meant as text.
    linkify: Any = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False})  # type: ignore[no-untyped-call]
    for scheme in ("ftp:", "mailto:", "//"):
        linkify.add(scheme, None)
    markdown.linkify = linkify
    # After links are found, and before an escaped @ becomes one like others, so that it stays text.
    markdown.core.ruler.before("text_join", "mentions", link_mentions)
    return _only_web_links(markdown)


_article = _make_article()
_comment = _make_comment()
