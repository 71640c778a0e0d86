"""Put the tools of one process together."""

from app.config import Config
from app.domain.errors import StoreUnavailable
from app.engine.library import PublishedLibrary
from app.ports import postgres
from app.ports.files import FileFolder
from app.ports.mail import MailServer
from app.ports.outside import Outside
from app.ports.secrets import Secrets
from app.store import Store
from app.usecases import Tools
from app.usecases.city import City
from app.usecases.clock import Clock
from app.usecases.library_source import StoredDefinitions


def open_tools(config: Config) -> Tools:
    """Make the tools for one process; nothing is connected before it is used.

    Raises:
        StoreUnavailable: no database is set, and the embedded one does not run.
    """
    url = config.database_url or postgres.running_url(config.var_dir)
    if url is None:
        raise StoreUnavailable(
            f"There is no database: DATABASE_URL is not set, and no PostgreSQL runs in {config.var_dir}."
        )
    # one connection for the request, one for the reservation of its idempotency key
    store = Store(url, pool_size=2 * config.threads)
    secrets = Secrets(data_key=config.data_key, secret_key=config.secret_key, folder=config.secrets_dir)
    return Tools(
        config=config,
        store=store,
        library=PublishedLibrary(StoredDefinitions(store)),
        city=City(store, config.city_dir),
        files=_files(config),
        secrets=secrets,
        outside=Outside(config.outside_hosts),
        clock=Clock(store, movable=config.movable_clock),
        mail=MailServer(config.smtp_url, config.mail_from, secrets) if config.smtp_url else None,
    )


def _files(config: Config) -> FileFolder:
    limit = config.max_upload_mb * 1024 * 1024
    if config.files_bucket is None:
        return FileFolder(config.attachments, limit=limit)
    # the library takes a while to load, and most installations have a folder
    from app.ports.buckets import BucketFiles

    most = config.files_cache_mb * 1024 * 1024
    return BucketFiles(config.files_bucket, config.attachments, limit=limit, most=most)
