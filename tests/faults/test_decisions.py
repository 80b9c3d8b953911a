"""Moderators in four processes who decide about the same comments at once."""

DECIDE = """
from django.contrib.auth.models import User
from comments import bulk
from comments.models import Action, Comment, ModerationEvent
"""


def test_of_opposite_decisions_at_once_the_first_holds_and_the_others_are_told(site):
    made = site.ask(f"""{DECIDE}
from comments import posting
article = Article.objects.get()
result = []
for n in range(20):
    draft = posting.Draft(author_name="Ada", body=f"A thought, number {{n}}.")
    result.append(posting.receive(article=article, who=Asker(f"{{n:032x}}", "", False), draft=draft).pk)
""")
    told = site.together(f"""{DECIDE}
user = User.objects.create_user(f"desk {{number}}")
action = [Action.APPROVE, Action.SPAM, Action.REJECT, Action.APPROVE][number]
pks = {made}
random.Random(number).shuffle(pks)
done = bulk.decide(pks, action, by=user, reason="off_topic", seen=dict.fromkeys(pks, "0-pending"))
result = [[each.pk, each.done, each.told] for each in done]
""")
    results = [each for desk in told for each in desk]
    assert sorted(pk for pk, done, _ in results if done) == made
    refused = [text for _, done, text in results if not done]
    assert len(refused) == 3 * len(made)
    assert all("already, by desk " in text for text in refused)
    left = site.ask(f"""{DECIDE}
result = [
    ModerationEvent.objects.filter(comment__in={made}).count(),
    Comment.objects.published().filter(pk__in={made}).count(),
    ModerationEvent.objects.filter(comment__in={made}, action="approve").count(),
]
""")
    assert left[0] == len(made)
    assert left[1] == left[2]
    site.assert_recount()
