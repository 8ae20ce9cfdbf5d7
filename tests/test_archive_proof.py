"""The bundle that proves an article: checked by other people's tools alone, byte for byte what stands in the archive."""

from __future__ import annotations

import hashlib
import io
import json
import runpy
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive import warc
from archive.proof import gather, prove
from archive.store import Store
from newsarchive import jobs
from newsarchive.config import Config

Newsarchive = Callable[..., Any]


def seal_all(config: Config) -> None:
    """Close the WARC files."""
    for name in warc.open_files(config.warc_dir):
        warc.seal(config.warc_dir, name, jobs.now())


def unpacked(path: Path) -> Path:
    """The folder in a bundle."""
    with zipfile.ZipFile(path) as archive:
        archive.extractall(path.parent)
    (folder,) = [
        entry for entry in path.parent.iterdir() if entry.is_dir() and entry.name.startswith("proof-")
    ]
    return folder


def sh(folder: Path, command: str) -> str:
    """What a command of the README prints."""
    ran = ["bash", "-eu", "-c", command]
    return subprocess.run(ran, cwd=folder, capture_output=True, text=True, check=True).stdout


def records(path: Path) -> Iterator[tuple[Any, bytes]]:
    """What an independent reader finds, with its digests checked."""
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            yield record, record.content_stream().read()


def test_a_bundle_is_checked_by_the_tools_that_its_readme_names(
    kept: Config, newsarchive: Newsarchive, revised: int, tmp_path: Path
) -> None:
    seal_all(kept)
    target = tmp_path / "out" / "proof.zip"
    target.parent.mkdir()
    done = newsarchive("prove", revised, "-o", target, "--json")
    assert (done.code, done.json["versions"], done.json["sealed"]) == (0, 2, done.json["warc_files"])
    folder = unpacked(target)
    listed = sh(folder, "sha256sum -c SHA256SUMS")
    present = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
    assert sorted(line.split(":")[0] for line in listed.splitlines()) == sorted({*present} - {"SHA256SUMS"})
    sh(folder, "gzip -t records.warc.gz")
    read = list(records(folder / "records.warc.gz"))
    told = json.loads((folder / "proof.json").read_text())
    assert [r.rec_headers.get_header("WARC-Record-ID") for r, _ in read] == [
        one["record_id"] for one in told["records"]
    ]
    for one in told["records"]:
        cut = f"tail -c +$(({one['offset']} + 1)) records.warc.gz | head -c {one['length']}"
        assert sh(folder, f"{cut} | sha256sum").split()[0] == one["sha256"]
        assert one["sha256"] in sh(folder, f"grep {one['sha256']} manifests/*")
    for manifest in told["manifests"]:
        last = (folder / manifest).read_text().splitlines()[-1]
        assert sh(folder, f"head -n -1 {manifest} | sha256sum").split()[0] == last.removeprefix("end ")
    assert told["versions"][0]["capture"]["headers"]
    readme = (folder / "README.txt").read_text()
    assert all(one["sha256"] in readme for one in told["records"])


def test_the_records_are_byte_for_byte_those_of_the_archive_with_their_requests(
    kept: Config, newsarchive: Newsarchive, revised: int, tmp_path: Path
) -> None:
    target = tmp_path / "proof.zip"
    newsarchive("prove", revised, "-o", target)
    folder = unpacked(target)
    told = json.loads((folder / "proof.json").read_text())
    whole = (folder / "records.warc.gz").read_bytes()
    for one in told["records"]:
        original = warc.path_of(kept.warc_dir, one["warc_file"]).read_bytes()
        begin = one["warc_offset"]
        assert original[begin : begin + one["length"]] == whole[one["offset"] : one["offset"] + one["length"]]
    assert [one["type"] for one in told["records"]].count("request") == 2
    with Store(kept.database_url) as store:
        for version, revision in zip(told["versions"], store.revisions(revised), strict=True):
            assert (folder / version["text"]).read_text() == revision.text + "\n"
            said = json.loads((folder / version["metadata"]).read_text())
            assert (said["title"], said["authors"]) == (revision.title, list(revision.authors))
    payloads = {
        r.rec_headers.get_header("WARC-Record-ID"): body for r, body in _raw(folder / "records.warc.gz")
    }
    for version in told["versions"]:
        payload = payloads[version["payload"]["record_id"]]
        assert hashlib.sha256(payload).hexdigest() == version["payload"]["sha256"]


