"""Other people's programs read our WARC files: our own walk finds nothing wrong in them, warcio and FastWARC check
them, cdxj-indexer lists them, wacz packs them, pywb replays them."""

from __future__ import annotations

import http.client
import json
import runpy
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archive import warc
from archive.model import Capture

pytestmark = pytest.mark.interop

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("interop_archive.py"))))
TOOLS, run = tools.TOOLS, tools.run

Archived = Any


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Archived:
    """The archive of two crawls; our own walk through it has found nothing wrong."""
    return tools.crawl(tmp_path_factory.mktemp("interop") / "home")


def kinds(archived: Archived) -> Counter[str]:
    names = warc.files(archived.config.warc_dir)
    return Counter(record.kind for name in names for record in warc.walk(archived.config.warc_dir, name))


def test_every_kind_of_record_is_there(archived: Archived) -> None:
    """Otherwise what follows would say little."""
    found = kinds(archived)
    assert found.keys() == {"warcinfo", "request", "response", "revisit", "metadata", "resource"}
    assert min(found["response"], found["revisit"], found["metadata"]) > 40


def test_warcio_has_nothing_to_say(archived: Archived) -> None:
    assert archived.files
    checked = run("warcio", "check", *archived.files)
    assert checked.returncode == 0, checked.stdout


def test_cdxj_indexer_lists_every_capture_as_we_know_it(archived: Archived) -> None:
    """And of the metadata, which have no address, nothing under any."""
    listed = []
    for file in archived.files:
        ran = run("cdxj-indexer", file)
        assert ran.returncode == 0, ran.stderr
        lines = (line.split(" ", 2) for line in ran.stdout.splitlines())
        listed += [(time, json.loads(said), file) for key, time, said in lines if key != "-"]
    assert len(listed) == len(archived.captures)
    for (at, said, file), capture in zip(listed, archived.captures, strict=True):
        assert at == f"{capture.captured_at.astimezone(UTC):%Y%m%d%H%M%S}"
        assert said["url"] == capture.url
        assert said["digest"] == capture.payload_digest
        assert (int(said["offset"]), int(said["length"])) == (capture.place.offset, capture.place.length)
        assert said["filename"] == file.name
        if capture.kind == "revisit":
            assert said["mime"] == "warc/revisit"
        else:
            assert said["mime"] == capture.media_type
        if capture.kind == "response":
            assert said["status"] == str(capture.status)


def test_wacz_packs_our_files_and_finds_the_package_valid(archived: Archived, tmp_path: Path) -> None:
    made = run("wacz", "create", "--detect-pages", "-o", tmp_path / "made.wacz", *archived.files)
    assert made.returncode == 0, made.stderr
    valid = run("wacz", "validate", "-f", tmp_path / "made.wacz")
    assert valid.returncode == 0, valid.stdout


def test_fastwarc_finds_every_digest_right(archived: Archived, tmp_path: Path) -> None:
    """Only payload digests it takes for wrong: of revisits, which are, as ISO 28500 has it (6.7.2), those of the
    payload that is referred to, which the record does not hold; and of resources, whoever wrote them, because it knows
    the payload of HTTP messages only."""
    revisits = {capture.record_id for capture in archived.captures if capture.kind != "response"}
    failed = set()
    for file in archived.files:
        assert run("fastwarc", "check", "--quiet", file).returncode == 0
        told = tmp_path / "told"
        run("fastwarc", "check", "--quiet", "--verify-payloads", "--output", told, file)
        lines = told.read_text().splitlines()
        assert all(": OK" in line for line in lines)
        failed |= {line.partition(">")[0] + ">" for line in lines if "PAYLOAD_FAIL" in line}
    assert revisits
    assert failed <= revisits


# -- replay ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Replayed:
    """What pywb answered."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass(frozen=True)
class Replay:
    """pywb, serving the collection `news`."""

    port: int

    def get(self, capture: Capture) -> Replayed:
        """A capture as it was archived (`id_`: without rewriting)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", f"/news/{capture.captured_at:%Y%m%d%H%M%S}id_/{capture.url}")
            response = connection.getresponse()
            return Replayed(response.status, response.headers, response.read())
        finally:
            connection.close()


@pytest.fixture(scope="module")
def replay(archived: Archived, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replay]:
    """pywb over copies of the files, closed at the end."""
    folder = tmp_path_factory.mktemp("pywb")
    for arguments in (["init", "news"], ["add", "news", *archived.files]):
        managed = run("wb-manager", *arguments, folder=folder)
        assert managed.returncode == 0, managed.stderr
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(TOOLS / "wayback"), "--bind", "127.0.0.1", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        ends_at = time.monotonic() + 60
        while not listens(port):
            assert server.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < ends_at
            time.sleep(0.1)
        yield Replay(port)
    finally:
        server.terminate()
        server.wait(timeout=10)


def listens(port: int) -> bool:
    """Whether somebody answers there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_pywb_replays_every_page_byte_for_byte(archived: Archived, replay: Replay) -> None:
    """Both versions of the article that changed, too."""
    pages = archived.of_kind("response", 200)
    assert len({page.url for page in pages}) < len(pages)
    assert len(pages) > 40
    for page in pages:
        replayed = replay.get(page)
        assert replayed.status == 200
        assert replayed.headers["Content-Type"].startswith(page.media_type)
        assert replayed.body == archived.record(page).payload


def test_pywb_resolves_a_payload_that_was_kept_before(archived: Archived, replay: Replay) -> None:
    """A revisit holds the headers of its own answer, and refers to the capture with the payload."""
    (again,) = archived.of_kind("revisit", 200)
    assert archived.record(again).payload == b""
    replayed = replay.get(again)
    assert replayed.status == 200
    assert replayed.headers["Memento-Datetime"] == f"{again.captured_at:%a, %d %b %Y %H:%M:%S} GMT"
    assert replayed.body == tools.Plain.body


def test_pywb_shows_what_was_kept_without_its_exchange(archived: Archived, replay: Replay) -> None:
    kept = archived.of_kind("resource", 200)
    assert {"image/png", "text/css"} <= {capture.media_type for capture in kept}
    for capture in kept:
        replayed = replay.get(capture)
        assert replayed.status == 200
        assert replayed.headers["Content-Type"].startswith(capture.media_type)
        assert replayed.body == archived.record(capture).payload
    (picture,) = (capture for capture in kept if capture.url.endswith("/pier.png"))
    assert archived.record(picture).payload == tools.PICTURE


def test_pywb_shows_the_page_that_a_304_confirmed(archived: Archived, replay: Replay) -> None:
    """Also at the time of the newest capture, which for most pages is a 304."""
    confirmed = archived.of_kind("revisit", 304)
    assert len(confirmed) > 40
    originals = {page.payload_digest: page for page in archived.of_kind("response", 200)}
    for capture in confirmed:
        replayed = replay.get(capture)
        assert replayed.status == 200
        assert replayed.body == archived.record(originals[capture.payload_digest]).payload
