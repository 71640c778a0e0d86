"""Sign out."""

from app.usecases import Tools


def sign_out(tools: Tools, *, token: str) -> None:
    """End the session of a token; a token that is none is no error.

    Writes:
        the session is gone.
    """
    with tools.store.unit_of_work() as uow:
        uow.sessions.drop(tools.secrets.token_hash(token))
        uow.commit()