def _raw(path: Path) -> Iterator[tuple[Any, bytes]]:
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            yield record, record.raw_stream.read()


def test_the_same_archive_gives_the_same_bytes(kept: Config, revised: int) -> None:
    made = []
    for _ in range(2):
        with Store(kept.database_url) as store:
            evidence = gather(store, kept.warc_dir, revised)
        made.append(io.BytesIO())
        prove(evidence, kept.warc_dir, made[-1], software="test")
    assert made[0].getvalue() == made[1].getvalue()


def test_a_file_that_is_still_written_is_told_as_not_sealed(
    kept: Config, newsarchive: Newsarchive, revised: int, tmp_path: Path
) -> None:
    target = tmp_path / "proof.zip"
    done = newsarchive("prove", revised, "-o", target, "--json")
    assert done.json["sealed"] < done.json["warc_files"]
    assert "no manifest yet" in (unpacked(target) / "README.txt").read_text()


def test_the_article_page_shows_the_capture_and_leads_to_the_bundle(
    kept: Config, revised: int, serve: Any
) -> None:
    client = serve(kept)
    page = client.get(f"/article/{revised}").get_data(as_text=True)
    with Store(kept.database_url) as store:
        latest = store.article(revised).latest  # type: ignore[union-attr]
        capture = store.capture(latest.capture_id)
    assert capture is not None
    for shown in (capture.payload_digest, capture.place.file, str(capture.place.offset), "Content-Type:"):
        assert shown in page
    assert f'href="/article/{revised}/proof.zip"' in page
    assert "not sealed yet" in page
    seal_all(kept)
    assert "closed, with the SHA-256" in client.get(f"/article/{revised}").get_data(as_text=True)
    answer = client.get(f"/article/{revised}/proof.zip", buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        assert f"proof-{revised}/SHA256SUMS" in archive.namelist()
    assert client.get("/article/999999/proof.zip").status_code == 404


def test_a_bundle_that_is_too_large_for_the_web_is_not_sent(
    kept: Config, revised: int, serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsarchive.views.proof.MAX_BYTES", 100)
    answer = serve(kept).get(f"/article/{revised}/proof.zip")
    assert answer.status_code == 413
    assert f"newsarchive prove {revised}" in answer.get_data(as_text=True)


def test_what_cannot_be_proved_is_one_sentence_and_leaves_no_file(
    kept: Config, newsarchive: Newsarchive, revised: int, tmp_path: Path
) -> None:
    target = tmp_path / "proof.zip"
    missing = newsarchive("prove", 999999, "-o", target)
    assert (missing.code, missing.err.count("\n")) == (1, 1)
    for path in kept.warc_dir.rglob("*.warc.gz*"):
        data = bytearray(path.read_bytes())
        data[len(data) // 4 :: 50] = bytes(len(data[len(data) // 4 :: 50]))
        path.write_bytes(data)
    damaged = newsarchive("prove", revised, "-o", target)
    assert (damaged.code, damaged.err.count("\n")) == (1, 1)
    assert not target.exists()
    assert newsarchive("prove", revised, "-o", "-", "--json").code == 2


def test_a_version_that_refers_to_an_earlier_capture_is_proved_with_that(
    config: Config, crawler: Any, site: Any, newsarchive: Newsarchive, tmp_path: Path
) -> None:
    """The page is as it was at first again: its record has no payload, but a reference."""
    made = runpy.run_path(str(Path(__file__).with_name("crawl_site.py")))
    site.pages["/feed"] = made["feed"](site.url, "/story")
    crawler.add(f"{site.url}/feed")
    for title in ("The bridge", "The bridge will be dear", "The bridge"):
        site.pages["/story"] = made["article"](title)
        crawler(force=True)
    (article_id,) = crawler.articles().values()
    target = tmp_path / "proof.zip"
    assert newsarchive("prove", article_id, "-o", target).code == 0
    folder = unpacked(target)
    told = json.loads((folder / "proof.json").read_text())
    first, _, last = told["versions"]
    assert last["capture"]["record_id"] != first["capture"]["record_id"]
    assert last["payload"] == first["payload"]
    types = {one["record_id"]: one["type"] for one in told["records"]}
    assert types[last["capture"]["record_id"]] == "revisit"
    assert types[last["payload"]["record_id"]] == "response"
    assert len(list(records(folder / "records.warc.gz"))) == len(types)
