"""The identity provider of this installation, made once; shared by the verbs that send somebody there."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from app.domain.errors import NotFound
from app.ports.oidc import NotConfirmed, Provider, new_secret
from app.ports.outside import Outside
from app.ports.secrets import SealBroken
from app.usecases import Tools

#: how long somebody may stay at the provider
PATIENCE = timedelta(minutes=15)


@dataclass(frozen=True)
class OutsideSignIn:
    """A way to the provider and back."""

    #: where the browser is sent
    address: str
    #: sealed; stays in the browser until it comes back
    note: str


def provider_of(tools: Tools) -> Provider | None:
    """Give the provider that the settings name, or None.

    Raises:
        SecretMissing: there is a folder of secrets with a secret of ours that cannot be read.
    """
    settings = tools.config
    if not settings.oidc_issuer:
        return None
    held = settings.secrets_dir is not None and (settings.secrets_dir / "oidc_client_secret").exists()
    secret = tools.secrets.named("oidc_client_secret") if held else ""
    return _made(settings.oidc_issuer, settings.oidc_client_id, tools.outside, secret)


@lru_cache(maxsize=8)
def _made(issuer: str, client_id: str, outside: Outside, secret: str) -> Provider:
    return Provider(issuer, client_id, outside, secret)


def named_provider(tools: Tools) -> Provider:
    """Give the provider.

    Raises:
        NotFound: this installation has none.
    """
    provider = provider_of(tools)
    if provider is None:
        raise NotFound
    return provider


def way_there(tools: Tools, *, back: str, target: str, who: str = "") -> OutsideSignIn:
    """Find the way to the provider and back; nothing is kept here.

    Args:
        back: our address to which the provider sends the browser back.
        target: page of ours to which it goes then.
        who: id of the person who ties an identity to his account; empty for whoever signs in.

    Raises:
        NotFound: this installation has no provider. ProviderUnreachable.
    """
    provider = named_provider(tools)
    state, nonce, verifier = new_secret(), new_secret(), new_secret()
    wall = tools.clock.wall()
    address = provider.address(state=state, nonce=nonce, verifier=verifier, back=back, at=wall)
    held = {"state": state, "nonce": nonce, "verifier": verifier, "target": target, "at": wall.isoformat(), "who": who}
    return OutsideSignIn(address, tools.secrets.encrypt(held, context="outside").hex())


def opened_note(tools: Tools, note: str, state: str, wall: datetime, who: str = "") -> dict[str, str]:
    """Open what the browser brings back: it is good for what it was made for, and for nobody else.

    Raises:
        NotConfirmed: forged, too old, or made for something else.
    """
    try:
        held = tools.secrets.decrypt(bytes.fromhex(note[:4000]), context="outside")
    except (SealBroken, ValueError) as cause:
        raise NotConfirmed from cause
    fresh = wall - datetime.fromisoformat(held["at"]) <= PATIENCE
    same = hmac.compare_digest(held["state"].encode(), state.encode("utf-8", "replace"))
    if not fresh or not same or held.get("who", "") != who:
        raise NotConfirmed
    return held
