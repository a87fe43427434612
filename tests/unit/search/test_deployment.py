"""What the files of a deployment give the site at its search server: its own indices, and no others."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
COMPOSE = (ROOT / "compose.yaml").read_text()


def test_compose_gives_the_site_the_rights_of_the_handbook_and_no_more():
    (handbook,) = re.findall(
        r"POST /_security/api_key\n(.*?)```", (ROOT / "docs/operations/search.md").read_text(), re.DOTALL
    )
    (role,) = re.findall(r"ROLE: '(.*)'", COMPOSE)
    assert json.loads(role) == json.loads(handbook)["role_descriptors"]["site"]


def test_the_site_is_never_the_one_who_may_do_everything():
    site = COMPOSE.split("services:")[0]
    assert "ELASTICSEARCH_USER: site\n" in site
    assert "elastic:" not in site
    assert "ELASTIC_PASSWORD" not in site
