"""An OpenID provider of its own process: `python tests/web/provider.py PORT`. Authlib's server, with PKCE required."""

import sys
import warnings

warnings.simplefilter("ignore")

import werkzeug.serving  # noqa: E402
from authlib.integrations.flask_oauth2 import AuthorizationServer  # noqa: E402
from authlib.oauth2.rfc7636 import CodeChallenge  # noqa: E402
from oidc_provider_mock import _app  # noqa: E402

_challenges: dict[str, tuple[str, str]] = {}


class Strict(CodeChallenge):
    """Nobody gets a token without the verifier of his challenge."""

    def __init__(self) -> None:
        super().__init__(required=True)

    def get_authorization_code_challenge(self, authorization_code):
        return _challenges.get(authorization_code.code, (None, None))[0]

    def get_authorization_code_challenge_method(self, authorization_code):
        return _challenges.get(authorization_code.code, (None, None))[1]


class Grant(_app.AuthorizationCodeGrant):
    """Remembers the challenge of each code."""

    def save_authorization_code(self, code, request):
        sent = request.payload.data
        _challenges[code] = (sent["code_challenge"], sent["code_challenge_method"])
        super().save_authorization_code(code, request)


_register = AuthorizationServer.register_grant


def register_strictly(server, grant, extensions=None):
    """Register a grant, that of codes with the demand for a verifier."""
    if grant is _app.AuthorizationCodeGrant:
        return _register(server, Grant, [*extensions, Strict()])
    return _register(server, grant, extensions)


AuthorizationServer.register_grant = register_strictly
made = _app.app(require_client_registration=False, require_nonce=True)
server = werkzeug.serving.make_server("127.0.0.1", int(sys.argv[1]), made, threaded=True)
sys.stdout.write("ready\n")
sys.stdout.flush()
server.serve_forever()
