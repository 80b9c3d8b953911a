"""Real processes: authors edit while moderators decide. What is shown was read by one, and no text is lost."""

COMMENTS = 25

MAKE_COMMENTS = f"""
from comments import posting
for n in range({COMMENTS}):
    draft = posting.Draft(author_name="Ada", body=f"{{n}}: first")
    posting.receive(article=Article.objects.get(), who=Asker(f"{{n:032x}}", "", False), draft=draft)
result = True
"""

# Two edit each comment again and again, two approve what they have read of it.
RACE = f"""
from comments import posting
from comments.moderation import Action
settings.RATELIMITS = False
random.seed(number)
result = []
for n in random.choices(range(1, {COMMENTS} + 1), k={COMMENTS} * 6):
    comment = Comment.objects.get(pk=n)
    try:
        if number % 2:
            body = f"{{n}}: by {{number}}, {{len(result)}}"
            result.append([n, posting.edit(comment, body=body, who=Asker(comment.reader, "", False)).body])
        else:
            moderation.moderate(comment, Action.APPROVE, seen=comment.version)
            result.append([n, comment.revision, comment.body])
    except moderation.Conflict:
        pass
settings.RATELIMITS = True
"""

FOUND = """
result = []
for comment in Comment.objects.order_by("pk"):
    texts = [*comment.revisions.values_list("body", flat=True), comment.body]
    actions = list(comment.events.values_list("action", flat=True))
    result.append([comment.pk, comment.status, comment.revision, texts, actions])
"""


def test_no_text_stands_there_that_its_moderator_has_not_read_and_no_text_is_lost(site):
    site.ask(MAKE_COMMENTS)
    outcomes = site.together(RACE)
    approvals, edits = outcomes[0] + outcomes[2], outcomes[1] + outcomes[3]
    found = site.ask(FOUND)
    texts = {pk: texts for pk, _, _, texts, _ in found}
    assert approvals
    assert edits
    for pk, revision, read in approvals:
        assert texts[pk][revision] == read
    for pk, status, revision, kept, actions in found:
        assert len(kept) == revision + 1
        assert sorted(kept[1:]) == sorted(body for edited, body in edits if edited == pk)
        assert status == ("published" if actions[-1:] == ["approve"] else "pending")
        assert actions.count("approve") == sum(approved == pk for approved, *_ in approvals)
        if status == "published":
            assert [pk, revision, kept[-1]] in approvals, "the last text is the one that was read"
    site.assert_recount()
