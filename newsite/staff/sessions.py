"""Where a member of staff is logged in. Django finds a session by its key alone; these rows find it by its user."""

import datetime
from collections.abc import Iterable

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from newsite import readers
from newsite.models import StaffSession
from newsite.staff import browsers, log

SEEN_EVERY = datetime.timedelta(minutes=1)


def seen(request: HttpRequest, user: User) -> bool:
    """Note that a session uses the newsroom: all it needs to be listed. Written once a minute at most.

    False when it has been ended since this request began.
    """
    now = timezone.now()
    try:
        session, is_new = StaffSession.objects.get_or_create(
            session_id=request.session.session_key,
            defaults={
                "user": user,
                "browser": browsers.in_words(request.headers.get("User-Agent", "")),
                "network": readers.network_key(request),
            },
        )
    except IntegrityError:  # Django's row is gone
        return False
    if not is_new and session.last_seen_at < now - SEEN_EVERY:
        StaffSession.objects.filter(pk=session.pk).update(last_seen_at=now)
    return True


def of(user: User) -> list[StaffSession]:
    """The sessions in which somebody is logged in, last used first: not those that a new password has ended."""
    right = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    rows = StaffSession.objects.filter(user=user, session__expire_date__gt=timezone.now()).select_related("session")
    return [row for row in rows.order_by("-last_seen_at") if row.session.get_decoded().get(HASH_SESSION_KEY) in right]


def end(sessions: Iterable[StaffSession], *, user: User, by: User) -> int:
    """Log somebody out of these sessions of theirs; returns how many were ended."""
    keys = [session.session_id for session in sessions]
    with transaction.atomic():
        ended = Session.objects.filter(pk__in=keys, staffsession__user=user).delete()[1].get("sessions.Session", 0)
        if ended:
            log.note(f"Ended {ended} session{'' if ended == 1 else 's'}.", by=by, about=user)
    return ended


def end_others(user: User, *, here: str | None) -> int:
    """Log somebody out everywhere but in the session with this key; returns how many sessions were ended."""
    return end((session for session in of(user) if session.session_id != here), user=user, by=user)
