"""ReplayWeb.page, in Debian's Chromium, opens our WACZ files and shows the pages as they were."""

from __future__ import annotations

import gzip
import json
import re
import runpy
import shutil
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Frame, Page, sync_playwright

from index.model import SearchRequest
from newsarchive import jobs
from newsarchive.exports.whole import whole_file

pytestmark = pytest.mark.interop

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("interop_archive.py"))))

PLAYER = tools.TOOLS.parent / "replaywebpage"
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
PATIENCE = 60.0


class Ranges(SimpleHTTPRequestHandler):
    """Static files, in part where that is asked for (RFC 9110, 14.2): the player reads a package so."""

    def do_GET(self) -> None:
        path, wanted = Path(self.translate_path(self.path)), self.headers.get("Range", "")
        asked = re.fullmatch(r"bytes=(\d*)-(\d*)", wanted)
        if not asked or not path.is_file():
            super().do_GET()
            return
        data = path.read_bytes()
        first, last = asked.groups()
        start = int(first) if first else len(data) - int(last)
        end = min(int(last), len(data) - 1) if first and last else len(data) - 1
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{end}/{len(data)}")
        self.send_header("Content-Length", str(end + 1 - start))
        self.end_headers()
        self.wfile.write(data[start : end + 1])

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the player and with a package of everything in it."""
    if not (PLAYER / "ui.js").exists():
        pytest.fail(f"{PLAYER} is not there; `make interop` sets it up")
    folder = tmp_path_factory.mktemp("player")
    for name in ("index.html", "ui.js", "sw.js"):
        shutil.copy(PLAYER / name, folder / name)
    archived = tools.crawl(tmp_path_factory.mktemp("played") / "home")
    with whole_file(str(folder / "news.wacz")) as file:
        jobs.export_records(archived.config, "wacz", SearchRequest(sort="oldest"), file)
    return folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where that folder is served."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Ranges, directory=str(site))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def window(browser: Browser, address: str) -> Iterator[Page]:
    """A window in which nothing is asked of anybody but the player's own address."""
    context = browser.new_context()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    yield context.new_page()
    context.close()
    assert [url for url in asked if not url.startswith((address, "blob:", "data:"))] == []


def played(window: Page, address: str, url: str, time_stamp: str) -> Frame:
    """The frame in which the player shows a page at a time."""
    where = urlencode({"view": "pages", "url": url, "ts": time_stamp})
    window.goto(f"{address}?{urlencode({'source': f'{address}news.wacz'})}#{where}")
    ends_at = time.monotonic() + PATIENCE
    while time.monotonic() < ends_at:
        for frame in window.frames:
            if f"{time_stamp}mp_/{url}" in frame.url and frame.locator("h1").count():
                return frame
        window.wait_for_timeout(100)
    pytest.fail(f"{url} is not shown: {[frame.url for frame in window.frames]}")


def pages(site: Path) -> list[dict[str, str]]:
    with zipfile.ZipFile(site / "news.wacz") as package:
        return [json.loads(line) for line in package.read("pages/pages.jsonl").splitlines()[1:]]


def stamp(page: dict[str, str]) -> str:
    return re.sub(r"\D", "", page["ts"])[:14]


def headline(frame: Frame) -> str:
    return " ".join(frame.locator("h1").first.inner_text().split())


def test_both_versions_of_an_article_are_shown_with_their_headlines(
    window: Page, address: str, site: Path
) -> None:
    by_url: dict[str, list[dict[str, str]]] = {}
    for page in pages(site):
        by_url.setdefault(page["url"], []).append(page)
    versions = next(found for found in by_url.values() if len(found) == 2)
    for page in versions:
        frame = played(window, address, page["url"], stamp(page))
        assert headline(frame) == page["title"]
        assert page["text"].split("\n")[0] in " ".join(frame.locator("body").inner_text().split())


def test_a_page_that_a_304_confirmed_is_shown_at_that_time(window: Page, address: str, site: Path) -> None:
    with zipfile.ZipFile(site / "news.wacz") as package:
        lines = _index(package)
    known = {page["url"]: page for page in pages(site)}
    captured = [(line.split(" ")[1], json.loads(line.split(" ", 2)[2])) for line in lines]
    at, url = next(
        (at, said["url"]) for at, said in captured if said["mime"] == "warc/revisit" and said["url"] in known
    )
    assert headline(played(window, address, url, at)) == known[url]["title"]


def test_pages_are_drawn_with_their_pictures_and_styles(window: Page, address: str, site: Path) -> None:
    with zipfile.ZipFile(site / "news.wacz") as package:
        listed = [json.loads(line.split(" ", 2)[2]) for line in _index(package)]
        data = package.read("archive/data.warc.gz")
    pictures = [urlsplit(said["url"]).path for said in listed if said["mime"].startswith("image/")]
    assert any(said["mime"] == "text/css" for said in listed)
    by_url = {page["url"]: page for page in pages(site)}
    for said in listed:
        record = data[int(said["offset"]) : int(said["offset"]) + int(said["length"])]
        content = gzip.decompress(record).decode("utf-8", "replace")
        if said["url"] in by_url and any(f'src="{picture}"' in content for picture in pictures):
            break
    else:
        pytest.fail("no page of the demo newspaper has a picture")
    frame = played(window, address, said["url"], stamp(by_url[said["url"]]))
    frame.wait_for_function("[...document.images].some(image => image.complete && image.naturalWidth > 0)")
    assert frame.evaluate("document.styleSheets.length") > 0


def _index(package: zipfile.ZipFile) -> list[str]:
    return gzip.decompress(package.read("indexes/index.cdx.gz")).decode().splitlines()


def test_its_pages_are_listed_and_found_by_their_text(window: Page, address: str, site: Path) -> None:
    listed = pages(site)
    window.goto(f"{address}?{urlencode({'source': f'{address}news.wacz'})}#view=pages")
    window.get_by_text(f"{len(listed)} pages").first.wait_for(timeout=PATIENCE * 1000)
    words = Counter(
        word for page in listed for word in set(re.findall(r"(?<!\S)[a-z]{7,}(?= )", page["text"]))
    )
    in_titles = " ".join(page["title"] for page in listed).lower()
    rare = max(word for word, count in words.items() if count == 1 and word not in in_titles)
    window.get_by_placeholder("Search by Page URL, Title, or Text").fill(rare)
    window.get_by_text(re.compile(r"^\s*1 page")).first.wait_for(timeout=PATIENCE * 1000)
