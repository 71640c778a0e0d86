"""Keep secrets: encrypt reporter data, hash tokens and telephone numbers, invent codes.

Encrypted text says which key made it, so that a new data key can be taken into use while the old ones
still open what they closed. Hashes are keyed: somebody who reads the database alone can neither sign in with
a token nor try out all telephone numbers.
"""

import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.domain.errors import Fault

_FORMAT = b"\x01"
_KEY_ID, _NONCE = 4, 12
_NAME = re.compile(r"[a-z0-9_-]{1,64}")
#: without 0 O, 1 I L, U: a citizen reads the code from a screen and types it on a telephone
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10


class SealBroken(Fault):
    """The encrypted text was changed, moved to another record, or its key is missing."""

    slug = "seal-broken"


class SecretMissing(Fault):
    """A secret of another system is not there."""

    slug = "secret-missing"


class Secrets:
    """The keys of one installation, and everything that is done with them."""

    def __init__(
        self, *, data_key: bytes, secret_key: str, former_keys: Iterable[bytes] = (), folder: Path | None = None
    ) -> None:
        """Take the keys.

        Args:
            data_key: 32 bytes; encrypts from now on.
            secret_key: signs tokens; changing it signs everybody out.
            former_keys: earlier data keys that still open what they closed.
            folder: one file per secret that belongs to another system, named like the secret.
        """
        self._folder = folder
        self._key_id = _key_id(data_key)
        self._ciphers = {_key_id(key): AESGCM(key) for key in (*former_keys, data_key)}
        self._lookup = _derive(data_key, b"lookup")
        self._tokens = _derive(secret_key.encode(), b"tokens")
        self._demo = _derive(secret_key.encode(), b"demo accounts")

    def named(self, name: str) -> str:
        """Read a secret that belongs to another system; anew each time, so that it can be changed.

        Raises:
            SecretMissing: there is none of this name, or it cannot be sent.
        """
        try:
            text = (self._folder / name).read_text("ascii").strip() if self._folder else ""
        except (OSError, UnicodeDecodeError) as cause:
            raise SecretMissing(f"The secret {name} cannot be read.") from cause
        if not text or not text.isprintable() or not _NAME.fullmatch(name):
            raise SecretMissing(f"There is no secret {name}.")
        return text

    def encrypt(self, values: Mapping[str, str], *, context: str) -> bytes:
        """Close a small record.

        Args:
            values: for example name and phone.
            context: where it belongs, for example the report's id; it opens nowhere else.

        Returns:
            Format, key id, nonce and ciphertext in one piece.
        """
        head = _FORMAT + self._key_id
        nonce = secrets.token_bytes(_NONCE)
        text = orjson.dumps(dict(values), option=orjson.OPT_SORT_KEYS)
        return head + nonce + self._ciphers[self._key_id].encrypt(nonce, text, head + context.encode())

    def decrypt(self, sealed: bytes, *, context: str) -> dict[str, str]:
        """Open what `encrypt` closed.

        Raises:
            SealBroken: changed, closed for another context, or by a key that is not here.
        """
        sealed = bytes(sealed)
        head, nonce = sealed[: 1 + _KEY_ID], sealed[1 + _KEY_ID : 1 + _KEY_ID + _NONCE]
        cipher = self._ciphers.get(head[1:])
        if head[:1] != _FORMAT or cipher is None or len(nonce) != _NONCE:
            raise SealBroken
        try:
            text = cipher.decrypt(nonce, sealed[len(head) + _NONCE :], head + context.encode())
        except InvalidTag as cause:
            raise SealBroken from cause
        opened: dict[str, str] = orjson.loads(text)
        return opened

    def needs_new_key(self, sealed: bytes) -> bool:
        """Say whether an earlier key closed this, so that it should be closed anew."""
        return bytes(sealed)[1 : 1 + _KEY_ID] != self._key_id

    def new_token(self) -> str:
        """Invent a session's token; only its hash is stored."""
        return secrets.token_urlsafe(32)

    def token_hash(self, token: str) -> bytes:
        """Hash a token for the session table."""
        return _keyed(self._tokens, token)

    def sign(self, text: str) -> str:
        """Sign a text of our own that comes back to us over somebody's browser."""
        return _keyed(self._tokens, "signed:" + text).hex()

    def new_tracking_code(self) -> str:
        """Invent the code with which a reporter follows his report."""
        return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))

    def tracking_hash(self, code: str) -> bytes:
        """Hash a tracking code; spaces, hyphens and small letters do not matter."""
        return _keyed(self._lookup, "tracking:" + re.sub(r"[\s-]", "", code).upper())

    def phone_hash(self, phone: str) -> bytes | None:
        """Hash a telephone number so that two reports of one person can be found; None for no number."""
        digits = re.sub(r"[^0-9]", "", phone)
        if len(digits) > 11 and digits.startswith(("86", "0086")):
            digits = digits.removeprefix("00").removeprefix("86")
        return _keyed(self._lookup, "phone:" + digits) if digits else None

    def demo_password(self, username: str) -> str:
        """Make the readable password of a demo account: the same on every start of one installation."""
        drawn = _keyed(self._demo, username)
        words = "-".join(_SYLLABLES[byte % len(_SYLLABLES)] for byte in drawn[:4])
        return f"{words}-{int.from_bytes(drawn[4:8], 'big') % 9000 + 1000}"


_SYLLABLES = (
    "bai ban bei bin cai cen dan dao deng dong fan feng gan gao gui han hao heng hong hua jia jiang jin kai "
    "kang lan lei lian lin long luo mei meng ming mu nan ning pan ping qian qing rong rui shan shen song su "
    "tan tang tao tian wan wei wen xia xin yan yang yong yuan yue zhen zhou zhu"
).split()


def _keyed(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), sha256).digest()


def _derive(key: bytes, purpose: bytes) -> bytes:
    """Make one purpose's own key, so that no hash of one table says anything about another's."""
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"yongzhi/" + purpose).derive(key)


def _key_id(key: bytes) -> bytes:
    return _derive(key, b"key id")[:_KEY_ID]
