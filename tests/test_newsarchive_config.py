"""Settings: defaults, file, environment, and what is said of a wrong one."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from newsarchive.config import ConfigError, default_home, load_config


def test_without_any_setting_everything_is_inside_home(tmp_path: Path) -> None:
    config = load_config(tmp_path, {})
    assert config.database_url == f"sqlite:///{tmp_path / 'archive.db'}"
    assert config.warc_dir == tmp_path / "warc"
    assert config.index_dir == tmp_path / "index"
    assert (config.serve.host, config.serve.port) == ("127.0.0.1", 8080)
    assert config.crawl.allow_addresses == ()
    assert config.crawl.agent.startswith("newsarchive/")


def test_the_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / "newsarchive.toml").write_text(
        '[crawl]\ncontact = "mailto:a@example.org"\nmin_delay = 5\nallow_addresses = ["10.0.0.0/8"]\n[serve]\nport = 9000\n'
    )
    config = load_config(
        tmp_path, {"NEWSARCHIVE_SERVE_PORT": "9001", "NEWSARCHIVE_HOME": "elsewhere", "PATH": "x"}
    )
    assert config.crawl.min_delay == 5.0
    assert config.crawl.allow_addresses == (ip_network("10.0.0.0/8"),)
    assert config.serve.port == 9001
    assert "mailto:a@example.org" in config.crawl.agent


def test_networks_in_the_environment_are_separated_by_commas(tmp_path: Path) -> None:
    config = load_config(tmp_path, {"NEWSARCHIVE_CRAWL_ALLOW_ADDRESSES": "127.0.0.0/8, ::1/128"})
    assert config.crawl.allow_addresses == (ip_network("127.0.0.0/8"), ip_network("::1/128"))


def test_a_relative_warc_folder_counts_from_home(tmp_path: Path) -> None:
    assert load_config(tmp_path, {"NEWSARCHIVE_ARCHIVE_WARC": "records"}).warc_dir == tmp_path / "records"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[crawl]\nmin_dely = 3\n", "did you mean min_delay?"),
        ("[crwal]\n", "did you mean crawl?"),
        ("crawl = 3\n", "write [crawl]"),
        ("[crawl\n", "is not TOML"),
        ("[crawl]\nmin_delay = -1\n", "from 0 to 3600"),
        ("[serve]\nport = 70000\n", "from 0 to 65535"),
        ("[serve]\nport = true\n", "from 0 to 65535"),
        ('[crawl]\ncontact = "a\\nb"\n', "one line of text"),
        ('[crawl]\nallow_addresses = ["10.0.0.1/8"]\n', "host bits"),
        ("[crawl]\nallow_addresses = 3\n", "list of networks"),
    ],
)
def test_a_wrong_setting_is_named_with_what_would_be_right(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "newsarchive.toml").write_text(text)
    with pytest.raises(ConfigError) as error:
        load_config(tmp_path, {})
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_misspelt_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="NEWSARCHIVE_CRAWL_MIN_DELAY"):
        load_config(tmp_path, {"NEWSARCHIVE_CRAWL_MINDELAY": "3"})


def test_home_comes_from_the_environment_or_the_platform() -> None:
    assert default_home({"NEWSARCHIVE_HOME": "here"}) == Path("here")
    assert default_home({}).name == "newsarchive"


@pytest.mark.parametrize(
    ("text", "size"),
    [("2 GiB", 2 << 30), ("500 MB", 500_000_000), ("1.5kib", 1536), ("0", 0), ("4096", 4096), ("7 B", 7)],
)
def test_sizes_are_given_with_their_unit(tmp_path: Path, text: str, size: int) -> None:
    assert load_config(tmp_path, {"NEWSARCHIVE_ARCHIVE_MIN_FREE": text}).archive.min_free == size


@pytest.mark.parametrize("text", ["much", "-1", "2 gigs", "", "1 GiB 2"])
def test_a_size_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="give a size such as 2 GiB or 500 MB, or 0"):
        load_config(tmp_path, {"NEWSARCHIVE_ARCHIVE_MIN_FREE": text})
