"""Articles from Markdown files with front matter: read, compared with what is there, stored or refused one by one."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import frontmatter
import yaml
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import slugify

from articles import damage, publishing, text
from articles.models import STREAM_SLUG, Article, Section, Topic
from articles.topics import Linker

TEXT_KEYS = ("title", "slug", "section", "standfirst", "byline", "source_name", "source_url", "status", "comments")
OTHER_NAMES = {"date": "published_at", "author": "byline", "tags": "topics", "summary": "standfirst"}
DAMAGEABLE = ("title", "standfirst", "body")


class Refused(Exception):
    """A file cannot become an article; the message says why."""


@dataclass
class Manuscript:
    """What a file says, before it is compared with what is stored. None: the file does not say."""

    body: str
    title: str = ""
    slug: str = ""
    section: str = ""
    standfirst: str | None = None
    byline: str | None = None
    source_name: str | None = None
    source_url: str | None = None
    status: str | None = None
    comments: str | None = None
    published_at: datetime.datetime | None = None
    topics: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def damaged_words(self) -> dict[str, str]:
        """Words with the letters of a name in them, and the spelling proposed for each."""
        return damage.proposals(self._all_text())

    def repair(self) -> None:
        """Put the proposed spellings in."""
        whole = self._all_text()
        for name in DAMAGEABLE:
            if value := getattr(self, name):
                setattr(self, name, damage.repair(value, whole))

    def _all_text(self) -> str:
        return "\n\n".join(getattr(self, name) or "" for name in DAMAGEABLE)


@dataclass(frozen=True)
class Outcome:
    """What became of a manuscript: `created`, `changed` or `left`; what to tell beside it."""

    verdict: str
    article: Article
    remarks: list[str]


def files_in(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and for folders the Markdown files in them, in the order of their names."""
    for path in paths:
        yield from sorted(path.rglob("*.md")) if path.is_dir() else [path]


