"""Other people's programs read our exports: WARC and WACZ of a search, and references."""

from __future__ import annotations

import gzip
import json
import runpy
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archive.store import Store
from archive.urls import surt
from index.model import Filter, SearchRequest
from newsarchive import jobs
from newsarchive.exports import csl
from newsarchive.exports.gathering import latest
from newsarchive.exports.whole import whole_file

pytestmark = pytest.mark.interop

tools = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("interop_archive.py"))))
run = tools.run

EVERYTHING = SearchRequest(sort="oldest")

Archived = Any


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Archived:
    """The archive of two crawls."""
    return tools.crawl(tmp_path_factory.mktemp("export") / "home")


@pytest.fixture
def export(archived: Archived, tmp_path: Path) -> Callable[..., Path]:
    """Exports a search, everything by default, and says where to."""

    def exported(form: str, request: SearchRequest = EVERYTHING) -> Path:
        suffix = {"warc": "warc.gz"}.get(form, form)
        target = tmp_path / f"exported.{suffix}"
        with whole_file(str(target)) as file:
            if form in ("warc", "wacz"):
                assert jobs.export_records(archived.config, form, request, file).damaged == ()
            else:
                jobs.export_text(archived.config, form, request, lambda piece: file.write(piece.encode()))
        return target

    return exported


@pytest.mark.parametrize("request_", [EVERYTHING, SearchRequest("pier"), SearchRequest("nothinghasthis")])
def test_wacz_finds_our_packages_valid(export: Callable[..., Path], request_: SearchRequest) -> None:
    valid = run("wacz", "validate", "-f", export("wacz", request_))
    assert valid.returncode == 0, valid.stdout
    assert "Version detected as 1.1.1" in valid.stdout


def test_checkers_find_nothing_wrong_in_an_excerpt(export: Callable[..., Path]) -> None:
    file = export("warc", SearchRequest(filters=(Filter("author", ""),), sort="oldest"))
    assert gzip.decompress(file.read_bytes()).count(b"WARC-Type: response") > 0
    for form in (EVERYTHING, SearchRequest("pier")):
        file = export("warc", form)
        checked = run("warcio", "check", file)
        assert checked.returncode == 0, checked.stdout
        assert run("fastwarc", "check", "--quiet", file).returncode == 0


def test_the_index_of_a_package_is_what_cdxj_indexer_makes_of_its_records(
    export: Callable[..., Path], tmp_path: Path
) -> None:
    """But for keys: players keep a slash at the end of a path, the indexer does not."""
    with zipfile.ZipFile(export("wacz")) as package:
        ours = gzip.decompress(package.read("indexes/index.cdx.gz")).decode().splitlines()
        package.extract("archive/data.warc.gz", tmp_path)
    theirs = [
        line
        for line in run("cdxj-indexer", tmp_path / "archive" / "data.warc.gz").stdout.splitlines()
        if not line.startswith("- ")
    ]
    assert {line.partition(" ")[2] for line in ours} == {line.partition(" ")[2] for line in theirs}
    for line in ours:
        assert line.partition(" ")[0] == surt(json.loads(line.split(" ", 2)[2])["url"])
    same = {line.partition(" ")[0].rstrip("/") for line in ours} ^ {
        line.partition(" ")[0].rstrip("/") for line in theirs
    }
    assert same == set()


def test_pywb_takes_a_package_of_ours_in(export: Callable[..., Path], tmp_path: Path) -> None:
    run("wb-manager", "init", "news", folder=tmp_path)
    added = run("wb-manager", "add", "--unpack-wacz", "news", export("wacz"), folder=tmp_path)
    assert added.returncode == 0, added.stderr
    (index,) = (tmp_path / "collections" / "news" / "indexes").glob("*.cdxj")
    assert len(index.read_text().splitlines()) > 80


# -- references --------------------------------------------------------------------------------------


def within(script: str, file: Path) -> Any:
    """What a script prints as JSON, run by the Python of the interop environment with a file's name."""
    command = [str(tools.TOOLS / "python"), "-W", "ignore", "-c", script, str(file)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.fixture(scope="module")
def items(archived: Archived) -> list[dict[str, Any]]:
    """What is said of each article, as CSL says it."""
    with Store(archived.config.database_url) as store:
        ids = [article.id for article in store.articles_after(0)]
        return [csl.item(work) for work in latest(store, ids, archived.config.serve.base)]


def test_pybtex_reads_our_bibtex(export: Callable[..., Path], items: list[dict[str, Any]]) -> None:
    script = """
import json, sys
from pybtex.database import parse_file
from latexcodec.codec import register
register()
entries = parse_file(sys.argv[1], "bibtex").entries
plain = lambda text: text.encode("ascii", "backslashreplace") and text
print(json.dumps([[key, [str(p) for p in e.persons.get("author", [])], e.fields["title"], e.fields["url"],
    e.fields.get("year"), e.fields["urldate"]] for key, e in entries.items()]))
"""
    found = {key: rest for key, *rest in within(script, export("bibtex"))}
    assert found.keys() == {item["id"] for item in items}
    for item in items:
        authors, title, url, year, urldate = found[item["id"]]
        assert len(authors) == len(item.get("author", ()))
        assert authors[:1] == [_bibtex_name(name) for name in item.get("author", ())[:1]]
        assert title.strip("{}").replace("\\", "") == item["title"]
        assert url == item["URL"]
        assert year == (str(item["issued"]["date-parts"][0][0]) if "issued" in item else None)
        assert urldate == "{}-{:02}-{:02}".format(*item["accessed"]["date-parts"][0])


def _bibtex_name(name: dict[str, str]) -> str:
    return f"{{{name['literal']}}}" if "literal" in name else f"{name['family']}, {name['given']}"


def test_rispy_reads_our_ris(export: Callable[..., Path], items: list[dict[str, Any]]) -> None:
    script = """
import json, sys, rispy
with open(sys.argv[1], encoding="utf-8") as file:
    print(json.dumps(rispy.load(file)))
"""
    found = {entry["id"]: entry for entry in within(script, export("ris"))}
    assert found.keys() == {item["id"] for item in items}
    for item in items:
        entry = found[item["id"]]
        assert entry["type_of_reference"] == "NEWS"
        assert entry["title"] == item["title"]
        assert entry["urls"] == [item["URL"]]
        assert entry["secondary_title"] == item["container-title"]
        assert len(entry.get("authors", [])) == len(item.get("author", ()))
        if "issued" in item:
            assert entry["date"] == "{}/{:02}/{:02}/".format(*item["issued"]["date-parts"][0])
        else:
            assert not {"date", "year"} & entry.keys()


def test_citeproc_writes_a_bibliography_of_our_items(
    export: Callable[..., Path], items: list[dict[str, Any]]
) -> None:
    script = """
import json, sys
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
with open(sys.argv[1], encoding="utf-8") as file:
    data = json.load(file)
style = CitationStylesStyle("harvard-cite-them-right", validate=False)
bibliography = CitationStylesBibliography(style, CiteProcJSON(data), formatter.plain)
for item in data:
    bibliography.register(Citation([CitationItem(item["id"])]))
print(json.dumps([str(entry) for entry in bibliography.bibliography()]))
"""
    written = "\n".join(within(script, export("csl")))
    for item in items:
        assert item["container-title"] in written
        if "author" in item:
            assert item["author"][0].get("family", item["author"][0].get("literal")) in written
