"""An authenticator app, as RFC 6238 describes it, and a passkey, as WebAuthn does: what the site must understand,
written without it."""

import base64
import hashlib
import hmac
import json
import os
import time

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor

PRESENT, MADE = 0x01, 0x40  # flags: somebody was there; a new key is told


def code(secret, *, ahead=0):
    """What the app shows now, or that many half minutes later."""
    step = int(time.time()) // 30 + ahead
    digest = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def same(value):
    """Leave a part of a passkey's answer as it is."""
    return value


class Passkey:
    """A passkey with an ES256 key. Each part of what it says can be changed before the next part is made of it."""

    def __init__(self, site="testserver"):
        self.site, self.key, self.id = site, ec.generate_private_key(ec.SECP256R1()), os.urandom(16)

    def make(self, question, *, data=same, auth=same, key=same, answer=same):
        """What a browser says of the new passkey, in answer to the question of the page."""
        told = len(self.id).to_bytes(2, "big") + self.id + cbor.encode(key(self.public_key()))
        made = auth(self._auth(PRESENT | MADE) + bytes(16) + told)
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": made})
        parts = {"clientDataJSON": self._data("webauthn.create", question, data), "attestationObject": attestation}
        return self._answer(parts, answer)

    def sign(self, question, *, data=same, auth=same, signature=same, answer=same):
        """What it says at a login. `data` and `auth` are changed before they are signed."""
        client, site = self._data("webauthn.get", question, data), auth(self._auth(PRESENT))
        signed = self.key.sign(site + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": site, "signature": signature(signed)}
        return self._answer(parts, answer)

    def public_key(self):
        """As COSE has it."""
        point = self.key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}

    def _auth(self, flags):
        return hashlib.sha256(self.site.encode()).digest() + bytes([flags]) + bytes(4)

    def _data(self, kind, question, change):
        challenge = question["publicKey"]["challenge"]
        said = change({"type": kind, "challenge": challenge, "origin": f"https://{self.site}"})
        return said if isinstance(said, bytes) else json.dumps(said).encode()

    def _answer(self, parts, change):
        name = _text(self.id)
        response = {part: _text(value) for part, value in parts.items()}
        said = change({"id": name, "rawId": name, "type": "public-key", "response": response})
        return said if isinstance(said, str) else json.dumps(said)


def _text(value):
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