def read(path: Path) -> Manuscript:
    """Read a file.

    Raises Refused when it cannot be read as Markdown with front matter.
    """
    try:
        raw = path.read_text(encoding="utf-8-sig")
        meta, body = frontmatter.parse(raw)
    except OSError as error:
        raise Refused(f"it cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Refused(f"it is not UTF-8 text (byte {error.start})") from error
    except yaml.YAMLError as error:
        raise Refused(f"its front matter is not valid YAML: {' '.join(str(error).split())}") from error
    if not isinstance(meta, dict) or not meta:
        raise Refused("it has no front matter (--- title: … --- at its top)")
    return from_meta({str(key): value for key, value in meta.items()}, body)


def from_meta(meta: dict[str, Any], body: str) -> Manuscript:
    """A manuscript from front matter and text.

    Raises Refused for a value of the wrong kind.
    """
    manuscript = Manuscript(body=body.strip() + "\n")
    for given, value in meta.items():
        key = OTHER_NAMES.get(given, given)
        if value is None:
            continue
        if key in TEXT_KEYS:
            setattr(manuscript, key, _text(given, value))
        elif key == "published_at":
            manuscript.published_at = _time(value)
        elif key == "topics":
            manuscript.topics = _list(given, value)
        else:
            manuscript.remarks.append(f"“{given}” is not known and was ignored")
    if not manuscript.title:
        raise Refused("it has no title")
    if not manuscript.body.strip():
        raise Refused("it has no text")
    manuscript.slug = manuscript.slug or slugify(manuscript.title)[:200].strip("-")
    return manuscript


def store(manuscript: Manuscript, linker: Linker, *, dry_run: bool = False) -> Outcome:
    """Create or change the article with the manuscript's slug, or leave it when nothing differs.

    Raises Refused, with nothing stored, when a value does not fit. With dry_run nothing is stored either.
    """
    try:
        with transaction.atomic():
            outcome = _store(manuscript, linker)
            if dry_run:
                transaction.set_rollback(True)
    except ValidationError as error:
        raise Refused("; ".join(_messages(error))) from error
    except publishing.NotPossible as error:
        raise Refused(str(error)) from error
    return outcome


def _store(manuscript: Manuscript, linker: Linker) -> Outcome:
    article = Article.objects.filter(slug=manuscript.slug).first() or Article(slug=manuscript.slug)
    is_new = article.pk is None
    topics, unknown = _topics(manuscript.topics)
    remarks = [*manuscript.remarks, *(f"topic “{name}” is not known and was left out" for name in unknown)]
    differs = _fill(article, manuscript)
    if not is_new and set(topics) - set(article.extra_topics.all()):
        differs = True
    if not is_new and not differs:
        return Outcome("left", article, remarks)
    article.full_clean()
    publishing.save(article, linker)
    if topics:
        publishing.tag(article, topics)
    if is_new or manuscript.status or manuscript.published_at:
        _set_status(article, manuscript)
    return Outcome("created" if is_new else "changed", article, remarks)


def _fill(article: Article, manuscript: Manuscript) -> bool:
    """Put the manuscript's values into the article; returns whether one was different."""
    standfirst = manuscript.standfirst
    if standfirst is None and article.pk and article.standfirst == text.standfirst(article.body):
        standfirst = text.standfirst(manuscript.body)  # nobody wrote one, so it follows the text
    values: dict[str, Any] = {
        "title": manuscript.title,
        "body": manuscript.body,
        "section": _section(manuscript.section) if manuscript.section or article.pk is None else article.section,
        "standfirst": standfirst,
        "byline": manuscript.byline,
        "source_name": manuscript.source_name,
        "source_url": manuscript.source_url,
        "comments_policy": manuscript.comments,
    }
    differs = False
    for name, value in values.items():
        if value is not None and (article.pk is None or getattr(article, name) != value):
            setattr(article, name, value)
            differs = True
    wanted_status = manuscript.status and manuscript.status != article.status
    wanted_time = manuscript.published_at and manuscript.published_at != article.published_at
    return differs or bool(wanted_status or wanted_time)


def _set_status(article: Article, manuscript: Manuscript) -> None:
    at = manuscript.published_at
    status = manuscript.status or ("scheduled" if at and at > timezone.now() else "published")
    match status:
        case "published":
            publishing.publish(article, at=at)
        case "scheduled":
            publishing.schedule(article, at=at)
        case "withdrawn":
            publishing.withdraw(article)
        case "draft":
            pass
        case _:
            raise Refused(f"status “{status}” is none of {', '.join(Article.Status.values)}")


def _section(name: str) -> Section:
    name = name or "Real Time"
    slug = slugify(name)
    if not slug:
        raise Refused(f"section “{name}” has no letters that an address can have")
    section = Section.objects.filter(slug=slug).first()
    if section is None:
        section = Section(slug=slug, name=name, position=0 if slug == STREAM_SLUG else 100)
        try:
            section.full_clean()
        except ValidationError as error:
            raise Refused(f"section: {' '.join(error.messages)}") from error
        section.save()
    return section


def _topics(names: list[str]) -> tuple[list[Topic], list[str]]:
    known = {name.lower(): topic for topic in Topic.objects.all() for name in topic.names} if names else {}
    return (
        [known[name.lower()] for name in names if name.lower() in known],
        [name for name in names if name.lower() not in known],
    )


def _text(key: str, value: Any) -> str:
    if isinstance(value, (dict, list)):
        raise Refused(f"“{key}” must be one line of text")
    return str(value).strip()


def _list(key: str, value: Any) -> list[str]:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    if not isinstance(value, list):
        raise Refused(f"“{key}” must be a list")
    return [str(part) for part in value]


def _time(value: Any) -> datetime.datetime:
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        value = datetime.datetime.combine(value, datetime.time())
    if isinstance(value, str):
        try:
            value = parse_datetime(value)
        except ValueError:
            value = None
    if not isinstance(value, datetime.datetime):
        raise Refused("published_at is not a time such as 2026-05-01 14:30")
    return value if timezone.is_aware(value) else timezone.make_aware(value)


def _messages(error: ValidationError) -> Iterator[str]:
    for name, messages in error.message_dict.items():
        yield f"{name}: {' '.join(messages)}"
