"""Writing the bundle that proves an article."""

from __future__ import annotations

from archive.proof import Proof, gather, prove
from archive.store import Store
from newsarchive import __version__
from newsarchive.config import Config
from newsarchive.exports.whole import whole_file

SOFTWARE = f"newsarchive/{__version__}"


def prove_article(config: Config, article_id: int, target: str) -> Proof:
    """Write the bundle of an article to a file (`-` is the standard output), which is there when it is whole.
    ArchiveError where there is no such article; WarcError where a record cannot be read."""
    with Store(config.database_url) as store:
        evidence = gather(store, config.warc_dir, article_id)
    with whole_file(target) as file:
        return prove(evidence, config.warc_dir, file, software=SOFTWARE)
