"""An Idempotency-Key answers once: the same request with the same key gets the first answer, however often it comes."""

import functools
import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from newsite import readers
from newsite.models import KeptAnswer

HEADER = "Idempotency-Key"
MAX_LENGTH = 255

type_action = Callable[..., Response]


class KeyReused(APIException):
    """The key was used before, with another body."""

    status_code = 422
    default_code = "idempotency_key_reused"
    default_detail = "This Idempotency-Key was used for another request; send a new key."


class KeyInvalid(APIException):
    """The key is not one that can be kept."""

    status_code = 400
    default_code = "idempotency_key_invalid"
    default_detail = f"An Idempotency-Key has 1 to {MAX_LENGTH} characters."


def answer_once(complete: Callable[[dict[str, Any]], dict[str, Any]] = dict) -> Callable[[type_action], type_action]:
    """Decorate a POST action of an API view so that an Idempotency-Key is honoured.

    The key is claimed by inserting its row, in the transaction that carries out the action: a parallel request with
    the same key waits for that transaction and then finds its answer. Only success is kept; after an error the key
    stays free for the corrected request. `complete` adds to an answer what must not be stored, such as tokens.
    """

    def decorate(action: type_action) -> type_action:
        @functools.wraps(action)
        def wrapped(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
            def act() -> Response:
                return action(view, request, *args, **kwargs)

            response = act() if HEADER not in request.headers else _once(request, act)
            response.data = complete(response.data)
            return response

        return wrapped

    return decorate


def _once(request: Request, act: Callable[[], Response]) -> Response:
    key = request.headers[HEADER]
    if not 0 < len(key) <= MAX_LENGTH:
        raise KeyInvalid
    # Within one network: strangers who use the same poor key, such as "1", must not get each other's answers.
    name = _hash(request.path.encode(), key.encode(), readers.network_key(request._request).encode())
    body = _hash(request.body)
    if kept := _kept(name, body):
        return kept
    try:
        outcome = _first(name, body, act)
    except IntegrityError:  # another request with this key was first, and has just committed
        if kept := _kept(name, body):
            return kept
        raise
    if isinstance(outcome, APIException):
        raise outcome
    return outcome


def _first(name: str, body: str, act: Callable[[], Response]) -> Response | APIException:
    """Claim the key and act. A refusal is returned, not raised: what it used up, such as a captcha, stays used up."""
    with transaction.atomic():
        claim = KeptAnswer.objects.create(key=name, request=body)
        try:
            response = act()
        except APIException as refusal:
            claim.delete()
            return refusal
        claim.status = response.status_code
        claim.body = json.dumps(response.data, cls=JSONEncoder)
        claim.reader = readers.unsigned(response.headers.get(readers.HEADER, ""))
        claim.save()
        return response


def _kept(name: str, body: str) -> Response | None:
    kept = KeptAnswer.objects.filter(key=name).first()
    if kept is None:
        return None
    if kept.request != body:
        raise KeyReused
    headers = {readers.HEADER: readers.signed(kept.reader)} if kept.reader else None
    return Response(json.loads(kept.body), status=kept.status, headers=headers)


def _hash(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
