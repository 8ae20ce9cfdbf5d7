"""HOME/newsarchive.toml and the environment -> one frozen Config. Unknown keys are refused with the nearest name.

Every key `[section] key` is also the environment variable NEWSARCHIVE_SECTION_KEY, which wins over the file.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import platformdirs

from newsarchive import __version__

FILE_NAME = "newsarchive.toml"
HOME_VARIABLE = "NEWSARCHIVE_HOME"
_PREFIX = "NEWSARCHIVE_"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class ConfigError(Exception):
    """A setting is wrong; the text says which, where, and what would be right."""


@dataclass(frozen=True, slots=True)
class CrawlConfig:
    """How sites are visited. `contact` is a web or mail address that an annoyed webmaster can use.

    The pause between two requests to one host is `delay_factor` times what the last response took, from `min_delay`
    to `max_delay` seconds; a `min_delay` of 0 means no pause at all. `hosts_by_address` counts hosts at one address
    as one. `connections` and `parsers` are how many hosts are asked, and how many pages read, at a time; 0 parsers
    are as many as there are processors. `robots_forbidden` is what a 401 or 403 for robots.txt means;
    `requisites` is what is kept of what articles are drawn with: style sheets and the lead picture, all, or nothing.
    """

    contact: str = ""
    min_delay: float = 1.0
    max_delay: float = 30.0
    delay_factor: float = 5.0
    hosts_by_address: bool = False
    connections: int = 32
    parsers: int = 0
    robots_forbidden: Literal["allow", "disallow"] = "allow"
    requisites: Literal["none", "lead", "all"] = "lead"
    allow_addresses: tuple[Network, ...] = ()
    user_agent: str = ""

    @property
    def agent(self) -> str:
        """The User-Agent header: as configured, else our name with the contact (RFC 9110, 10.1.5)."""
        if self.user_agent:
            return self.user_agent
        comment = f" (+{self.contact})" if self.contact else ""
        return f"newsarchive/{__version__}{comment}"


@dataclass(frozen=True, slots=True)
class ServeConfig:
    """Where the search page listens, and the origin of archived pages. `url` and `replay_url` are the addresses by
    which readers reach the two, where those are others: what links, citations and exports name. A `replay_port` of
    0 is the first free one after `port`."""

    host: str = "127.0.0.1"
    port: int = 8080
    url: str = ""
    replay_port: int = 0
    replay_url: str = ""

    @property
    def base(self) -> str:
        """The address of the front page, with its slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.url.rstrip('/')}/" if self.url else f"http://{host}:{self.port}/"


@dataclass(frozen=True, slots=True)
class ArchiveConfig:
    """Where the archive stands; empty means inside HOME. So long as fewer than `min_free` bytes are free on its disk,
    nothing is fetched."""

    database: str = ""
    warc: str = ""
    min_free: int = 2 << 30


@dataclass(frozen=True, slots=True)
class IndexConfig:
    """Which engine searches."""

    engine: Literal["whoosh"] = "whoosh"


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of one archive."""

    home: Path
    crawl: CrawlConfig = field(default_factory=CrawlConfig)
    serve: ServeConfig = field(default_factory=ServeConfig)
    archive: ArchiveConfig = field(default_factory=ArchiveConfig)
    index: IndexConfig = field(default_factory=IndexConfig)

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL of the database."""
        return self.archive.database or f"sqlite:///{self.home / 'archive.db'}"

    @property
    def warc_dir(self) -> Path:
        """The folder of the WARC files; a relative setting counts from HOME."""
        return self.home / self.archive.warc if self.archive.warc else self.home / "warc"

    @property
    def index_dir(self) -> Path:
        """The folder of the index generations."""
        return self.home / "index"


_SECTIONS: dict[str, type] = {
    "crawl": CrawlConfig,
    "serve": ServeConfig,
    "archive": ArchiveConfig,
    "index": IndexConfig,
}


def default_home(environ: Mapping[str, str]) -> Path:
    """NEWSARCHIVE_HOME, else the platform's folder for a user's data."""
    return Path(environ.get(HOME_VARIABLE) or platformdirs.user_data_dir("newsarchive", appauthor=False))


