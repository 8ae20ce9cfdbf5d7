"""What other people's programs write is taken over: WARC files of wget, WACZ files of wacz."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.store import Store
from newsarchive import jobs
from newsarchive.config import Config
from newsarchive.demo.server import DemoServer

pytestmark = pytest.mark.interop

TOOLS = Path(__file__).resolve().parent.parent / ".venv-interop" / "bin"


@pytest.fixture(scope="module")
def paper() -> Iterator[DemoServer]:
    with DemoServer(slow_seconds=0.0) as server:
        yield server


@pytest.fixture(scope="module")
def fetched(paper: DemoServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo newspaper as wget keeps it, twice: the second time as references to the first."""
    if shutil.which("wget") is None:
        pytest.fail("wget is not there: apt-get install wget")
    folder = tmp_path_factory.mktemp("wget")
    for name, more in (("first", ["--warc-cdx"]), ("second", ["--warc-dedup=first.cdx"])):
        command = [
            "wget",
            "-q",
            "-r",
            "-l",
            "3",
            "-p",
            "-e",
            "robots=off",
            "--tries=1",
            "--timeout=10",
            "--delete-after",
        ]
        command += [f"--warc-file={name}", *more, paper.url]
        subprocess.run(command, cwd=folder, timeout=120, check=False)  # 8: a page is missing, as pages are
    return folder


def known(config: Config) -> dict[str, tuple[str, str]]:
    """Address -> title and text of all articles."""
    with Store(config.database_url) as store:
        return {a.url: (a.latest.title, a.latest.text) for a in store.articles_after(0)}


@pytest.fixture(scope="module")
def crawled(paper: DemoServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str]]:
    """The same newspaper as we crawl it."""
    from ipaddress import ip_network

    from newsarchive.config import CrawlConfig

    crawl = CrawlConfig(min_delay=0.0, allow_addresses=(ip_network("127.0.0.0/8"),))
    config = Config(tmp_path_factory.mktemp("crawled"), crawl=crawl)
    with Store(config.database_url) as store, store.transaction() as tx:
        tx.add_source(name="paper", url=paper.url, interval=jobs.importing.DEFAULT_INTERVAL, now=jobs.now())
    assert jobs.crawl_once(config).complete
    return known(config)


def test_what_wget_keeps_is_what_a_crawl_keeps(
    fetched: Path, crawled: dict[str, tuple[str, str]], tmp_path: Path
) -> None:
    config = Config(tmp_path)
    report = jobs.import_warc(config, [fetched / "first.warc.gz"])
    assert (report.complete, report.counts["failed"]) == (True, 0)
    found = known(config)
    both = found.keys() & crawled.keys()
    assert len(both) > 10
    assert {url: found[url] for url in both} == {url: crawled[url] for url in both}


def test_references_of_wget_are_resolved(fetched: Path, tmp_path: Path) -> None:
    config = Config(tmp_path)
    report = jobs.import_warc(config, [fetched])
    assert (report.complete, report.counts["failed"], report.counts["revised"]) == (True, 0, 0)
    assert report.counts["unchanged"] > 10
    assert jobs.verify(config).sound


def test_what_wacz_packs_is_the_same(fetched: Path, tmp_path: Path) -> None:
    packed = tmp_path / "paper.wacz"
    command = [str(TOOLS / "wacz"), "create", "-o", str(packed), str(fetched / "first.warc.gz")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    plain, container = Config(tmp_path / "plain"), Config(tmp_path / "container")
    jobs.import_warc(plain, [fetched / "first.warc.gz"])
    report = jobs.import_warc(container, [packed])
    assert (report.complete, report.counts["failed"]) == (True, 0)
    assert known(container) == known(plain)
