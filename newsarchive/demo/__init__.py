"""The Wrenmouth Lantern: a small fictional newspaper, served on loopback for `newsarchive demo` and for tests.

    articles/*.txt -> paper (the truth) -> pages, feeds (text) -> site (path -> resource) -> server (HTTP)

Town, people and events are invented. The paper appears in two editions, so that a second crawl finds
something new, something corrected and something gone.
"""

from newsarchive.demo.paper import EDITIONS, Story, stories
from newsarchive.demo.server import DEMO_PORT, DemoServer, LoggedRequest

__all__ = ["DEMO_PORT", "EDITIONS", "DemoServer", "LoggedRequest", "Story", "stories"]
