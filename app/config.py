"""The settings: one frozen value, and the only place that reads the environment."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.domain import settings
from app.domain.errors import InvalidConfig

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOCALES = ("zh", "en")


@dataclass(frozen=True, kw_only=True)
class Config:
    """Everything that differs between two installations of the same release."""

    #: PostgreSQL to use; None: the embedded one below `var_dir`
    database_url: str | None = None
    #: folder for everything that the product writes
    var_dir: Path = Path("var")
    #: folder of the embedded server's programs; None: the wheel's, else the machine's
    pg_bin: Path | None = None
    #: address on which the server listens
    host: str = "127.0.0.1"
    #: port on which the server listens
    port: int = 8000
    #: port of live updates on this machine, for a proxy that cannot reach a socket; None: the socket alone
    live_port: int | None = None
    #: signs session cookies and tickets; at least 32 characters
    secret_key: str = field(repr=False)
    #: 32 bytes, AES key of the stored confidential reporter data
    data_key: bytes = field(repr=False)
    #: demo server: invented city, known accounts, generated keys
    demo: bool = False
    #: a test builds this value
    testing: bool = False
    #: the clock can be moved; demo and test servers only
    movable_clock: bool = False
    #: folder of the diagrams and decision tables
    bpmn_dir: Path = Path("bpmn")
    #: folder of the forms
    forms_dir: Path = Path("forms")
    #: folder of the city's data
    city_dir: Path = Path("city")
    #: folder of the attachments; None: `files` below `var_dir`
    files_dir: Path | None = None
    #: repr=False keeps its secret out of logs; and how much of it this machine remembers, in mebibytes
    files_bucket: str | None = field(default=None, repr=False)
    files_cache_mb: int = 2048
    #: pause between two looks at the due timers, in seconds
    tick_seconds: float = 0.25
    #: server processes
    workers: int = 2
    #: threads in each server process
    threads: int = 8
    #: least severe log line that is written
    log_level: str = "INFO"
    #: largest request body, in mebibytes
    max_upload_mb: int = 20
    #: life of a session cookie, in hours
    session_hours: int = 12
    #: most reports that one address sends without an account in an hour; 0: as many as it likes
    public_reports_per_hour: int = 30
    #: life of a bearer token, in hours
    api_token_hours: int = 12
    #: number of reverse proxies in front whose X-Forwarded-* headers count
    trusted_proxies: int = 0
    #: how long a message that nobody waits for is kept, in hours, where neither sender nor diagram says
    message_hours: int = 24
    #: hosts and networks that outside calls may reach; none: no call leaves the house
    outside_hosts: tuple[str, ...] = ()
    #: folder with one file per secret of the outside calls, named like the secret
    secrets_dir: Path | None = None
    #: mail server: smtp://user@host:port, or smtps://; None: no mail leaves the house
    smtp_url: str | None = None
    #: sender of mail
    mail_from: str = ""
    #: roles that sign in with a second factor only
    second_factor_roles: tuple[str, ...] = ()
    #: address of the OpenID provider; None: nobody signs in elsewhere
    oidc_issuer: str | None = None
    #: how the provider knows us; its secret, where there is one, is the file `oidc_client_secret` in `secrets_dir`
    oidc_client_id: str = ""
    #: what the provider says that is our user name
    oidc_claim: str = "preferred_username"
    #: language of a person who has not chosen one
    locale: str = "zh"

    def __post_init__(self) -> None:
        wrong = {}
        if len(self.secret_key) < 32:
            wrong["SECRET_KEY"] = ["must have at least 32 characters"]
        if len(self.data_key) != 32:
            wrong["DATA_KEY"] = ["must be 32 bytes, written in base64 or as 64 hexadecimal digits"]
        if self.smtp_url and not self.mail_from:
            wrong["MAIL_FROM"] = ["is required where SMTP_URL is set: the sender of mail"]
        if self.oidc_issuer and not self.oidc_client_id:
            wrong["OIDC_CLIENT_ID"] = ["is required where OIDC_ISSUER is set: how the provider knows us"]
        if self.movable_clock and not (self.demo or self.testing):
            wrong["MOVABLE_CLOCK"] = ["is for demo and test servers; a production clock cannot be moved"]
        if wrong:
            raise _invalid(wrong)

    @property
    def attachments(self) -> Path:
        """Where uploaded files are kept."""
        return self.files_dir or self.var_dir / "files"

    @property
    def live_socket(self) -> Path:
        """Where the side process of live updates listens for a proxy on this machine."""
        return _near(self.var_dir.resolve() / "live.sock")

    @property
    def live_door(self) -> Path:
        """Where it takes over connections that came to the server."""
        return _near(self.var_dir.resolve() / "live-door.sock")

    def to_env(self) -> dict[str, str]:
        """Write these settings as the environment of a child process."""
        written = {}
        for name, (setting, _) in SETTINGS.items():
            value = getattr(self, name)
            if isinstance(value, Path):
                # the child may stand in another folder
                value = value.resolve()
            if value is not None:
                plain = value.hex() if isinstance(value, bytes) else int(value) if value is True else value
                plain = ",".join(plain) if isinstance(plain, tuple) else plain
                written[setting] = str(plain)
        return {**os.environ, **written}

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Config":
        """Read every setting, and name all that are missing or wrong at once.

        Args:
            environ: the environment to read; the process's own if not given.

        Returns:
            The settings. A demo server that was given no keys generates them once and keeps them, readable
            by their owner only, in `var_dir`.

        Raises:
            InvalidConfig: with one entry per setting in `errors`.
        """
        environ = os.environ if environ is None else environ
        wrong: dict[str, list[str]] = {}
        found: dict[str, Any] = {}
        for name, (setting, read) in SETTINGS.items():
            text = environ.get(setting, "").strip()
            if not text:
                continue
            try:
                found[name] = read(text)
            except ValueError as cause:
                wrong[setting] = [str(cause)]
        if found.get("demo"):
            # keys are only invented for a start that will succeed
            if not wrong:
                found.update(_demo_keys(found.get("var_dir", cls.var_dir), found))
        else:
            for name in ("secret_key", "data_key"):
                if name not in found and SETTINGS[name][0] not in wrong:
                    wrong[SETTINGS[name][0]] = ["is required (only a demo server, DEMO=1, makes its own)"]
        if not wrong:
            return cls(**found)
        try:
            # a second look, with stand-ins, so that rules between settings are named in the same breath
            cls(**{"secret_key": "-" * 32, "data_key": bytes(32), **found})
        except InvalidConfig as more:
            wrong = {**{name: list(texts) for name, texts in more.errors.items()}, **wrong}
        raise _invalid(wrong)


def _near(path: Path) -> Path:
    """Write the path of a socket so that the system takes it: at most 107 signs, else as seen from here."""
    return path if len(os.fsencode(path)) <= 100 else Path(os.path.relpath(path))


def _invalid(wrong: Mapping[str, list[str]]) -> InvalidConfig:
    said = "; ".join(f"{name} {' and '.join(texts)}" for name, texts in sorted(wrong.items()))
    return InvalidConfig(f"Settings are missing or wrong: {said}.", errors=wrong)


def _demo_keys(var_dir: Path, found: Mapping[str, Any]) -> dict[str, Any]:
    """Take the demo server's own keys, or make them on the first start."""
    keys: dict[str, Any] = {}
    if "secret_key" not in found:
        keys["secret_key"] = settings.kept_key(var_dir / "secret")
    if "data_key" not in found:
        keys["data_key"] = settings.key(settings.kept_key(var_dir / "data-key"))
    return keys


