"""The identity provider of this installation, made once; shared by the verbs that sign somebody in with it."""

from functools import lru_cache

from app.ports.oidc import Provider
from app.ports.outside import Outside
from app.usecases import Tools


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
