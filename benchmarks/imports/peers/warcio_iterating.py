"""warcio, doing nothing with the records that it reads. Runs in .venv-peers:

.venv-peers/bin/python benchmarks/imports/peers/warcio_iterating.py JOB.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator


def main(job: dict) -> None:
    """Read every record of `job["file"]` to its end."""
    records = 0
    with Path(job["file"]).open("rb") as file:
        for record in ArchiveIterator(file):
            while record.raw_stream.read(65_536):
                pass
            records += 1
    Path(job["told"]).write_text(json.dumps({"records": records, "articles": 0}), encoding="utf-8")


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
