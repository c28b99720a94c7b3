"""Settings: what cannot be used is told in words of people, each with its mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import SettingsUnusable, read_settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("BRIDGE_PUBLIC_URL", "bridge.example.org", "write the http:// or https:// address of this server"),
        ("BRIDGE_GRAPH_URL", "http://[::1", "write an http:// or https:// address"),
        ("BRIDGE_GOOGLE_URL", "calendar", "or leave it out for Google's own"),
        ("BRIDGE_GRAPH_VERSION", "26", 'write a version such as "v26.0"'),
        ("BRIDGE_UNSURE_WAIT", "soon", "write a number of seconds"),
        ("BRIDGE_UNSURE_WAIT", "inf", "write a number of seconds"),
        ("BRIDGE_LEASE", "0", "above 0"),
        ("BRIDGE_TRUSTED_PROXIES", "the proxy", "write IP addresses or networks"),
        ("BRIDGE_LOG", "xml", "write text or json"),
    ],
)
def test_a_value_that_cannot_be_used_is_told_with_its_name_and_the_mend(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, mend: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsUnusable) as told:
        read_settings()
    sentence = str(told.value)
    assert sentence.startswith(f'{name} is "{value}", which cannot be used: ') and mend in sentence
    assert not any(word in sentence for word in ("Input", "pattern", "string", "Value error"))


def test_proxies_may_be_addresses_networks_or_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_TRUSTED_PROXIES", "10.0.0.1, 192.168.0.0/16,*")
    assert read_settings().trusted_proxies


def test_a_dot_env_in_another_encoding_is_one_sentence(folder: Path) -> None:
    (folder / ".env").write_bytes("SCHOOL=École\n".encode("latin-1"))
    with pytest.raises(SettingsUnusable, match="save the file as UTF-8"):
        read_settings()


def test_a_secret_may_stand_in_a_file_that_systemd_or_a_container_lays_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "credentials").mkdir()
    (folder / "credentials" / "BRIDGE_SECRET_KEY").write_text("from-a-file\n")
    assert read_settings().secret_key == ""
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder / "credentials"))
    assert read_settings().secret_key == "from-a-file"
    monkeypatch.setenv("BRIDGE_SECRET_KEY", "from-the-environment")
    assert read_settings().secret_key == "from-the-environment"
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder / "nowhere"))
    assert read_settings().secret_key == "from-the-environment"
