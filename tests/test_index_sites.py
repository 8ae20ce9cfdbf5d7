"""The site of an address is the same in the index and in a query."""

from __future__ import annotations

import pytest

from index.sites import site_of


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://www.example.com/a?b#c", "example.com"),
        ("http://News.Example.com:8080/", "news.example.com"),
        ("example.com", "example.com"),
        ("www.example.com/news", "example.com"),
        ("https://müller.de", "xn--mller-kva.de"),
        ("müller.de", "xn--mller-kva.de"),
        ("http://127.1/", "127.0.0.1"),
        ("localhost", "localhost"),
        ("example.com.", "example.com"),
        ("www.com", "www.com"),
        ("www.www.com", "www.com"),
        ("example..com", ""),
        ("2024..", ""),
        ("", ""),
        (">x", ""),
        ("a b", ""),
        ("http://", ""),
        ("\ud800.com", ""),
    ],
)
def test_a_site_is_a_host_without_www(address: str, site: str) -> None:
    assert site_of(address) == site
    assert site_of(site) == site
