"""Articles taken out by request: their words are nowhere in HOME any more, whatever they were packed in, and nowhere
does anybody find them; that they were there stays, through a lost database too; a kill anywhere is gone on with."""

from __future__ import annotations

import html
import io
import json
import runpy
import shutil
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pytest

from archive import care, warc
from archive.removal.words import Needles
from archive.store import Store
from newsarchive import jobs
from newsarchive.config import Config

Newsarchive = Callable[..., Any]


def words_of(config: Config, article_id: int) -> list[bytes]:
    """Pieces of an article that nothing else can have by accident: whole sentences of each of its versions."""
    with Store(config.database_url) as store:
        revisions = store.revisions(article_id)
    texts = [part for r in revisions for part in r.text.split("\n\n") if len(part) > 40]
    assert texts
    return [text.encode()[:60] for text in texts]


def everything(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """All bytes below a folder; those of gzip members and of other compressed pieces unpacked as well."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            yield path, data
            at = data.find(b"\x1f\x8b\x08")
            while at >= 0:
                unpacked, used = inflated(data[at:], zlib.MAX_WBITS | 16)
                yield path, unpacked
                yield path, once_more(unpacked)
                at = data.find(b"\x1f\x8b\x08", at + max(1, used))
            at = data.find(b"\x78\x9c")
            while at >= 0:
                yield path, inflated(data[at:], zlib.MAX_WBITS)[0]
                at = data.find(b"\x78\x9c", at + 1)


def inflated(data: bytes, window: int) -> tuple[bytes, int]:
    inflater = zlib.decompressobj(window)
    try:
        return inflater.decompress(data), len(data) - len(inflater.unused_data)
    except zlib.error:
        return b"", 0


def once_more(record: bytes) -> bytes:
    """The body of a response that was compressed by its server."""
    at = record.find(b"\x1f\x8b\x08")
    return inflated(record[at:], zlib.MAX_WBITS | 16)[0] if at >= 0 else b""


def places_of(config: Config, words: list[bytes]) -> set[str]:
    """The files below HOME that have any of these words."""
    return {
        str(path.relative_to(config.home))
        for path, data in everything(config.home)
        if any(word in data for word in words)
    }


def test_the_search_of_this_test_finds_what_is_there(kept: Config, revised: int) -> None:
    found = places_of(kept, words_of(kept, revised))
    assert "archive.db" in found
    assert any(name.startswith("warc/") for name in found)


def test_what_was_removed_is_nowhere_any_more(
    kept: Config, newsarchive: Newsarchive, revised: int, serve: Any
) -> None:
    words = words_of(kept, revised)
    with Store(kept.database_url) as store:
        title = store.article(revised).latest.title  # type: ignore[union-attr]
        before = store.counts()
    done = newsarchive("remove", revised, "--reason", "A court order of 4 May", "--yes", "--json")
    assert (done.code, done.err) == (0, "")
    assert done.json["removed"] == [revised]
    assert done.json["records"]["capture"] >= 2
    mentioned = {mention["id"] for mention in done.json["mentions"]}
    assert places_of(kept, words) == set()
    if not mentioned:
        assert places_of(kept, [title.encode()]) == set()
    verified = newsarchive("verify", "--json")
    assert (verified.code, verified.json["problems"]) == (0, [])
    assert newsarchive("search", title, "--json").json["total"] < before.articles
    assert revised not in {hit["id"] for hit in newsarchive("search", title, "--json").json["hits"]}
    with Store(kept.database_url) as store:
        after = store.counts()
        assert (after.articles, after.revisions) == (before.articles - 1, before.revisions - 2)
        removal = store.removal(revised)
    assert removal is not None
    assert (removal.reason, len(removal.versions)) == ("A court order of 4 May", 2)
    assert removal.finished_at is not None
    client = serve(kept)
    answer = client.get(f"/article/{revised}")
    page = answer.get_data(as_text=True)
    assert (answer.status_code, "A court order of 4 May" in page, title in page) == (410, True, False)
    for address in (f"/article/{revised}/diff", f"/article/{revised}/proof.zip"):
        assert client.get(address).status_code == 410
    told = client.get(f"/api/articles/{revised}")
    assert (told.status_code, told.json["reason"], len(told.json["versions"])) == (
        410,
        "A court order of 4 May",
        2,
    )
    assert "A court order" in client.get("/removals").get_data(as_text=True)
    shown = newsarchive("show", revised, "--json")
    assert (shown.code, shown.json["reason"]) == (0, "A court order of 4 May")
    assert "was removed on" in newsarchive("show", revised).out
    assert newsarchive("prove", revised).code == 1
    listed = newsarchive("remove", "--list", "--json").json
    assert [one["id"] for one in listed] == [revised]
    assert newsarchive("remove", revised, "--reason", "again", "--yes").code == 1
    assert newsarchive("rebuild").code == 0


# -- never again -------------------------------------------------------------------------------------


def test_it_is_not_taken_in_again_and_not_lost_with_the_database(
    kept: Config, newsarchive: Newsarchive, revised: int, tmp_path: Path
) -> None:
    words = words_of(kept, revised)
    with Store(kept.database_url) as store:
        url = store.article(revised).url  # type: ignore[union-attr]
        articles = store.counts().articles
    assert newsarchive("remove", revised, "--reason", "by request", "--yes").code == 0
    again = newsarchive("crawl", "--force", "--json")
    assert again.json["refused"] >= 1
    added = newsarchive("add", url)
    assert (added.code, "removed from the archive by request" in added.err) == (1, True)
    with Store(kept.database_url) as store:
        assert store.counts().articles == articles - 1
        removal = store.removal(revised)
        latest = store.latest_revisions()
        sequence = store.last_sequence()
    assert places_of(kept, words) <= {"warc/" + name for name in warc.files(kept.warc_dir)}
    for path in kept.home.glob("archive.db*"):
        path.unlink()
    with Store(kept.database_url) as store:
        care.recover(store, kept.warc_dir)
        found = store.removal(revised)
        assert found is not None
        assert (found.reason, found.at, found.versions) == (removal.reason, removal.at, removal.versions)  # type: ignore[union-attr]
        assert store.article(revised) is None
        assert store.latest_revisions() == latest
        assert store.last_sequence() == sequence
    aside = kept.home / "archive.db.before.20261127T120000Z"
    aside.write_bytes(b"what a recovery has put aside after the removal")
    assert newsarchive("crawl", "--json").code == 0
    assert aside.exists()
    with Store(kept.database_url) as store:
        assert store.removal(revised).finished_at is not None  # type: ignore[union-attr]
    verified = newsarchive("verify", "--json")
    assert (verified.code, verified.json["problems"]) == (0, [])


def test_the_backup_that_is_made_next_has_nothing_of_it_either(
    kept: Config, newsarchive: Newsarchive, revised: int, tmp_path: Path
) -> None:
    words = words_of(kept, revised)
    folder = tmp_path / "backup"
    assert newsarchive("backup", folder).code == 0
    copy = kept.home / "archive.db.version-2.20260101T000000Z"
    shutil.copy(kept.home / "archive.db", copy)
    done = newsarchive("remove", revised, "--reason", "by request", "--yes", "--json")
    assert done.json["copies"] == [str(copy)]
    assert not copy.exists()
    assert any(word in data for _, data in everything(folder) for word in words)
    assert newsarchive("backup", folder).code == 0
    assert not any(word in data for _, data in everything(folder) for word in words)
    assert newsarchive("backup", folder, "--check").code == 0


# -- a kill at any step ------------------------------------------------------------------------------


class Killed(BaseException):
    """The process ends here."""


STEPS = [
    ("archive.removal.carrying", "cut", "before"),
    ("archive.removal.cutting", "_in_its_place", "before"),
    ("archive.store.removing.RemovalWriter", "cut_out", "before"),
    ("archive.exchange", "finish", "before"),
    ("archive.warc", "replace_file", "before"),
    ("archive.warc", "replace_file", "after"),
    ("archive.warc", "write_manifest", "after"),
    ("archive.store.Store", "compact", "before"),
    ("newsarchive.jobs.finishing", "forget", "before"),
    ("index.rebuild", "forget_unserved", "before"),
]


def test_hostile_45_a_removal_that_is_killed_at_any_step_is_gone_on_with(
    kept: Config, newsarchive: Newsarchive, revised: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One step after the other, each in the state that the kill before has left."""
    words = words_of(kept, revised)
    with pytest.raises(Killed):
        killed(newsarchive, monkeypatch, *STEPS[0], "remove", revised, "--reason", "r", "--yes")
    with Store(kept.database_url) as store:
        assert store.article(revised) is None
        assert store.removal(revised) is not None
    for step in STEPS[1:]:
        with pytest.raises(Killed):
            killed(newsarchive, monkeypatch, *step, "crawl", "--source", "nobody")
        with Store(kept.database_url, readonly=True) as store:
            assert store.quick_check() == []
    assert newsarchive("crawl", "--json").code == 0
    assert places_of(kept, words) == set()
    verified = newsarchive("verify", "--json")
    assert (verified.code, verified.json["problems"]) == (0, [])
    with Store(kept.database_url) as store:
        assert store.removal(revised).finished_at is not None  # type: ignore[union-attr]
        assert (store.records_to_cut(), store.swaps()) == ({}, [])
    assert not list(kept.home.rglob("*.anew"))


def killed(
    newsarchive: Newsarchive, monkeypatch: pytest.MonkeyPatch, where: str, name: str, when: str, *command: Any
) -> None:
    """Run a command that is killed before or after a step."""
    with monkeypatch.context() as patch:
        owner = resolve_name(where)
        real = getattr(owner, name)

        def end(*arguments: Any, **options: Any) -> None:
            if when == "after":
                real(*arguments, **options)
            raise Killed

        patch.setattr(owner, name, end)
        newsarchive(*command)


# -- whom else it concerns ---------------------------------------------------------------------------


def test_articles_of_one_record_go_together_or_not_at_all(
    kept: Config, newsarchive: Newsarchive, revised: int
) -> None:
    with Store(kept.database_url) as store:
        latest = store.article(revised).latest  # type: ignore[union-attr]
        with store.transaction() as tx:
            other = tx.add_article(1, "http://elsewhere.test/copy", jobs.now())
            tx.add_revision(replace(latest, article_id=other, number=1), "other")
            tx.add_change(other, "new", jobs.now())
    refused = newsarchive("remove", revised, "--reason", "r", "--yes")
    assert (refused.code, f"{revised} {other}" in refused.err) == (1, True)
    with Store(kept.database_url) as store:
        assert store.article(revised) is not None
    both = newsarchive("remove", revised, other, "--reason", "r", "--yes", "--json")
    assert (both.code, both.json["removed"]) == (0, [revised, other])
    assert newsarchive("verify").code == 0


def test_lists_that_repeat_it_go_and_articles_that_quote_it_are_told(
    config: Config, crawler: Any, site: Any, newsarchive: Newsarchive
) -> None:
    made = runpy.run_path(str(Path(__file__).with_name("crawl_site.py")))
    secret = "The treasurer kept the missing papers of the bridge in a blue tin box under the old stairs. "
    full = html.escape(f"<p>{secret}</p>")
    items = (
        f"<item><title>Papers</title><link>{site.url}/papers</link><description>{full}</description></item>"
    )
    items += f"<item><title>Other</title><link>{site.url}/other</link></item>"
    site.pages["/feed"] = (
        200,
        {"Content-Type": "application/rss+xml"},
        f'<rss version="2.0"><channel>{items}</channel></rss>',
    )
    site.pages["/papers"] = made["article"]("What became of the missing papers", secret)
    site.pages["/other"] = made["article"](
        "Another day at the council", f"{made['PARAGRAPH']} They wrote: {secret}"
    )
    crawler.add(f"{site.url}/feed")
    crawler()
    ids = crawler.articles()
    assert set(ids) == {"/papers", "/other"}
    done = newsarchive("remove", ids["/papers"], "--reason", "r", "--yes", "--json")
    assert done.json["records"]["list"] == 1
    assert done.json["mentions"] == [{"id": ids["/other"], "quotes": True}]
    with Store(config.database_url) as store:
        kinds = [record.kind for name in store.warc_ends() for record in warc.walk(config.warc_dir, name)]
        assert secret.strip() in store.article(ids["/other"]).latest.text  # type: ignore[union-attr]
    assert "response" in kinds
    assert newsarchive("remove", ids["/other"], "--reason", "r", "--yes").code == 0
    assert places_of(config, [secret[:50].encode()]) == set()


def test_a_page_that_turns_out_to_be_one_of_a_removed_article_is_cut_out_again(
    config: Config, crawler: Any, site: Any, newsarchive: Newsarchive
) -> None:
    """Its new address was nobody's; what it claims to be tells."""
    made = runpy.run_path(str(Path(__file__).with_name("crawl_site.py")))
    secret = "The harbour master has sold the second ferry to his own brother for a single crown. "
    old, new = (f"/{folder}/the-second-ferry-was-sold" for folder in ("harbour", "news"))
    site.pages["/feed"] = made["feed"](site.url, old)
    site.pages[old] = made["article"]("The second ferry was sold", secret)
    crawler.add(f"{site.url}/feed")
    crawler()
    (article_id,) = crawler.articles().values()
    assert newsarchive("remove", article_id, "--reason", "r", "--yes").code == 0
    canonical = f'<link rel="canonical" href="{site.url}{old}">'
    site.pages[new] = made["article"]("The second ferry was sold", secret, canonical)
    site.pages["/feed"] = made["feed"](site.url, new)
    crawled = newsarchive("crawl", "--force", "--json")
    assert (crawled.json["new"], crawled.json["refused"]) == (0, 2)
    assert newsarchive("crawl", "--json").code == 0
    assert places_of(config, [secret[:40].encode()]) == set()
    assert newsarchive("verify").code == 0


def test_a_picture_goes_with_its_only_article_and_stays_with_another(
    config: Config, crawler: Any, site: Any, newsarchive: Newsarchive
) -> None:
    made = runpy.run_path(str(Path(__file__).with_name("crawl_site.py")))
    pictures = {"/one.png": b"picture of one", "/both.png": b"picture of both"}
    for path, body in pictures.items():
        site.pages[path] = (200, {"Content-Type": "image/png"}, body)
    site.pages["/feed"] = made["feed"](site.url, "/one", "/two")
    for name, shown in (("one", pictures), ("two", ["/both.png"])):
        images = "".join(f'<img src="{path}">' for path in shown)
        page = made["article"](
            f"The story of number {name} in full", f"{made['PARAGRAPH']} It is {name}. {images}"
        )
        site.pages[f"/{name}"] = page
    crawler.add(f"{site.url}/feed", requisites="all")
    crawler()
    one = crawler.articles()["/one"]
    assert places_of(config, [b"picture of one"])
    done = newsarchive("remove", one, "--reason", "r", "--yes", "--json")
    assert done.json["records"]["part"] == 1
    assert places_of(config, [b"picture of one"]) == set()
    assert places_of(config, [b"picture of both"])
    assert newsarchive("verify").code == 0


def test_an_imported_article_goes_too_and_is_not_imported_again(
    config: Config, newsarchive: Newsarchive, tmp_path: Path
) -> None:
    lines = [
        {"id": name, "title": f"About {name}", "body": f"{TEXT} {name}.", "source": "Wire"} for name in "ab"
    ]
    file, more = tmp_path / "wire.jsonl", tmp_path / "more.jsonl"
    file.write_text(json.dumps(lines[0]) + "\n")
    more.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert newsarchive("import", "jsonl", file, "--json").json["new"] == 1
    assert newsarchive("remove", 1, "--reason", "r", "--yes").code == 0
    assert places_of(config, [TEXT[:50].encode()]) == set()
    again = newsarchive("import", "jsonl", more, "--json").json
    assert (again["new"], again["refused"]) == (1, 1)


# -- being asked -------------------------------------------------------------------------------------


def test_nothing_is_removed_without_a_reason_and_a_word(
    kept: Config, newsarchive: Newsarchive, revised: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for wrong in (["remove"], ["remove", revised], ["remove", revised, "--reason", " "],
                  ["remove", revised, "--reason", "r", "--json"], ["remove", revised, "--list"]):  # fmt: skip
        refused = newsarchive(*wrong)
        assert (refused.code, refused.err.count("\n")) == (2, 1), wrong
    assert newsarchive("remove", 999999, "--reason", "r", "--yes").code == 1
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    asked = newsarchive("remove", revised, "--reason", "r")
    assert (asked.code, "cannot be undone" in asked.err) == (1, True)
    with Store(kept.database_url) as store:
        assert store.article(revised) is not None
    assert newsarchive("remove", "--list").out == "Nothing was removed from this archive.\n"
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert newsarchive("remove", revised, "--reason", "r").code == 0
    assert "r" in newsarchive("remove", "--list").out


def test_a_damaged_file_is_mended_before_anything_is_removed(
    kept: Config, newsarchive: Newsarchive, revised: int
) -> None:
    (path, *_) = kept.warc_dir.rglob("*.warc.gz*")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    refused = newsarchive("remove", revised, "--reason", "r", "--yes")
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert path.read_bytes() == bytes(data)
    with Store(kept.database_url) as store:
        assert store.article(revised) is not None


# -- words -------------------------------------------------------------------------------------------

TEXT = (
    "The treasurer kept the missing papers of the bridge in a blue tin box. Nobody had looked there before."
)


@pytest.fixture
def needles(kept: Config, revised: int) -> Needles:
    """Those of an article with that text."""
    with Store(kept.database_url) as store:
        revision = store.revisions(revised)[0]
    return Needles.of([replace(revision, title="Where the papers were found", text=TEXT, description="")])


@pytest.mark.parametrize(
    "page",
    [
        TEXT,
        TEXT.upper(),
        "<p>" + TEXT.replace(" ", " <b>") + "</p>",
        html.escape(f"<p>{TEXT.replace('papers', 'p&#97;pers')}</p>"),
        f"<![CDATA[<p>{TEXT}</p>]]>",
        json.dumps({"content_text": TEXT.replace(" ", "\n")}),
        json.dumps([f"\u00e4 {html.escape(TEXT)}"]),
        "Before that, he said, the missing papers of the bridge in a blue car.",
    ],
)
def test_a_quotation_is_known_whatever_it_is_packed_in(needles: Needles, page: str) -> None:
    assert needles.quoted(page)


def test_a_turn_of_phrase_is_no_quotation_and_a_short_headline_no_name(needles: Needles) -> None:
    assert not needles.quoted(
        "The treasurer kept the missing papers, and in a blue tin box there was nothing."
    )
    assert needles.named("<li>WHERE the Papers were&nbsp;found</li>")
    assert not needles.named("Where the papers were not found")
