"""Begin to sign in with another house's account."""

from app.usecases import Tools
from app.usecases.people.provider import OutsideSignIn, way_there


def start_outside_sign_in(tools: Tools, *, back: str, target: str) -> OutsideSignIn:
    """Send somebody to the identity provider; nothing is kept here.

    Args:
        back: our address to which the provider sends him back.
        target: page of ours to which he goes then.

    Raises:
        NotFound: this installation has no provider. ProviderUnreachable.
    """
    return way_there(tools, back=back, target=target)
