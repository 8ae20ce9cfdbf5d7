"""One crawl. `Crawl` orders the steps, `Settler` writes what a response means, the rest is smaller still.

due visits -> frontier -> robots, politeness -> fetch (threads) -> WARC record
           -> read -> capture + revision + change + links, one transaction
"""

from archive.crawl.loop import Crawl, Progress
from archive.crawl.report import OUTCOMES, CrawlReport

__all__ = ["OUTCOMES", "Crawl", "CrawlReport", "Progress"]
