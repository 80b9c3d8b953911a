"""Real processes: several workers look for what is to be told at once, and everything is told once."""

ADDRESSES = 30

MAKE_NOTICES = f"""
from comments import following, posting
from comments.models import Address
settings.RATELIMITS = False
for n in range({ADDRESSES}):
    draft = posting.Draft(author_name="Ada", body=f"Thought {{n}}.", author_email=f"{{n}}@a.example", notify=True)
    comment = posting.receive(article=Article.objects.get(), who=Asker(f"{{n:032x}}", "", False), draft=draft)
    moderation.moderate(comment, moderation.Action.APPROVE)
for address in Address.objects.all():
    following.confirm(address)
Mail.objects.all().delete()
settings.RATELIMITS = True
result = True
"""

LOOK = """
from comments import digests
result = sum(digests.send_due() for _ in range(5))
"""


def test_four_workers_at_once_write_one_mail_to_each_address(site):
    site.ask(MAKE_NOTICES)
    assert sum(site.together(LOOK)) == ADDRESSES
    written = site.value("list(Mail.objects.values_list('to', flat=True))")
    assert sorted(written) == sorted(f"{n}@a.example" for n in range(ADDRESSES))
