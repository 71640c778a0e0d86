"""What every answer carries so that a browser trusts nothing but us."""

from flask import Response

from app.web.house import House
from app.web.rooms import current_request

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-elem 'self'; "
    "style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=(self), payment=(), usb=()",
}
_YEAR = 365 * 24 * 3600


def install(app: House) -> None:
    """Add the headers to every answer."""
    app.carried = [*HEADERS.items()]
    app.after_request(_add)


def _add(response: Response) -> Response:
    sent, headers = current_request(), response.headers
    if sent.is_secure:
        headers["Strict-Transport-Security"] = f"max-age={_YEAR}"
    if sent.endpoint == "static" and response.status_code < 400:
        built = "dist/" in sent.path
        headers["Cache-Control"] = "public, max-age=31536000, immutable" if built else "public, max-age=3600"
    elif "Cache-Control" not in headers:
        # pages hold personal records: no proxy and no back button of the next person may show them
        headers["Cache-Control"] = "no-store"
    return response
