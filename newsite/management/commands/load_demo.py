"""`manage.py load_demo`: articles, ratings and discussions to try the site with."""

import datetime
import hashlib
import secrets
from pathlib import Path
from typing import Any

import frontmatter
import yaml
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from articles import importing, publishing, ratings
from articles.models import STARS, STREAM_SLUG, Article, Correction, Rating, Section, Topic
from articles.topics import Linker
from comments import answers, counting, moderation, posting, threads
from comments.models import Action, Comment, Vote
from newsite import stamps
from newsite.readers import Asker

FOLDER = Path(importing.__file__).parent / "demo"
SECTIONS = {
    "Models": "What they are, how they work, what they cannot do.",
    "Research": "New results, and how far they carry.",
    "Industry": "Who builds it, who buys it, what it costs.",
    "Policy": "Rules, courts and contracts.",
    "Tools": "How to do things yourself.",
    "Society": "Life with machines that talk.",
}


class Command(BaseCommand):
    """Everything in it is invented for demonstration; running it again adds only what is missing."""

    help = "Load the demonstration content: articles in six sections, topics, ratings, and discussions in every state."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        staff = _staff()
        self._sections_and_topics()
        articles = self._articles(now)
        self.stdout.write(f"{len(articles)} articles loaded")
        given = sum(_rate(articles[slug], counts) for slug, counts in _read("ratings").items())
        self.stdout.write(f"{given} ratings given")
        written = sum(_discuss(articles[slug], comments, staff, now) for slug, comments in _read("discussions").items())
        self.stdout.write(f"{written} comments written")
        stamps.bump(stamps.SITE)

    @staticmethod
    def _sections_and_topics() -> None:
        Section.objects.get_or_create(slug=STREAM_SLUG, defaults={"name": "Real Time"})
        for position, (name, description) in enumerate(SECTIONS.items(), start=1):
            defaults = {"name": name, "description": description, "position": position}
            Section.objects.get_or_create(slug=name.lower(), defaults=defaults)
        for topic in _read("topics"):
            aliases = "\n".join(topic.pop("aliases"))
            Topic.objects.get_or_create(slug=topic.pop("slug"), defaults={**topic, "aliases": aliases})

    @staticmethod
    def _articles(now: datetime.datetime) -> dict[str, Article]:
        linker = Linker(list(Topic.objects.all()))
        articles = {}
        for path in importing.files_in([FOLDER]):
            post = frontmatter.loads(path.read_text(encoding="utf-8"))
            meta: dict[str, Any] = dict(post.metadata)
            published_at = _ago(now, meta.pop("hours_ago"))
            corrections = meta.pop("corrections", [])
            closed_because = meta.pop("closed_because", "")
            article = Article.objects.filter(slug=path.stem).first()
            if article is None:
                manuscript = importing.from_meta({**meta, "published_at": published_at}, post.content)
                article = importing.store(manuscript, linker).article
                if closed_because:
                    article.comments_closed_because = closed_because
                    publishing.save(article, linker)
                for correction in corrections:
                    at = _ago(now, correction["hours_ago"])
                    Correction.objects.create(article=article, text=correction["text"], corrected_at=at)
            articles[path.stem] = article
        return articles


def _read(name: str) -> Any:
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def _ago(now: datetime.datetime, hours: float) -> datetime.datetime:
    return now - datetime.timedelta(hours=hours)


def _staff() -> User:
    """The member of staff who answers and decides; nobody can log in as them."""
    users = get_user_model()
    user, is_new = users.objects.get_or_create(username="newsroom", defaults={"is_staff": True})
    if is_new:
        user.set_unusable_password()
        user.save()
    return user


def _asker(name: str) -> Asker:
    """Everybody keeps their name and their browser."""
    return Asker(reader=hashlib.sha256(name.encode()).hexdigest()[:32], network="", is_new=False)


def _rate(article: Article, counts: list[int]) -> int:
    if article.rating_count:
        return 0
    rows = [
        Rating(article=article, reader=secrets.token_hex(16), stars=stars)
        for stars, count in zip(STARS, counts, strict=True)
        for _ in range(count)
    ]
    Rating.objects.bulk_create(rows)
    ratings.store(article.pk, ratings.Tally(*counts))
    return len(rows)


def _discuss(article: Article, comments: list[dict[str, Any]], staff: User, now: datetime.datetime) -> int:
    if article.comments.exists():
        return 0
    written = sum(_write(article, comment, None, staff, now) for comment in comments)
    for top in Comment.objects.of(article).filter(parent=None):
        threads.settle(top.pk)  # drawn again, since the times were set after the decisions
    return written


def _write(article: Article, said: dict[str, Any], parent: int | None, staff: User, now: datetime.datetime) -> int:
    draft = posting.Draft(author_name=said["name"], body=said["body"].strip(), kind=said["kind"], parent=parent)
    if said.get("staff"):
        comment = posting.answer(article=article, user=staff, draft=draft)
    else:
        comment = posting.receive(article=article, who=_asker(draft.author_name), draft=draft)
        _decide(comment, said, staff)
        _react(comment, said, staff)
    Comment.objects.filter(pk=comment.pk).update(created_at=_ago(now, said["hours_ago"]))
    return 1 + sum(_write(article, reply, comment.pk, staff, now) for reply in said.get("replies", []))


def _react(comment: Comment, said: dict[str, Any], staff: User) -> None:
    """What readers and editors made of a published comment."""
    count = said.get("votes", 0)
    Vote.objects.bulk_create(Vote(comment=comment, reader=secrets.token_hex(16)) for _ in range(count))
    Comment.objects.filter(pk=comment.pk).update(votes=count)
    counting.settle_reports(comment.pk)
    if said.get("pinned") or said.get("featured"):
        answers.mark(comment, by=staff, pinned=said.get("pinned"), featured=said.get("featured"))
    if said.get("accepted"):
        answers.accept(comment, by=staff)


def _decide(comment: Comment, said: dict[str, Any], staff: User) -> None:
    match said["state"]:
        case "published":
            moderation.moderate(comment, Action.APPROVE, by=staff)
        case "rejected":
            why = {"reason": said["reason"], "note": said.get("note", "")}
            moderation.moderate(comment, Action.REJECT, by=staff, **why)
        case "spam":
            moderation.moderate(comment, Action.SPAM, by=staff)
        case "withdrawn":
            posting.withdraw(comment)
