"""One-time codes of a second factor: six digits that change every thirty seconds (RFC 6238), and their picture."""

import secrets
from datetime import datetime
from io import BytesIO

import pyotp
import segno

#: seconds of one code, and codes before and after the present one that count for clocks that go wrong
STEP, AROUND = 30, 1
#: letters without those that look alike
_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
CODES, _LENGTH = 10, 10


def new_secret() -> str:
    """Invent the secret that the server and somebody's telephone share."""
    return pyotp.random_base32(32)


def matching_step(secret: str, code: str, at: datetime, *, after: int) -> int | None:
    """Find the step of which a code is, among the present one and its neighbours.

    Args:
        after: the last step of which a code was taken; it and those before are used up.
    """
    digits = "".join(code.split())
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        return None
    made, now = pyotp.TOTP(secret, interval=STEP), int(at.timestamp()) // STEP
    found = None
    for step in range(now - AROUND, now + AROUND + 1):
        # every one is compared, so that the time says nothing
        if secrets.compare_digest(made.generate_otp(step), digits) and step > after:
            found = step
    return found


def code_at(secret: str, at: datetime) -> str:
    """Give the code of a moment, as a telephone shows it."""
    return pyotp.TOTP(secret, interval=STEP).generate_otp(int(at.timestamp()) // STEP)


def enrolment_uri(secret: str, username: str, issuer: str) -> str:
    """Write what the picture says to the telephone."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=username, issuer_name=issuer)


def picture(text: str) -> str:
    """Draw a text as a QR code: an SVG element without a header, black on white."""
    drawn = BytesIO()
    segno.make(text, error="m").save(drawn, kind="svg", scale=4, border=4, xmldecl=False, svgns=True, light="#fff")
    return drawn.getvalue().decode()


def new_codes() -> list[str]:
    """Invent the codes that help whoever has lost his telephone, each once."""
    return ["".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)) for _ in range(CODES)]


def plain_code(code: str) -> str:
    """Give a recovery code as it is kept: without spaces, hyphens and capital letters."""
    return code.replace("-", "").replace(" ", "").strip().lower()[:40]
