"""One crawl. `Crawl` orders the steps, `Agenda` knows what is to be done, `Settler` writes what a response means.

due visits -> frontier -> robots, politeness -> fetch (threads) -> WARC record
           -> read (processes) -> capture + revision + change + links, one transaction

`reread` takes the same way from the WARC record on, for pages that were read by an older extraction.
"""

from archive.crawl.loop import Crawl, Progress
from archive.crawl.report import OUTCOMES, CrawlReport
from archive.crawl.rereading import Rereading, reread
from archive.crawl.room import Room

__all__ = ["OUTCOMES", "Crawl", "CrawlReport", "Progress", "Rereading", "Room", "reread"]
