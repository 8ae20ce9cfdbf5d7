"""The archive as a search engine of the browser: OpenSearch 1.1. Pure."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from newsarchive.views import xml

_NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"


def description(root_url: str) -> bytes:
    """The description document for an archive at `root_url`, which ends with a slash."""
    root = ET.Element("OpenSearchDescription", xmlns=_NAMESPACE)
    xml.add(root, "ShortName", "News archive")
    xml.add(root, "Description", "Search the articles of this news archive")
    xml.add(root, "InputEncoding", "UTF-8")
    xml.add(root, "Image", f"{root_url}static/favicon.svg", type="image/svg+xml", width="16", height="16")
    xml.add(root, "Url", type="text/html", template=f"{root_url}?q={{searchTerms}}")
    xml.add(root, "Url", type="application/atom+xml", template=f"{root_url}feed.atom?q={{searchTerms}}")
    return xml.document(root)