def load_config(home: Path, environ: Mapping[str, str]) -> Config:
    """Read the settings of HOME. ConfigError with one sentence where something is wrong."""
    home = home.expanduser().resolve()
    values: dict[str, dict[str, Any]] = {name: {} for name in _SECTIONS}
    for section, key, value, where in (*_from_file(home / FILE_NAME), *_from_environment(environ)):
        values[section][key] = _convert(section, key, value, where)
    sections = {name: kind(**values[name]) for name, kind in _SECTIONS.items()}
    return Config(home=home, **sections)


def _from_file(path: Path) -> Iterator[tuple[str, str, Any, str]]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not TOML: {error}.") from error
    for section, table in document.items():
        _known(section, _SECTIONS, f"section [{section}] in {path}")
        if not isinstance(table, dict):
            raise ConfigError(
                f"{section} in {path} must be a section: write [{section}] on a line of its own."
            )
        for key, value in table.items():
            _known(key, _keys(section), f"setting {key} in section [{section}] of {path}")
            yield section, key, value, f"{key} in section [{section}] of {path}"


def _from_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, str, Any, str]]:
    names = {
        f"{_PREFIX}{section}_{key}".upper(): (section, key) for section in _SECTIONS for key in _keys(section)
    }
    for name, value in environ.items():
        if name.startswith(_PREFIX) and name != HOME_VARIABLE:
            _known(name, names, f"environment variable {name}")
            yield *names[name], value, name


def _keys(section: str) -> list[str]:
    return [f.name for f in fields(_SECTIONS[section])]


def _known(name: str, names: Mapping[str, Any] | list[str], what: str) -> None:
    if name not in names:
        near = difflib.get_close_matches(name, list(names), n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(names)}."
        raise ConfigError(f"There is no {what}; {hint}")


def _convert(section: str, key: str, value: Any, where: str) -> Any:
    kind = get_type_hints(_SECTIONS[section])[key]
    try:
        if kind is float:
            return _number(value)
        if kind is int:
            return _INTEGERS.get(key, _count)(value)
        if kind is bool:
            return _flag(value)
        if kind is str:
            return _address(value) if key.endswith("url") else _text(value)
        if get_origin(kind) is Literal:
            return _one_of(get_args(kind), value)
        return tuple(ipaddress.ip_network(str(item).strip()) for item in _items(value))
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{where} is {value!r}, which is wrong: {error}.") from error


def _number(value: Any) -> float:
    if isinstance(value, bool) or not 0 <= float(value) <= 3600:
        raise ValueError("give a number of seconds from 0 to 3600")
    return float(value)


def _port(value: Any) -> int:
    if isinstance(value, bool) or not 0 <= int(value) <= 65535:
        raise ValueError("give a port from 0 to 65535")
    return int(value)


def _count(value: Any) -> int:
    if isinstance(value, bool) or not 0 <= int(value) <= 1000:
        raise ValueError("give a number from 0 to 1000")
    return int(value)


def _size(value: Any) -> int:
    found = re.fullmatch(r"(\d{1,18}(?:\.\d{1,3})?) ?(?:([KMGT])(i?)B|B|)", str(value).strip(), re.IGNORECASE)
    if isinstance(value, bool) or found is None:
        raise ValueError("give a size such as 2 GiB or 500 MB, or 0")
    amount, prefix, binary = found.groups()
    power = " KMGT".index(prefix.upper()) if prefix else 0
    return int(float(amount) * (1024 if binary else 1000) ** power)


_INTEGERS: dict[str, Callable[[Any], int]] = {"port": _port, "replay_port": _port, "min_free": _size}


def _flag(value: Any) -> bool:
    if str(value).lower() not in ("true", "false"):
        raise ValueError("give true or false")
    return str(value).lower() == "true"


def _text(value: Any) -> str:
    if not isinstance(value, str) or re.search(r"[\x00-\x1f\x7f]", value):
        raise ValueError("give one line of text")
    return value.strip()


def _address(value: Any) -> str:
    address = _text(value)
    if address and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", address):
        raise ValueError("give an address such as https://archive.example.org/")
    return address


def _one_of(choices: tuple[Any, ...], value: Any) -> Any:
    if value not in choices:
        raise ValueError(f"give {' or '.join(choices)}")
    return value


def _items(value: Any) -> list[Any]:
    if isinstance(value, str):
        return [item for item in value.split(",") if item.strip()]
    if isinstance(value, list):
        return value
    raise TypeError("give a list of networks, such as 127.0.0.0/8")
