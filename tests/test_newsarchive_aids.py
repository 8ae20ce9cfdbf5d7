"""What helps to search on, on the pages and over HTTP: completion, values of facets, related articles, telling words,
mentions in context."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from newsarchive.config import Config

Run = Callable[..., Any]

FERRY = "The ferry sails to the island at dawn. The skipper of the ferry waits for lifeboats."
COUNCIL = "The council voted for the budget of the town. The mayor speaks of the budget."


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory, make: Any) -> Iterator[tuple[FlaskClient, Config]]:
    """Four articles on a ferry, two of them copies, eight on a budget, each by another author."""
    desk, opened = make(tmp_path_factory.mktemp("aids"))
    for n in range(4):
        desk.file(
            f"Ferry {n}", f"{FERRY} Boat {'ab'[n > 1] * 4}.", authors=("Ada Lane", f"Sailor {n}"), tags=("sea",),
            published=datetime(2024, 5, 1 + n, tzinfo=UTC),
        )  # fmt: skip
    for n in range(20):
        text = " ".join(f"{COUNCIL} Item {n * 7 + k}." for k in range(1 + n % 3))
        desk.file(
            f"Budget {n}",
            text,
            authors=(f"Clerk Nº{n}",),
            published=datetime(2023, 1, 1, tzinfo=UTC) + timedelta(n),
        )
    desk.index()
    desk.store.close()
    with opened(desk.config) as app:
        yield app.test_client(), desk.config


@pytest.fixture(scope="module")
def make() -> Any:
    """The desk and the pages of `conftest.py`."""
    import runpy

    tools = runpy.run_path(str(Path(__file__).with_name("conftest.py")))
    return lambda home: (tools["Desk"](home), tools["opened_app"])


@pytest.fixture
def client(harbour: tuple[FlaskClient, Config]) -> FlaskClient:
    return harbour[0]


def get(client: FlaskClient, url: str) -> Any:
    answer = client.get(url)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_completion(client: FlaskClient) -> None:
    found = get(client, "/api/complete?q=title:ferry+author:ad")["completions"]
    assert found == [
        {"text": 'title:ferry author:"Ada Lane"', "added": 'author:"Ada Lane"', "kind": "author", "count": 4}
    ]
    assert [c["added"] for c in get(client, "/api/complete?q=bud")["completions"]] == ["budget"]
    assert get(client, "/api/complete")["completions"] == []
    assert get(client, "/api/complete?q=" + "a" * 2000)["completions"] == []
    assert client.get("/api/complete?q=a&size=0").status_code == 400


def test_what_is_completed_finds_what_was_counted(client: FlaskClient) -> None:
    for typed in ("fer", "author:cl", "source:pap", "tag:s", "lang:en"):
        for one in get(client, f"/api/complete?q={typed}")["completions"]:
            found = client.get("/api/search", query_string={"q": one["text"]}).json
            assert found is not None
            assert found["total"] == one["count"] > 0, one


def test_values_of_a_facet_by_a_word_of_them(client: FlaskClient) -> None:
    found = get(client, "/api/facets/author?containing=sail&q=ferry")
    assert [bucket["value"] for bucket in found["buckets"]] == [f"Sailor {n}" for n in range(4)]
    found = get(client, "/api/facets/author?containing=clerk&values=3&author=Ada+Lane")
    assert (len(found["buckets"]), found["other"]) == (3, 17)
    assert client.get("/api/facets/words").status_code == 404
    assert client.get("/api/facets/author?year=x").status_code == 400


def test_the_page_of_values_works_without_script(client: FlaskClient) -> None:
    shown = client.get("/?q=budget").text
    assert 'action="/values/author"' in shown
    page = client.get("/values/author?q=budget&containing=clerk").text
    assert '<a href="/?q=budget&amp;author=Clerk+N%C2%BA7" dir="auto">Clerk Nº7</a>' in page
    assert "Ada Lane" not in page
    assert "No authors of these articles have such a word" in client.get("/values/author?containing=xyz").text
    assert client.get("/values/words").status_code == 404


def test_related_articles_are_about_the_same_and_no_copies(client: FlaskClient) -> None:
    found = get(client, "/api/articles/1/related")
    assert found["id"] == 1
    stories = {hit["id"]: hit for hit in get(client, "/api/search?q=ferry&all=1")["hits"]}
    assert stories.keys() == {1, 2, 3, 4}
    assert all(one["title"].startswith("Ferry") for one in found["related"])
    assert all("ferry" in one["words"] and 0 < one["likeness"] <= 1 for one in found["related"])
    assert client.get("/api/articles/999/related").status_code == 404


def test_the_page_of_an_article_names_them(desk: Any, serve: Callable[[Config], FlaskClient]) -> None:
    desk.file(
        "Ferry to the island", "The ferry sails at dawn with lifeboats, said the skipper Olsen in the storm."
    )
    desk.file(
        "Storm", "A storm hit the island. A ferry stayed, and lifeboats too, as a skipper said to nobody."
    )
    for n in range(20):
        desk.file(f"Budget {n}", f"The council voted number {n} for the town.")
    desk.index()
    page = serve(desk.config).get("/article/1").text
    assert '<h2 id="related">Related articles</h2>' in page
    assert '<a href="/article/2" lang="en" dir="auto">Storm</a>' in page
    assert "Budget" not in page


def test_telling_words(client: FlaskClient) -> None:
    found = get(client, "/api/significant?q=title:ferry&all=1")
    assert (found["total"], found["looked_at"]) == (4, 4)
    words = [word["word"] for word in found["words"]]
    assert {"island", "skipper", "lifeboats", "dawn"} <= set(words)
    assert not {"ferry", "the", "budget"} & set(words)
    page = client.get("/words?q=title:ferry").text
    assert 'href="/?q=title%3Aferry+skipper" dir="auto">skipper</a>' in page
    assert get(client, "/api/significant")["words"] == []
    assert "they are all that there are" in client.get("/words").text
    assert client.get("/api/significant?words=x").status_code == 400


def test_mentions_in_context(client: FlaskClient) -> None:
    found = get(client, "/api/mentions?q=budget&sort=oldest&size=2")
    assert (found["total"], found["page"], found["page_size"], len(found["articles"])) == (20, 1, 2, 2)
    first = found["articles"][1]
    assert first["title"] == "Budget 1"
    assert first["mentions"][0] == {
        "before": "The council voted for the ",
        "mention": "budget",
        "after": " of the town. The mayor speaks of the budget. Item 7. The council voted",
    }
    assert len(first["mentions"]) == 4
    last = get(client, "/api/mentions?q=budget&sort=oldest&size=2&page=10")["articles"]
    assert [one["title"] for one in last] == ["Budget 18", "Budget 19"]
    assert get(client, "/api/mentions?q=budget&page=3&size=50")["articles"] == []


def test_the_page_of_mentions(client: FlaskClient) -> None:
    page = client.get("/mentions?q=budget&sort=oldest&size=5").text
    assert "<bdi>The council voted for the </bdi></span><span><mark>budget</mark> of the town" in page
    assert 'href="/mentions?q=budget&amp;sort=oldest&amp;size=5&amp;page=2"' in page
    assert "Nothing in the archive matches" in client.get("/mentions?q=zebra").text
    assert "Type into the search box" in client.get("/mentions").text
    assert "Not in the text itself" in client.get("/mentions?q=title:ferry").text


def test_mentions_on_the_command_line(harbour: tuple[FlaskClient, Config], newsarchive: Run) -> None:
    home = harbour[1].home
    shown = newsarchive("--home", home, "search", "budget", "--kwic", "--limit", "3", "--sort", "oldest").out
    lines = [line for line in shown.splitlines() if " of the town" in line]
    assert len(lines) == 12
    assert {line[40:46] for line in lines} == {"budget"}
    told = newsarchive("--home", home, "search", "budget", "--kwic", "--limit", "60", "--json").json
    assert len(told["articles"]) == told["total"] == 20


@pytest.mark.parametrize("address", ["/mentions?q=a", "/words", "/values/author"])
def test_an_archive_without_an_index_says_so(
    desk: Any, serve: Callable[[Config], FlaskClient], address: str
) -> None:
    answer = serve(desk.config).get(address)
    assert answer.status_code == 503
    assert serve(desk.config).get("/api/complete?q=ha").json == {"completions": []}
