"""What shows that an article was captured as it is shown: the record, its headers, and a bundle to take away."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from flask import Blueprint, abort, send_file
from flask.typing import ResponseReturnValue

from archive import warc
from archive.errors import WarcError
from archive.model import Capture
from archive.proof import gather, prove
from newsarchive.jobs.proving import SOFTWARE
from newsarchive.views.library import library
from newsarchive.views.removals import missing

pages = Blueprint("proof", __name__)

MAX_BYTES = 64 << 20
"""Of a bundle that is sent over the web."""

_IN_MEMORY = 1 << 20


@dataclass(frozen=True, slots=True)
class Details:
    """A capture as its record tells it. `headers` are those that the server sent, empty where the record cannot be
    read; `sealed` is the SHA-256 of the whole WARC file, "" while that is not closed."""

    capture: Capture
    headers: tuple[tuple[str, str], ...]
    sealed: str


def details(capture: Capture | None) -> Details | None:
    """What the article page shows of a capture; None for none."""
    if capture is None:
        return None
    return Details(capture, _headers(capture), _sealed(capture))


@pages.get("/article/<record_id:article_id>/proof.zip")
def bundle(article_id: int) -> ResponseReturnValue:
    """The bundle of `newsarchive prove`; 413 where it is too large for the web."""
    archive = library()
    if archive.store.article(article_id) is None:
        missing(article_id)
    evidence = gather(archive.store, archive.warc_dir, article_id)
    if evidence.bytes > MAX_BYTES:
        abort(
            413, f"This bundle is too large to be sent; `newsarchive prove {article_id}` writes it to a file."
        )
    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (closed with the response)
    prove(evidence, archive.warc_dir, cast("IO[bytes]", file), software=SOFTWARE)
    file.seek(0)
    name = f"proof-{article_id}.zip"
    answer = send_file(cast("IO[bytes]", file), "application/zip", as_attachment=True, download_name=name)
    answer.call_on_close(file.close)
    return answer


def _headers(capture: Capture) -> tuple[tuple[str, str], ...]:
    try:
        return warc.read_record(library().warc_dir, capture.place).headers
    except WarcError:
        return ()


def _sealed(capture: Capture) -> str:
    manifest = warc.manifest_path(library().warc_dir, capture.place.file)
    if not manifest.exists():
        return ""
    with manifest.open(encoding="utf-8") as lines:  # the line of the whole file stands among the first
        return next((line.split()[1] for line in islice(lines, 5) if line.startswith("sha256 ")), "")
