"""A Scrapy spider that hands each article to trafilatura and writes JSON lines. Runs in .venv-peers:

    .venv-peers/bin/python benchmarks/crawl/peers/scrapy_trafilatura.py JOB.json

It goes the way that newsarchive goes: robots.txt, the front page, its feed and sections, and every article that these
name. As fast as Scrapy lets it: no throttle, no pause, no cookies, no duplicate parsing of lists.
"""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path

import scrapy
import trafilatura
from scrapy.crawler import CrawlerProcess

SETTINGS = {
    "ROBOTSTXT_OBEY": True,
    "AUTOTHROTTLE_ENABLED": False,
    "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS": 32,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "COOKIES_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "RETRY_ENABLED": False,
    "REFERER_ENABLED": False,
    "LOGSTATS_INTERVAL": 0,
    "LOG_LEVEL": "ERROR",
    "LOG_INSTALL_ROOT_HANDLER": False,
}


class News(scrapy.Spider):
    """Front page -> feed and sections -> articles."""

    name = "news"

    def __init__(self, job: dict, **options: object) -> None:
        super().__init__(**options)
        self.job = job

    async def start(self):
        """The front pages."""
        for url in self.job["sources"]:
            yield scrapy.Request(url, self.parse_list)

    def parse_list(self, response):
        """The links of a front page or a section; Scrapy itself asks for each URL only once."""
        for href in response.css("link[rel=alternate][type*='+xml']::attr(href)").getall():
            yield response.follow(href, self.parse_feed)
        for href in response.css("nav a::attr(href)").getall():
            yield response.follow(href, self.parse_list)
        for href in response.css("main h2 a::attr(href)").getall():
            yield response.follow(href, self.parse_article)

    def parse_feed(self, response):
        """The articles of a feed."""
        response.selector.remove_namespaces()
        for url in response.xpath("//item/link/text() | //entry/link[@rel='alternate']/@href").getall():
            yield scrapy.Request(url, self.parse_article)

    def parse_article(self, response):
        """Text, title, authors and date."""
        read = trafilatura.bare_extraction(response.body, url=response.url, with_metadata=True)
        if read is not None:
            yield {
                "url": response.url,
                "title": read.title,
                "author": read.author,
                "date": read.date,
                "text": read.text,
            }


def main(job: dict) -> None:
    """Crawl `job["sources"]` and write the articles to `job["articles"]`."""
    socket.gethostbyname = lambda _host: job["address"]
    feeds = {job["articles"]: {"format": "jsonlines"}}
    process = CrawlerProcess(SETTINGS | job.get("settings", {}) | {"FEEDS": feeds})
    process.crawl(News, job=job)
    process.start()


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
