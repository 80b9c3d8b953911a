"""An authenticator app, as RFC 6238 describes it: what the site must understand, written without it."""

import base64
import hashlib
import hmac
import time


def code(secret, *, ahead=0):
    """What the app shows now, or that many half minutes later."""
    step = int(time.time()) // 30 + ahead
    digest = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
