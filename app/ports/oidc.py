"""OpenID Connect: somebody signs in with another house's account (code flow with PKCE, RFC 6749, 7636, OpenID Core).

All that is fetched goes the way of the other outside calls, bounded and to named hosts only. What the provider says of
somebody counts only if it signed it, for us, now, and for the very request that we sent.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import quote, urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.domain.connectors import CallFailed, Request
from app.domain.errors import Fault, Forbidden
from app.ports.outside import Outside

#: signatures with a key pair; what a shared secret signs, or nobody, counts nothing
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
WAIT = 8.0
#: how far the provider's clock may be off, in seconds
LEEWAY = 60
_KEPT = timedelta(minutes=10)
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderUnreachable(Fault):
    """The identity provider does not answer as it should. Try again later, or sign in with a password."""

    slug = "provider-unreachable"


class NotConfirmed(Forbidden):
    """The identity provider did not confirm who you are. Begin again."""

    slug = "not-confirmed"


def challenge_of(verifier: str) -> str:
    """Write the challenge of a verifier (S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def new_secret() -> str:
    """Invent a state, a nonce or a verifier."""
    return secrets.token_urlsafe(32)


class Provider:
    """An OpenID provider."""

    def __init__(self, issuer: str, client_id: str, outside: Outside, secret: str = "") -> None:
        self.issuer, self._client_id, self._outside, self._secret = issuer, client_id, outside, secret
        self._known: tuple[datetime, Mapping[str, Any]] | None = None

    def address(self, *, state: str, nonce: str, verifier: str, back: str, at: datetime) -> str:
        """Write where somebody is sent to sign in.

        Raises:
            ProviderUnreachable: what the provider publishes of itself cannot be read, or is another one's.
        """
        where = str(self._discover(at)["authorization_endpoint"])
        asked = {
            "response_type": "code", "client_id": self._client_id, "redirect_uri": back,
            "scope": "openid profile email", "state": state, "nonce": nonce,
            "code_challenge": challenge_of(verifier), "code_challenge_method": "S256",
        }  # fmt: skip
        return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}"

    def claims(self, *, code: str, verifier: str, nonce: str, back: str, at: datetime) -> Mapping[str, Any]:
        """Exchange a code for what the provider says of somebody, and check every word of it.

        Raises:
            ProviderUnreachable: it does not answer. NotConfirmed: it refuses, or what it says does not hold.
        """
        known = self._discover(at)
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if self._secret:
            pair = f"{quote(self._client_id, safe='')}:{quote(self._secret, safe='')}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        else:
            form["client_id"] = self._client_id
        answer = self._fetch("POST", str(known["token_endpoint"]), urlencode(form).encode(), headers)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotConfirmed
        keys = self._fetch("GET", str(known["jwks_uri"]))
        return self._checked(token, keys, nonce, at)

    def _checked(self, token: str, keys: Mapping[str, Any], nonce: str, at: datetime) -> Mapping[str, Any]:
        now = int(at.timestamp())
        asked = jwt.JWTClaimsRegistry(
            now=now, leeway=LEEWAY, iss={"essential": True, "value": self.issuer}, exp={"essential": True},
            aud={"essential": True, "value": self._client_id}, sub={"essential": True}, iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )  # fmt: skip
        try:
            found = jwt.decode(token, KeySet.import_key_set(cast(Any, dict(keys))), algorithms=list(ALGORITHMS))
            asked.validate(found.claims)
        except (JoseError, ValueError, TypeError, KeyError) as cause:
            raise NotConfirmed from cause
        claims: Mapping[str, Any] = found.claims
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if (several or "azp" in claims) and claims.get("azp") != self._client_id:
            raise NotConfirmed
        if not isinstance(claims["sub"], str) or not claims["sub"] or len(claims["sub"]) > 255:
            raise NotConfirmed
        return claims

    def _discover(self, at: datetime) -> Mapping[str, Any]:
        if self._known is None or at - self._known[0] > _KEPT or at < self._known[0]:
            found = self._fetch("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != self.issuer or not all(isinstance(found.get(name), str) for name in _NEEDED):
                raise ProviderUnreachable
            self._known = at, found
        return self._known[1]

    def _fetch(
        self, method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Mapping[str, Any]:
        try:
            answer = self._outside.call(Request(method, url, dict(headers or {}), body, WAIT), key=new_secret())
        except CallFailed as cause:
            # a code that is none, or was used, is answered with 400
            raise (NotConfirmed if cause.code in ("http.400", "http.401") else ProviderUnreachable) from cause
        if not isinstance(answer.body, Mapping):
            raise ProviderUnreachable
        return answer.body
