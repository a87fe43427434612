"""A server as a deployment has it: passwords and TLS. The site's key may do what the handbook gives it, and no more."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from elasticsearch import Elasticsearch

from search import services
from search.backends import IndexUnwell
from search.backends.elasticsearch import ElasticsearchBackend, indices
from search.query import SearchQuery
from tests.factories.documents import make_document
from tests.factories.listings import make_listing, make_provider
from tests.faults.plugin import FULL

pytestmark = [
    pytest.mark.elasticsearch,
    pytest.mark.django_db,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("elasticsearch"),
    pytest.mark.skipif(not FULL, reason="a server of its own: FULL=1"),
]
SCRIPT = Path(__file__).parents[1] / "services" / "elasticsearch" / "elasticsearch"
HANDBOOK = Path(__file__).parents[2] / "docs" / "operations" / "search.md"
PORT, PASSWORD = 9440, "only-for-this-test"


@dataclass(frozen=True)
class Secured:
    """`admin` may do everything. `papers` holds the certificates."""

    url: str
    admin: Elasticsearch
    papers: Path


@pytest.fixture(scope="module")
def secured() -> Iterator[Secured]:
    home = Path(mkdtemp(prefix="marketplace-secured-"))
    own = {"ES_PORT": str(PORT), "ES_RUN_DIR": str(home / "run"), "ES_HEAP": "384m", "ES_SECURED": str(home)}
    certificates(home)
    home.chmod(0o755)
    (home / "password").write_text(PASSWORD)
    env = {**os.environ, **own}
    subprocess.run([str(SCRIPT), "start"], check=True, env=env, timeout=300)
    url = f"https://127.0.0.1:{PORT}"
    try:
        yield Secured(url, Elasticsearch(url, basic_auth=("admin", PASSWORD), ca_certs=str(home / "ca.crt")), home)
    finally:
        subprocess.run([str(SCRIPT), "stop"], check=True, env=env, timeout=60)
        shutil.rmtree(home, ignore_errors=True)


def certificates(home: Path) -> None:
    """An authority of our own, a certificate of its, and another authority that signed nothing."""
    made = {"cwd": home, "check": True, "capture_output": True}
    for name in ("ca", "stranger"):
        asked = f"req -x509 -newkey rsa:2048 -nodes -days 2 -keyout {name}.key -out {name}.crt -subj /CN={name}"
        subprocess.run(["openssl", *asked.split()], **made)
    asked = "req -newkey rsa:2048 -nodes -keyout http.key -out http.csr -subj /CN=localhost"
    subprocess.run(["openssl", *asked.split()], **made)
    (home / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost")
    asked = "x509 -req -in http.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out http.crt -extfile names"
    subprocess.run(["openssl", *asked.split()], **made)


def in_the_handbook() -> dict[str, Any]:
    """What docs/operations/search.md tells people to send."""
    (said,) = re.findall(r"POST /_security/api_key\n(.*?)```", HANDBOOK.read_text(), re.DOTALL)
    return json.loads(said)


@pytest.fixture
def with_key(secured, settings) -> Secured:
    """The site with the key that the handbook makes."""
    settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_INDEX = secured.url, "hereabouts"
    settings.ELASTICSEARCH_CA = str(secured.papers / "ca.crt")
    asked = in_the_handbook()
    settings.ELASTICSEARCH_API_KEY = secured.admin.security.create_api_key(**asked).body["encoded"]
    return secured


def everything_that_the_site_does() -> None:
    """Built, written, read, taken out, counted, put back, and words published."""
    today = timezone.localdate()
    services.index_rebuild(only="elasticsearch")
    services.index_rebuild(only="elasticsearch")
    assert services.index_roll_back() == indices.in_use()
    index = ElasticsearchBackend()
    index.look()
    index.put([make_document(900_001, title="Zinnias"), make_document(900_002, title="Dahlias")])
    index.remove({900_002: 2})
    index.settle()
    assert [hit.id for hit in index.search(SearchQuery(q="zinnias"), today=today).hits] == [900_001]
    assert 900_002 not in index.held()
    assert services.words_push() >= 0
    with ElasticsearchBackend.scratch([make_document(1)]) as scratch:
        assert scratch.search(SearchQuery(), today=today).total == 1
    services.index_audit(backend=index)
    assert index.search(SearchQuery(q="zinnias"), today=today).total == 0


def test_with_the_key_of_the_handbook_everything_works_over_tls(with_key, cast, tmp_path, settings):
    settings.SEARCH_DB = str(tmp_path / "search.sqlite3")
    make_listing(make_provider(cast.council["quantock"]))
    everything_that_the_site_does()


def test_with_a_name_and_a_password_it_works_as_well(with_key, cast, tmp_path, settings):
    settings.SEARCH_DB = str(tmp_path / "search.sqlite3")
    role = in_the_handbook()["role_descriptors"]["site"]
    with_key.admin.security.put_role(name="site", cluster=role["cluster"], indices=role["indices"])
    with_key.admin.security.put_user(username="site", password="a long enough word", roles=["site"])
    settings.ELASTICSEARCH_API_KEY, settings.ELASTICSEARCH_USER = "", "site"
    settings.ELASTICSEARCH_PASSWORD = "a long enough word"
    everything_that_the_site_does()


def test_the_key_opens_nobody_elses_index(with_key, settings):
    with_key.admin.index(index="payroll", id="1", document={"name": "Moira"}, refresh=True)
    site = Elasticsearch(
        with_key.url, api_key=settings.ELASTICSEARCH_API_KEY, ca_certs=django_settings.ELASTICSEARCH_CA
    ).options(ignore_status=403)
    refused = [
        site.get(index="payroll", id="1"),
        site.search(index="payroll"),
        site.index(index="payroll", id="2", document={}),
        site.delete(index="payroll", id="1"),
        site.indices.create(index="other-listings"),
        site.indices.delete(index="payroll"),
        site.indices.put_settings(index="payroll", settings={"index": {"number_of_replicas": 0}}),
        site.security.create_api_key(name="more", role_descriptors={"all": {"cluster": ["all"]}}),
        site.security.get_user(),
        site.cluster.put_settings(persistent={"action.auto_create_index": "false"}),
    ]
    assert [each.meta.status for each in refused] == [403] * len(refused)
    assert (
        site.search(index="*").body["hits"]["total"]["value"]
        == site.search(index="hereabouts-*").body["hits"]["total"]["value"]
    )
    assert with_key.admin.get(index="payroll", id="1").body["_source"] == {"name": "Moira"}


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("ELASTICSEARCH_API_KEY", "bm9uZTpub25l", "401"),
        ("ELASTICSEARCH_API_KEY", "", "401"),
        ("ELASTICSEARCH_CA", "stranger.crt", "TlsError"),
        ("ELASTICSEARCH_URL", f"http://127.0.0.1:{PORT}", "https"),
    ],
)
def test_without_the_right_papers_the_index_is_unwell_and_nothing_is_told(with_key, settings, setting, value, said):
    settings.__setattr__(setting, str(with_key.papers / value) if value.endswith(".crt") else value)
    with pytest.raises(IndexUnwell) as trouble:
        ElasticsearchBackend().look()
    assert said in str(trouble.value)
    assert "bm9uZTpub25l" not in str(trouble.value)
