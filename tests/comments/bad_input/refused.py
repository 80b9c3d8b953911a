"""What a form that was refused must give back."""

import html

PATH = "/articles/machines/comments/"
TYPED = {"body": "My long thought about this.", "author_name": "Grace H", "author_email": "grace@example.org"}


def assert_kept(answer, **changed):
    """Everything typed is in the page that comes back."""
    page = html.unescape(answer.content.decode())
    for name, value in {**TYPED, **changed}.items():
        assert value in page, f"{name} was lost"
