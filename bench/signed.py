"""Sessions of many people at once, without a password each."""

from collections.abc import Iterable
from datetime import timedelta

from tests.api.serving import Product


def sign_in(product: Product, usernames: Iterable[str], kind: str = "cookie") -> dict[str, str]:
    """Open a session for each of these people: {username: token}.

    Args:
        kind: `cookie` for a browser, `bearer` for a program.
    """
    tokens = {}
    with product.tools() as tools, tools.store.unit_of_work() as uow:
        begun = tools.clock.wall()
        for username in usernames:
            person = uow.people.by_username(username)
            assert person is not None, username
            tokens[username] = tools.secrets.new_token()
            digest = tools.secrets.token_hash(tokens[username])
            uow.sessions.add(digest, person.id, kind, begun, begun + timedelta(hours=2))
        uow.commit()
    return tokens
