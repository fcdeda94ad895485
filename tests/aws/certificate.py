"""A certificate for 127.0.0.1 that nobody has signed but itself, made for one test.

Made anew each time, so that no private key lies in the repository, and with the
standard library alone: an ECDSA key on the curve P-256, and its X.509 certificate.
"""

import secrets
import ssl
from base64 import encodebytes
from hashlib import sha256
from pathlib import Path

# The curve P-256 (FIPS 186-4): y² = x³ - 3x + b over the field of P, of order N.
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)

Point = tuple[int, int] | None


def self_signed(folder: Path) -> ssl.SSLContext:
    """A server's context with a new self-signed certificate; its file is in `folder`."""
    secret = secrets.randbelow(N - 1) + 1
    point = _times(secret, G)
    assert point is not None
    public = b"\x04" + point[0].to_bytes(32) + point[1].to_bytes(32)
    file = folder / "self-signed.pem"
    file.write_text(
        _pem("EC PRIVATE KEY", _key(secret))
        + _pem("CERTIFICATE", _signed(secret, public))
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def _plus(one: Point, other: Point) -> Point:
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    if x1 == x2 and (y1 + y2) % P == 0:
        return None
    if one == other:
        slope = (3 * x1 * x1 - 3) * pow(2 * y1, -1, P)
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, P)
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P


def _times(factor: int, point: Point) -> Point:
    found: Point = None
    while factor:
        if factor & 1:
            found = _plus(found, point)
        point = _plus(point, point)
        factor >>= 1
    return found


def _signature(secret: int, message: bytes) -> bytes:
    digest = int.from_bytes(sha256(message).digest())
    once = secrets.randbelow(N - 1) + 1
    point = _times(once, G)
    assert point is not None
    r = point[0] % N
    s = pow(once, -1, N) * (digest + r * secret) % N
    return _sequence(_integer(r), _integer(s))


# DER, as much of it as a certificate needs: a tag, a length, the content.


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + content


def _sequence(*parts: bytes) -> bytes:
    return _der(0x30, b"".join(parts))


def _integer(value: int) -> bytes:
    return _der(2, value.to_bytes(value.bit_length() // 8 + 1))


def _bits(content: bytes) -> bytes:
    return _der(3, b"\0" + content)


EC_KEY = bytes.fromhex("06072a8648ce3d0201")
P256 = bytes.fromhex("06082a8648ce3d030107")
ECDSA_SHA256 = bytes.fromhex("06082a8648ce3d040302")
COMMON_NAME = bytes.fromhex("0603550403")
ALT_NAME = bytes.fromhex("0603551d11")


def _key(secret: int) -> bytes:
    return _sequence(_integer(1), _der(4, secret.to_bytes(32)), _der(0xA0, P256))


def _signed(secret: int, public: bytes) -> bytes:
    name = _sequence(_der(0x31, _sequence(COMMON_NAME, _der(0x0C, b"127.0.0.1"))))
    here = _der(4, _sequence(_der(0x87, bytes((127, 0, 0, 1)))))
    body = _sequence(
        _der(0xA0, _integer(2)),
        _integer(secrets.randbelow(2**63)),
        _sequence(ECDSA_SHA256),
        name,
        _sequence(_der(0x17, b"200101000000Z"), _der(0x17, b"491231235959Z")),
        name,
        _sequence(_sequence(EC_KEY, P256), _bits(public)),
        _der(0xA3, _sequence(_sequence(ALT_NAME, here))),
    )
    return _sequence(body, _sequence(ECDSA_SHA256), _bits(_signature(secret, body)))


def _pem(kind: str, content: bytes) -> str:
    return (
        f"-----BEGIN {kind}-----\n{encodebytes(content).decode()}-----END {kind}-----\n"
    )
