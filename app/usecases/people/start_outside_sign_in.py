"""Begin to sign in with another house's account."""

from dataclasses import dataclass

from app.domain.errors import NotFound
from app.ports.oidc import new_secret
from app.usecases import Tools
from app.usecases.people.provider import provider_of


@dataclass(frozen=True)
class OutsideSignIn:
    """A way to the provider and back."""

    #: where the browser is sent
    address: str
    #: sealed; stays in the browser until it comes back
    note: str


def start_outside_sign_in(tools: Tools, *, back: str, target: str) -> OutsideSignIn:
    """Send somebody to the identity provider; nothing is kept here.

    Args:
        back: our address to which the provider sends him back.
        target: page of ours to which he goes then.

    Raises:
        NotFound: this installation has no provider. ProviderUnreachable.
    """
    provider = provider_of(tools)
    if provider is None:
        raise NotFound
    state, nonce, verifier = new_secret(), new_secret(), new_secret()
    wall = tools.clock.wall()
    address = provider.address(state=state, nonce=nonce, verifier=verifier, back=back, at=wall)
    held = {"state": state, "nonce": nonce, "verifier": verifier, "target": target, "at": wall.isoformat()}
    return OutsideSignIn(address, tools.secrets.encrypt(held, context="outside").hex())
