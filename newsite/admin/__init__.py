"""The newsroom's mail, people and log in the admin."""

from newsite.admin import changes, mail, people, tokens  # noqa: F401
