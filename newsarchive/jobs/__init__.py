"""What there is to do: crawl, add, catch up, rebuild, verify. The command line and the schedule both call this.

Every job opens what it needs and closes it again.
"""

from newsarchive.clock import now
from newsarchive.jobs.checking import Verdict, status, verify
from newsarchive.jobs.crawling import add_articles, crawl_once, new_politeness, next_due
from newsarchive.jobs.exporting import Export, export_records, export_text
from newsarchive.jobs.importing import (
    ImportStep,
    ListReport,
    import_lines,
    import_urls,
    import_warc,
    read_addresses,
)
from newsarchive.jobs.indexing import BATCH, catch_up, group, keep_current, opened, rebuild
from newsarchive.jobs.recovering import Recovered, recover
from newsarchive.jobs.removing import removing
from newsarchive.jobs.rereading import RereadReport, reextract
from newsarchive.jobs.saving import Restored, backup, restore
from newsarchive.jobs.upgrading import Upgraded, upgrade

__all__ = [
    "BATCH",
    "Export",
    "ImportStep",
    "ListReport",
    "Recovered",
    "RereadReport",
    "Restored",
    "Upgraded",
    "Verdict",
    "add_articles",
    "backup",
    "catch_up",
    "crawl_once",
    "export_records",
    "export_text",
    "group",
    "import_lines",
    "import_urls",
    "import_warc",
    "keep_current",
    "new_politeness",
    "next_due",
    "now",
    "opened",
    "read_addresses",
    "rebuild",
    "recover",
    "reextract",
    "removing",
    "restore",
    "status",
    "upgrade",
    "verify",
]
