"""What the state machines of tests share: an article of their own, in a transaction that is rolled back."""

from django.db import transaction
from django.utils import timezone
from hypothesis.stateful import RuleBasedStateMachine

from articles import publishing
from articles.models import Article, Section


class OnAnArticle(RuleBasedStateMachine):
    """Things that are done about one published article."""

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        section = Section.objects.create(name="Research", slug="research")
        self.article = Article(
            title="M", slug="machines", body="x", section=section, status="published", published_at=timezone.now()
        )
        publishing.save(self.article)

    def teardown(self):
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)
