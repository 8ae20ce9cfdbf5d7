"""Reading pages in processes that can be ended: no page may hold the crawl, eat its memory or bring it down.

Every known parser of HTML, of feeds and of XML hangs on some input of a few megabytes. So what strangers wrote is
read in worker processes with a deadline and a bound on memory; a page that breaks one is `Unreadable`, and the next
page finds a fresh worker.
"""

from archive.parsing.pages import Listing, Page, Reading, read
from archive.parsing.pool import NoReaders, Parsers, Unreadable

__all__ = ["Listing", "NoReaders", "Page", "Parsers", "Reading", "Unreadable", "read"]
