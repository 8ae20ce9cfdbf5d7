"""`python -m benchmarks.imports.ours JOB.json`: one import of newsarchive, up to its being searchable.

A process of its own, so that its memory is its own.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from archive.importing import ImportReport
from newsarchive import jobs
from newsarchive.config import Config


def main(job: dict[str, Any]) -> None:
    """Import `job["file"]` into `job["home"]`; tells when each half was done, in seconds, and what CPU time of this
    process the copying took."""
    started, cpu = time.monotonic(), time.process_time()
    told: dict[str, float] = {}

    def progress(_report: ImportReport, step: jobs.ImportStep) -> None:
        told[step.doing] = time.monotonic() - started
        if step.doing == "copying":
            told["copying_cpu"] = time.process_time() - cpu

    report = jobs.import_warc(Config(Path(job["home"])), [Path(job["file"])], progress=progress)
    Path(job["told"]).write_text(json.dumps({**told, **report.as_dict()}), encoding="utf-8")


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
