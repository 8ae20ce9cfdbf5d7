"""Archived pages as they were, on an origin of their own.

    /web/TIMESTAMP/URL -> the capture nearest to that time -> its WARC record -> rewritten page -> sandbox

Pure modules find addresses (`addresses`), rewrite style sheets and markup (`markup`) and speak Memento, RFC
7089 (`memento`); `kept` reads what is kept of a capture; `app` and `pages` answer requests. Nothing here writes.
"""
