"""An Idempotency-Key answers once: the same request with the same key gets the first answer, however often it comes."""

import datetime
import functools
import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from newsite import readers
from newsite.models import KeptAnswer

HEADER = "Idempotency-Key"
MAX_LENGTH = 255
LONGEST_ACTION = datetime.timedelta(minutes=1)

type_action = Callable[..., Response]
type_act = Callable[[], Response]


class KeyReused(APIException):
    """The key was used before, with another body."""

    status_code = 422
    default_code = "idempotency_key_reused"
    default_detail = "This Idempotency-Key was used for another request; send a new key."


class StillUnderWay(APIException):
    """The first request with this key has not been answered yet."""

    status_code = 409
    default_code = "idempotency_key_in_use"
    default_detail = "The first request with this Idempotency-Key is still under way; send it again in a while."


class KeyInvalid(APIException):
    """The key is not one that can be kept."""

    status_code = 400
    default_code = "idempotency_key_invalid"
    default_detail = f"An Idempotency-Key has 1 to {MAX_LENGTH} characters."


def answer_once(
    complete: Callable[[Any], Any] = lambda data: data, *, in_steps: bool = False
) -> Callable[[type_action], type_action]:
    """Decorate a POST action of an API view so that an Idempotency-Key is honoured.

    The key is claimed by inserting its row, in the transaction that carries out the action: a parallel request with
    the same key waits for that transaction and then finds its answer. Only success is kept; after an error the key
    stays free for the corrected request. `complete` adds to an answer what must not be stored, such as tokens. An
    action `in_steps` commits several times: its key is claimed before it, a parallel request is told to come again.
    """

    def decorate(action: type_action) -> type_action:
        @functools.wraps(action)
        def wrapped(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
            def act() -> Response:
                return action(view, request, *args, **kwargs)

            first = _first_in_steps if in_steps else _first
            response = act() if HEADER not in request.headers else _once(request, act, first)
            response.data = complete(response.data)
            return response

        return wrapped

    return decorate


def _once(request: Request, act: type_act, first: Callable[[str, str, type_act], Response | APIException]) -> Response:
    key = request.headers[HEADER]
    if not 0 < len(key) <= MAX_LENGTH:
        raise KeyInvalid
    # Within one network: strangers who use the same poor key, such as "1", must not get each other's answers.
    name = _hash(request.path.encode(), key.encode(), readers.network_key(request._request).encode())
    body = _hash(request.body)
    if kept := _kept(name, body):
        return kept
    try:
        outcome = first(name, body, act)
    except IntegrityError:  # another request with this key was first, and has just committed
        if kept := _kept(name, body):
            return kept
        raise
    if isinstance(outcome, APIException):
        raise outcome
    return outcome


def _first(name: str, body: str, act: type_act) -> Response | APIException:
    """Claim the key and act. A refusal is returned, not raised: what it used up, such as a captcha, stays used up."""
    with transaction.atomic():
        claim = KeptAnswer.objects.create(key=name, request=body)
        try:
            response = act()
        except APIException as refusal:
            claim.delete()
            return refusal
        _keep(claim, response)
        return response


def _first_in_steps(name: str, body: str, act: type_act) -> Response:
    """Claim the key, then act."""
    with transaction.atomic():
        claim = KeptAnswer.objects.create(key=name, request=body)
    try:
        response = act()
    except BaseException:
        claim.delete()
        raise
    _keep(claim, response)
    return response


def _keep(claim: KeptAnswer, response: Response) -> None:
    claim.status = response.status_code
    claim.body = json.dumps(response.data, cls=JSONEncoder)
    claim.reader = readers.unsigned(response.headers.get(readers.HEADER, ""))
    claim.save()


def _kept(name: str, body: str) -> Response | None:
    kept = KeptAnswer.objects.filter(key=name).first()
    if kept is None:
        return None
    if kept.request != body:
        raise KeyReused
    if not kept.status:
        if kept.created_at > timezone.now() - LONGEST_ACTION:
            raise StillUnderWay
        # Its process was killed; whoever claims the key meanwhile keeps it.
        KeptAnswer.objects.filter(pk=name, status=0, created_at=kept.created_at).delete()
        return None
    headers = {readers.HEADER: readers.signed(kept.reader)} if kept.reader else None
    return Response(json.loads(kept.body), status=kept.status, headers=headers)


def _hash(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
