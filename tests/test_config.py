"""Settings: every one is checked, all faults are named at once, keys are made only where they may be."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from app.config import SETTINGS, Config
from app.domain.errors import InvalidConfig

KEYS = {"SECRET_KEY": "s" * 32, "DATA_KEY": "ab" * 32}


def test_defaults_fit_production_and_may_be_public() -> None:
    config = Config.from_env(KEYS)
    assert (config.host, config.port, config.var_dir) == ("127.0.0.1", 8000, Path("var"))
    assert config.database_url is None
    assert not (config.demo or config.testing or config.movable_clock)
    assert config.attachments == Path("var/files")
    assert config.data_key == bytes.fromhex("ab" * 32)


def test_every_field_can_be_set_except_the_test_mark() -> None:
    assert set(SETTINGS) == {field.name for field in fields(Config)} - {"testing"}


def test_reads_every_kind_of_value(tmp_path: Path) -> None:
    config = Config.from_env(
        KEYS
        | {
            "DATABASE_URL": "postgresql+psycopg://a:b@db/x",
            "VAR": str(tmp_path),
            "PORT": "8123",
            "DEMO": "yes",
            "MOVABLE_CLOCK": "1",
            "TICK_SECONDS": "0.25",
            "LOG_LEVEL": "debug",
            "LOCALE": "en",
            "FILES_DIR": "/srv/files",
            "DATA_KEY": "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=",
        }
    )
    assert config.database_url == "postgresql://a:b@db/x"
    assert (config.port, config.demo, config.tick_seconds) == (8123, True, 0.25)
    assert (config.log_level, config.locale, config.attachments) == ("DEBUG", "en", Path("/srv/files"))
    assert config.data_key == b"A" * 32


def test_names_everything_that_is_missing_or_wrong_at_once() -> None:
    with pytest.raises(InvalidConfig) as caught:
        Config.from_env(
            {
                "PORT": "eighty",
                "LOCALE": "fr",
                "DEMO": "perhaps",
                "TICK_SECONDS": "nan",
                "MOVABLE_CLOCK": "1",
                "DATABASE_URL": "mysql://x",
                "SECRET_KEY": "short",
            }
        )
    named = {
        "PORT",
        "LOCALE",
        "DEMO",
        "TICK_SECONDS",
        "MOVABLE_CLOCK",
        "DATABASE_URL",
        "SECRET_KEY",
        "DATA_KEY",
    }
    assert set(caught.value.errors) == named
    assert all(name in caught.value.message for name in named)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "1e3", "８０００", "9" * 5000, "80 80"])
def test_refuses_a_port_that_is_none(port: str) -> None:
    with pytest.raises(InvalidConfig, match="PORT"):
        Config.from_env(KEYS | {"PORT": port})


@pytest.mark.parametrize("key", ["ab" * 31, "zz" * 32, "QUFB", "not base64!", "é" * 64])
def test_refuses_a_data_key_of_another_length(key: str) -> None:
    with pytest.raises(InvalidConfig, match="DATA_KEY"):
        Config.from_env(KEYS | {"DATA_KEY": key})


def test_a_production_server_refuses_a_movable_clock() -> None:
    with pytest.raises(InvalidConfig, match="MOVABLE_CLOCK"):
        Config.from_env(KEYS | {"MOVABLE_CLOCK": "1"})
    assert Config(testing=True, movable_clock=True, secret_key="s" * 32, data_key=bytes(32)).movable_clock


def test_a_demo_server_makes_its_keys_once_and_keeps_them_to_itself(tmp_path: Path) -> None:
    environ = {"DEMO": "1", "VAR": str(tmp_path / "new")}
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: Config.from_env(environ), range(8)))
    assert len({(config.secret_key, config.data_key) for config in made}) == 1
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["data-key", "secret"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "new").iterdir())


def test_a_refused_start_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfig):
        Config.from_env({"DEMO": "1", "VAR": str(tmp_path / "new"), "PORT": "x"})
    assert not (tmp_path / "new").exists()


def test_keys_are_not_printed_and_nothing_can_be_changed() -> None:
    config = Config.from_env(KEYS)
    assert KEYS["SECRET_KEY"] not in repr(config) and "data_key" not in repr(config)
    with pytest.raises(FrozenInstanceError):
        config.port = 1  # type: ignore[misc]


def test_a_child_process_reads_the_same_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "1")
    monkeypatch.setenv("KEPT", "from outside")
    config = Config.from_env(
        KEYS
        | {"DEMO": "1", "MOVABLE_CLOCK": "1", "VAR": str(tmp_path), "DATABASE_URL": "postgresql://a@/b"}
        | {"BPMN_DIR": str(tmp_path), "FORMS_DIR": str(tmp_path), "CITY_DIR": str(tmp_path), "PORT": "8123"}
    )
    assert Config.from_env(config.to_env()) == config
    assert config.to_env()["KEPT"] == "from outside"
