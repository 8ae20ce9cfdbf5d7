"""JSON over HTTP: the shapes that scripts rely on, and answers equal to the pages'."""

from __future__ import annotations

from flask.testing import FlaskClient

SITE = "http://paper.test/"


def test_a_search_has_the_shape_that_scripts_rely_on(client: FlaskClient, ids: dict[str, int]) -> None:
    answer = client.get("/api/search?q=ferry&sort=newest").get_json()
    assert {"total", "understood", "hits", "facets", "took_ms"} <= set(answer)
    (hit,) = answer["hits"]
    assert hit | {"snippet": "", "score": 0} == {
        "id": ids["ferry"],
        "url": f"{SITE}ferry-returns-to-the-island",
        "title": "Ferry returns to the island",
        "authors": ["Ada Lane", "Milo Penhallow"],
        "published": "2024-05-01T00:30:00+09:00",
        "source": "The Paper",
        "section": "Harbour",
        "language": "en",
        "snippet": "",
        "score": 0,
        "revisions": 2,
        "gone": False,
        "edits": 1,
        "edited": "2026-11-23T14:00:00+00:00",
        "earlier_titles": [],
        "more": 0,
        "also": [],
    }
    assert (answer["total"], answer["stories"], answer["grouped"]) == (1, 1, True)
    assert answer["facets"]["source"] == [{"value": "The Paper", "count": 1}]


def test_it_equals_the_page(client: FlaskClient) -> None:
    query = "q=harbour&author=Ada+Lane&since=2024"
    total = client.get(f"/api/search?{query}").get_json()["total"]
    assert f"{total} articles</h1>" in client.get(f"/?{query}").text


def test_an_article_has_the_shape_of_show(client: FlaskClient, ids: dict[str, int]) -> None:
    answer = client.get(f"/api/articles/{ids['budget']}").get_json()
    shape = "id url title authors published published_from modified source section tags language text image"
    assert {*shape.split(), "description", "revisions"} <= set(answer)
    assert answer["published"] == "2025-02-03"
    assert [r["number"] for r in answer["revisions"]] == [1]
    old = client.get(f"/api/articles/{ids['ferry']}?revision=1").get_json()
    assert "Tuesday" in old["text"]


def test_what_is_wrong_is_a_sentence(client: FlaskClient) -> None:
    wrong = client.get("/api/search?page=0")
    assert (wrong.status_code, list(wrong.get_json())) == (400, ["error"])
    nothing = client.get("/api/articles/999")
    assert (nothing.status_code, list(nothing.get_json())) == (404, ["error"])
    assert client.get("/api/nowhere").is_json


def test_health(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok", "articles": 35, "documents": 35}
