"""Captures articles and keeps every version of them; knows nothing of search or the web.

sources -> due URLs -> robots/politeness -> fetch -> WARC record -> extract -> decide -> revision + change
"""
