"""Which commands there are: a list that is shown without loading any of them."""

from __future__ import annotations

from typing import NamedTuple


class Listed(NamedTuple):
    """The module of a command below `newsarchive.commands`, and what the list says of it: the first sentence of what
    it says itself."""

    module: str
    says: str


COMMANDS = {
    "add": Listed("crawl", "Archive these article URLs now."),
    "authors": Listed("authors", "Which spellings of a name are one author's."),
    "backup": Listed("backup", "Save the archive to a folder, also while a crawl is under way."),
    "changes": Listed(
        "changes",
        "List what newspapers changed after publishing, and what they took away, the newest first.",
    ),
    "crawl": Listed("crawl", "One crawl of what is due."),
    "demo": Listed(
        "run",
        "A fictional newspaper, published on this machine, crawled, indexed, served: to try everything on.",
    ),
    "export": Listed(
        "export",
        "Write all articles that a search finds, in a format of others: warc, "
        "wacz, jsonl, csv, bibtex, ris or csl (CSL-JSON).",
    ),
    "extract": Listed("extract", "Read one page and print what is read from it; nothing is archived."),
    "import": Listed(
        "importing",
        "Take over what others have archived: WARC and WACZ files, articles in "
        "JSON lines, lists of addresses or of sources.",
    ),
    "prove": Listed(
        "prove",
        "Write a bundle that proves what was captured of an article: the WARC "
        "records of all its versions, what was read from them, and digests of everything.",
    ),
    "rebuild": Listed("care", "Build the index anew from the archive, check it, then switch to it."),
    "recover": Listed(
        "recover",
        "Make the database anew from the WARC files, where it is lost or "
        "damaged: the same articles, versions, changes and sources.",
    ),
    "reextract": Listed(
        "reextract",
        "Read kept pages anew with the extraction of today; no site is asked for anything.",
    ),
    "remove": Listed(
        "remove",
        "Take articles out by request: their text leaves the archive, its WARC files and the index for good.",
    ),
    "restore": Listed(
        "backup",
        "Make an archive of a backup, in the folder that --home names, which must hold none.",
    ),
    "robots": Listed("robots", "May these URLs be fetched, and by which rule? Nothing is archived."),
    "run": Listed(
        "run",
        "The main job: add the sources, crawl now and then periodically, serve the search page.",
    ),
    "schedule": Listed("run", "Crawl periodically, and nothing else."),
    "search": Listed("search", "Find articles."),
    "serve": Listed("run", "Serve the search page, and nothing else."),
    "show": Listed("show", "Print an article with its versions."),
    "sources": Listed("sources", "The places that are crawled: home pages, section pages, feeds, sitemaps."),
    "status": Listed(
        "care",
        "How much there is, how far the index has come, and which sources need attention.",
    ),
    "upgrade": Listed("upgrade", "Bring an archive of an older version up to date."),
    "verify": Listed("care", "Do WARC files, database and index agree? Exit code 1 where they do not."),
}