#: field -> (name in the environment, how to read it); the README describes each in its table
SETTINGS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "database_url": ("DATABASE_URL", settings.database),
    "var_dir": ("VAR", Path),
    "pg_bin": ("PG_BIN", Path),
    "host": ("HOST", str),
    "port": ("PORT", settings.whole(1, 65535)),
    "live_port": ("LIVE_PORT", settings.whole(1, 65535)),
    "secret_key": ("SECRET_KEY", str),
    "data_key": ("DATA_KEY", settings.key),
    "demo": ("DEMO", settings.flag),
    "movable_clock": ("MOVABLE_CLOCK", settings.flag),
    "bpmn_dir": ("BPMN_DIR", Path),
    "forms_dir": ("FORMS_DIR", Path),
    "city_dir": ("CITY_DIR", Path),
    "files_dir": ("FILES_DIR", Path),
    "files_bucket": ("FILES_BUCKET", settings.bucket),
    "files_cache_mb": ("FILES_CACHE_MB", settings.whole(1, 1_000_000)),
    "tick_seconds": ("TICK_SECONDS", settings.seconds),
    "workers": ("WORKERS", settings.whole(1, 64)),
    "threads": ("THREADS", settings.whole(1, 256)),
    "log_level": ("LOG_LEVEL", settings.one_of(LOG_LEVELS)),
    "max_upload_mb": ("MAX_UPLOAD_MB", settings.whole(1, 1024)),
    "session_hours": ("SESSION_HOURS", settings.whole(1, 720)),
    "public_reports_per_hour": ("PUBLIC_REPORTS_PER_HOUR", settings.whole(0, 1_000_000)),
    "api_token_hours": ("API_TOKEN_HOURS", settings.whole(1, 720)),
    "trusted_proxies": ("TRUSTED_PROXIES", settings.whole(0, 10)),
    "message_hours": ("MESSAGE_HOURS", settings.whole(0, 8760)),
    "outside_hosts": ("OUTSIDE_HOSTS", settings.hosts),
    "secrets_dir": ("SECRETS_DIR", Path),
    "smtp_url": ("SMTP_URL", settings.mail_server),
    "mail_from": ("MAIL_FROM", settings.mail_address),
    "second_factor_roles": ("SECOND_FACTOR_ROLES", settings.words),
    "oidc_issuer": ("OIDC_ISSUER", settings.issuer),
    "oidc_client_id": ("OIDC_CLIENT_ID", str),
    "oidc_claim": ("OIDC_CLAIM", str),
    "locale": ("LOCALE", settings.one_of(LOCALES)),
}
