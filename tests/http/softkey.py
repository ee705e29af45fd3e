"""A security key in software (WebAuthn, ES256), and what a browser says for it.  Python's standard library only: the
arithmetic of P-256 is slow and leaks its timing, which is of no account in a test."""
import base64
import hashlib
import json
import secrets

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)


def add(p, q):
    if p is None or q is None:
        return p or q
    if p[0] == q[0] and (p[1] + q[1]) % P == 0:
        return None
    slope = ((3 * p[0] * p[0] - 3) * pow(2 * p[1], -1, P) if p == q else (q[1] - p[1]) * pow(q[0] - p[0], -1, P)) % P
    x = (slope * slope - p[0] - q[0]) % P
    return x, (slope * (p[0] - x) - p[1]) % P


def times(k, p):
    out = None
    while k:
        out = add(out, p) if k & 1 else out
        p, k = add(p, p), k >> 1
    return out


def text(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def data(words):
    return base64.urlsafe_b64decode(words + "=" * (-len(words) % 4))


def der(n):
    b = n.to_bytes(33, "big").lstrip(b"\0") or b"\0"
    b = b"\0" + b if b[0] & 0x80 else b
    return bytes([2, len(b)]) + b


class Key:
    def __init__(self, counter=0):
        self.secret, self.id, self.counter = secrets.randbelow(N - 1) + 1, secrets.token_bytes(48), counter
        self.public = times(self.secret, G)

    def sign(self, message):
        while True:
            k = secrets.randbelow(N - 1) + 1
            r = times(k, G)[0] % N
            s = pow(k, -1, N) * (int.from_bytes(hashlib.sha256(message).digest(), "big") + r * self.secret) % N
            if r and s:
                body = der(r) + der(s)
                return bytes([0x30, len(body)]) + body

    def auth(self, rp, flags=5, count=True):
        self.counter += count
        return hashlib.sha256(rp.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def attestation(self, rp, flags=0x45):
        x, y = (n.to_bytes(32, "big") for n in self.public)
        inner = (self.auth(rp, flags, False) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id
                 + b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20" + x + b"\x22\x58\x20" + y)
        return b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59" + len(inner).to_bytes(2, "big") + inner

    def registers(self, asked, home, **change):
        """The fields of the form behind a registration.  change: origin, type, rp, flags, challenge."""
        said = client("webauthn.create", asked, home, change)
        return [("new_challenge", asked["challenge"]), ("new_client", text(said)),
                ("new_object", text(self.attestation(change.get("rp", asked["rp"]), change.get("flags", 0x45))))]

    def answers(self, asked, home, prefix="", **change):
        """The fields of a form behind a signature."""
        said = client("webauthn.get", asked, home, change)
        auth = self.auth(change.get("rp", asked["rp"]), change.get("flags", 5)) + change.get("more", b"")
        fields = {"challenge": asked["challenge"], "id": text(self.id), "client": text(said), "auth": text(auth),
                  "sig": text(self.sign(auth + hashlib.sha256(said).digest()))}
        return [(f"{prefix}key_{name}", value) for name, value in fields.items()]


def client(kind, asked, home, change):
    return json.dumps({"type": change.get("type", kind), "challenge": change.get("challenge", asked["challenge"]),
                       "origin": change.get("origin", home), "crossOrigin": False}).encode()
