"""Requests that are refused, whatever they ask for: pages answer all of them alike, with what was typed."""

from django.http import HttpResponse


class Refusal(Exception):
    """A request is not carried out: `status` is the code of the answer, `told` what its sender can do."""

    status = 400

    @property
    def told(self) -> str:
        """What is wrong, in a sentence for the one who asks."""
        return str(self)

    def mark(self, response: HttpResponse) -> HttpResponse:
        """The answer, with the headers that go with it."""
        return response
