"""manage.py search_evaluate on a small invented collection: it measures, compares, and never looks at the tags."""

import json
import math
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from search.backends.elasticsearch import ElasticsearchBackend
from search.backends.elasticsearch.connecting import client
from search.backends.patience import TooSlow

pytestmark = pytest.mark.django_db
HERE = Path(__file__).parent / "labelled"


def run(*extra: str, **options: str) -> str:
    out = StringIO()
    files = {"documents": str(HERE / "documents.csv"), "queries": str(HERE / "queries.csv"), **options}
    call_command("search_evaluate", *extra, **files, stdout=out)
    return out.getvalue()


def test_people_find_by_their_own_words_what_others_find_by_the_proper_ones():
    groups = json.loads(run("--json"))["groups"]
    assert {name: means["queries"] for name, means in groups.items()} == {
        "lay": 4,
        "misspelt": 1,
        "professional": 2,
        "all": 7,
    }
    assert groups["lay"]["ndcg@10"] == groups["professional"]["ndcg@10"] == groups["misspelt"]["ndcg@10"] == 1.0


def test_misspelt_queries_are_one_figure_beside_the_same_ones_spelt_right(tmp_path):
    """Each misspelt query is set beside the right one with its tags; one without a twin is left out."""
    queries = tmp_path / "queries.csv"
    queries.write_text(
        "query,group,tags\nguitar,professional,music\ngutiar,misspelt,music\nquodlibbet,misspelt,music\n"
        "guitar,professional,zebrafish\n"
    )
    documents = tmp_path / "documents.csv"
    documents.write_text("id,title,text,tags\n1,Guitar lessons,Guitar and harp,music\n2,Walks,In the hills,walking\n")
    files = {"documents": str(documents), "queries": str(queries)}
    assert json.loads(run("--json", **files))["misspelt_beside_right"] == 1.0
    assert "misspelt beside the right spelling: 1.0" in run(**files)


def test_without_rules_it_is_worse_and_the_comparison_says_so(tmp_path):
    saved = tmp_path / "run.json"
    saved.write_text(run("--json", rules="none"))
    said = run(compare=str(saved))
    assert "lay: queries 4, ndcg@10 1.0 (was 0." in said


@pytest.mark.elasticsearch
@pytest.mark.xdist_group("elasticsearch")
def test_the_real_server_is_measured_by_the_same_questions_and_nothing_is_left_on_it(own_server):
    """With a server in the settings too, which is not asked while the file is measured."""
    on_server, in_file = (json.loads(run("--json", backend=name)) for name in ("elasticsearch", "embedded"))
    assert on_server["backend"] == "elasticsearch"
    for name, means in on_server["groups"].items():
        assert means == pytest.approx(in_file["groups"][name], abs=0.02), name
    assert (
        on_server["groups"]["lay"]["ndcg@10"]
        > json.loads(run("--json", backend="elasticsearch", rules="none"))["groups"]["lay"]["ndcg@10"]
    )
    left = client().indices.get(index=f"{settings.ELASTICSEARCH_INDEX}-*").body
    assert list(left) == []


def test_without_a_server_its_measure_is_refused_in_a_sentence(settings):
    settings.ELASTICSEARCH_URL = ""
    with pytest.raises(CommandError, match="ELASTICSEARCH_URL"):
        run(backend="elasticsearch")


@pytest.mark.elasticsearch
@pytest.mark.xdist_group("elasticsearch")
def test_a_server_that_is_slow_now_and_then_is_asked_again(own_server, monkeypatch):
    """A measurement of hundreds of queries must not end because one of them waited behind other work."""
    honest, turns = ElasticsearchBackend.search, []

    def search(*given, **named):
        turns.append(1)
        if len(turns) % 2:
            raise TooSlow("the server does not answer in time")
        return honest(*given, **named)

    monkeypatch.setattr(ElasticsearchBackend, "search", search)
    assert json.loads(run("--json", backend="elasticsearch"))["groups"]["lay"]["ndcg@10"] == 1.0


def test_what_was_found_of_what_is_right_is_told_by_query_and_by_group(tmp_path):
    """Worked out by hand: of eleven right answers one is found; a word that nobody has finds nothing."""
    documents, queries = tmp_path / "documents.csv", tmp_path / "queries.csv"
    others = "".join(f"{number},Walks {number},In the hills,walking\n" for number in range(2, 12))
    documents.write_text(f"id,title,text,tags\n1,Guitar lessons,Guitar and harp,music;walking\n{others}")
    queries.write_text("query,group,tags\nguitar,professional,walking\nquodlibbet,professional,music\n")
    said = json.loads(run("--json", rules="none", documents=str(documents), queries=str(queries)))
    guitar, nothing = said["queries"]
    assert (guitar["found"], guitar["right"], guitar["recall"]) == (1, 11, pytest.approx(1 / 11, abs=1e-4))
    assert (nothing["found"], nothing["recall"], nothing["zero"]) == (0, 0.0, True)
    group = said["groups"]["professional"]
    assert (group["queries"], group["zero_results"]) == (2, 0.5)
    assert group["recall@50"] == pytest.approx(1 / 22, abs=1e-4)
    ideal = sum(1 / math.log2(place + 1) for place in range(1, 11))
    assert group["ndcg@10"] == pytest.approx(1 / ideal / 2, abs=1e-4)


def test_tags_are_judgements_and_never_found(tmp_path):
    """A search for the tag itself finds nothing."""
    queries = tmp_path / "queries.csv"
    queries.write_text("query,group,tags\nzebrafish,lay,zebrafish\n")
    documents = tmp_path / "documents.csv"
    documents.write_text("id,title,text,tags\n1,Fish,In a pond,zebrafish\n")
    (found,) = json.loads(run("--json", documents=str(documents), queries=str(queries)))["queries"]
    assert (found["zero"], found["right"]) == (True, 1)


def test_a_file_without_its_columns_or_a_strange_backend_is_refused_in_a_sentence(tmp_path):
    strange = tmp_path / "strange.csv"
    strange.write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match="must have the columns"):
        run(documents=str(strange))
    with pytest.raises(CommandError, match="choose from"):
        run(backend="papyrus")


def test_in_a_fresh_clone_it_measures_with_the_rules_of_the_file(tmp_path, settings):
    """Nobody has to fill a database to measure words: a colleague tries new rules on a laptop."""
    command = [sys.executable, "manage.py", "search_evaluate", "--json"]
    files = ["--documents", str(HERE / "documents.csv"), "--queries", str(HERE / "queries.csv")]
    nowhere = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'fresh.sqlite3'}"}
    done = subprocess.run(
        command + files, cwd=settings.BASE_DIR, env=nowhere, capture_output=True, text=True, check=True, timeout=120
    )
    assert "measured with those of the file" in done.stderr
    assert json.loads(done.stdout)["groups"]["lay"]["ndcg@10"] == 1.0
