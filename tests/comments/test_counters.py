"""Whatever is done in a discussion, what is stored beside its comments equals what their rows give."""

from collections import Counter
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from rest_framework.test import APIClient

from comments import answers, moderation, posting, ranking, threads
from comments.models import Action, Comment, Report, Vote
from comments.moderation import Refused
from newsite import readers
from newsite.readers import Asker
from tests.machines import OnAnArticle

SOME = st.integers(0, 30)
DECISIONS = [Action.APPROVE, Action.REJECT, Action.SPAM, Action.HOLD, Action.UNDO, Action.KEEP]


def recount(**options):
    out = StringIO()
    call_command("recount", stdout=out, **options)
    return out.getvalue()


def has_place(comment, rows):
    """Whether a comment should be shown: it is published, its author withdrew it, or a place stands below its own."""
    stands_below = [row for row in rows if row.thread_id == comment.pk or (comment.path and is_below(row, comment))]
    is_left = comment.status == "withdrawn" and comment.is_shown
    return comment.is_published or is_left or any(has_place(row, rows) for row in stands_below)


def is_below(row, comment):
    return row.path != comment.path and row.path.startswith(comment.path)


def counted(comment, rows):
    """What is stored beside a comment, counted in Python from the rows as they are now."""
    replies = [row for row in rows if row.parent_id == comment.pk and row.is_published]
    answering = [row.pk for row in replies if row.author_id or row.accepted]
    votes = Vote.objects.filter(comment=comment).count()
    complaints = Report.objects.filter(comment=comment, settled_by=None).values_list("reader", flat=True)
    reports = len(set(complaints))
    return {
        "reply_count": len(replies),
        "thread_size": sum(row.is_shown for row in rows if row.thread_id == comment.pk),
        "answer_id": min(answering, default=None) if comment.kind == "question" else None,
        "votes": votes,
        "open_reports": reports,
        "score": ranking.confidence(votes, reports),
    }


def drawn_anew(top):
    """The HTML of a thread, made from the rows as they are now."""
    found = Comment.objects.shown().filter(thread=top).select_related("parent").order_by("path")
    return threads.draw(threads.Thread(top, list(found[:3])))


class Discussing(OnAnArticle):
    """Readers write, vote, report and withdraw, moderators decide, in any order."""

    def __init__(self):
        super().__init__()
        self.user = User.objects.create(username="mo")
        self.comments = []

    def _one(self, n):
        return Comment.objects.get(pk=self.comments[n % len(self.comments)])

    def _receive(self, parent, kind):
        draft = posting.Draft(author_name="Ada", body=f"Thought {len(self.comments)}.", kind=kind, parent=parent)
        comment = posting.receive(article=self.article, who=Asker(f"{len(self.comments):032x}", "", False), draft=draft)
        self.comments.append(comment.pk)
        return comment

    def _ask(self, method, comment, path, reader, data=None):
        asked = getattr(APIClient(headers={"X-Reader": readers.signed(f"{reader:032x}")}), method)
        return asked(f"/api/v1/comments/{comment.pk}/{path}/", data, format="json").status_code

    @initialize()
    def a_thread_begins(self):
        question = self._receive(None, "question")
        moderation.moderate(question, Action.APPROVE, by=self.user)

    @rule(n=SOME, kind=st.sampled_from(["comment", "question"]), is_published=st.booleans())
    def a_reader_replies(self, n, kind, is_published):
        parent = self._one(n)
        if parent.is_published and len(self.comments) < 12:
            reply = self._receive(parent.pk, kind)
            if is_published:
                moderation.moderate(reply, Action.APPROVE, by=self.user)

    @rule(n=SOME)
    def the_newsroom_replies(self, n):
        parent = self._one(n)
        if parent.is_published and len(self.comments) < 12:
            draft = posting.Draft(author_name="Newsroom", body="It is so.", parent=parent.pk)
            self.comments.append(posting.answer(article=self.article, user=self.user, draft=draft).pk)

    @rule(n=SOME, action=st.sampled_from(DECISIONS))
    def a_moderator_decides(self, n, action):
        try:
            moderation.moderate(self._one(n), action, by=self.user, reason="off_topic")
        except Refused:
            return

    @precondition(lambda self: len(self.comments) > 2)
    @rule(n=SOME)
    def its_author_withdraws(self, n):
        try:
            posting.withdraw(self._one(n))
        except Refused:
            return

    @rule(n=SOME, is_accepted=st.booleans())
    def a_moderator_accepts_an_answer(self, n, is_accepted):
        try:
            answers.accept(self._one(n), by=self.user, is_accepted=is_accepted)
        except Refused:
            return

    @rule(n=SOME, pinned=st.booleans(), featured=st.booleans())
    def the_newsroom_marks(self, n, pinned, featured):
        try:
            answers.mark(self._one(n), by=self.user, pinned=pinned, featured=featured)
        except Refused:
            return

    @rule(n=SOME, reader=st.integers(100, 102), method=st.sampled_from(["put", "delete"]))
    def a_reader_votes(self, n, reader, method):
        assert self._ask(method, self._one(n), "vote", reader) in (200, 404)

    @rule(n=SOME, reader=st.integers(100, 104))
    def a_reader_reports(self, n, reader):
        assert self._ask("post", self._one(n), "report", reader, {"reason": "spam"}) in (201, 404)

    @rule()
    def the_newsroom_recounts(self):
        recount(check=True)

    @invariant()
    def the_counters_equal_what_the_rows_give(self):
        rows = list(Comment.objects.all())
        for row in rows:
            given = counted(row, rows)
            assert {name: getattr(row, name) for name in given} == given
        published = Counter(row.kind for row in rows if row.is_published)
        self.article.refresh_from_db()
        assert self.article.comment_count == published["comment"]
        assert self.article.question_count == published["question"]

    @invariant()
    def those_have_a_place_that_should(self):
        rows = list(Comment.objects.all())
        assert {row.pk for row in rows if row.is_shown} == {row.pk for row in rows if has_place(row, rows)}

    @invariant()
    def each_thread_is_stored_as_it_would_be_drawn_now(self):
        for top in Comment.objects.tops():
            assert top.thread_html == drawn_anew(top)


def test_whatever_is_done_in_a_discussion_counters_places_and_threads_are_right(settings):
    settings.RATELIMITS = False
    run_state_machine_as_test(Discussing, settings=examples(max_examples=20, stateful_step_count=25, deadline=None))


@pytest.mark.parametrize(
    ("column", "wrong"),
    [
        *[("reply_count", 7), ("votes", 7), ("open_reports", 7), ("thread_size", 7), ("answer", None)],
        *[("is_shown", False), ("score", 0.5)],
    ],
)
def test_a_broken_counter_of_a_comment_is_found_and_mended(make_comment, moderator_user, column, wrong):
    question = make_comment(kind="question", status="published")
    draft = posting.Draft(author_name="Newsroom", body="It is so.", parent=question.pk)
    posting.answer(article=question.article, user=moderator_user, draft=draft)
    right = Comment.objects.values().get(pk=question.pk)
    Comment.objects.filter(pk=question.pk).update(**{column: wrong})
    with pytest.raises(CommandError, match="1 counters differ"):
        recount(check=True)
    assert "1 mended" in recount()
    assert Comment.objects.values().get(pk=question.pk) == right
    assert "equal a recount" in recount(check=True)
