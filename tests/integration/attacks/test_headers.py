"""A12 and A14: what every answer says to the browser, and to whatever lies between."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.integration.policy import policy
from tests.integration.policy.asking import ADMIN, Answer
from tests.integration.policy.test_matrix import EVERY_ROW

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("attacks")]
# What strangers see before they type anything: kept by caches, so it carries no cookie.
PUBLIC = (
    "/",
    "/quantock/",
    "{live_path}",
    "/offline/",
    "/search/",
    "/search/?q=garden&postcode=TA1+1AA",
    "/search/suggest/?q=gar",
    "/search/need/",
    "/shortlist/",
    "/compare/?l={live}",
    "/orders/choose/{live}/",
    "/style/74274b.css",
    "/map/6/31/20.png",
    "/media/{media}",
)
LOOKING = {
    "nobody": policy.NOBODY,
    "a person": "ken",
    "a provider": "sam",
    "a helper": policy.PRIYA_FOR_JOAN,
    "a curator": "moira",
    "the operator": "olwen",
}


def directives(answer: Answer) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer.headers.get("Content-Security-Policy", "").split(";"))
    return {name: rest for name, _space, rest in parts if name}


def troubles(answer: Answer, path: str) -> list[str]:
    """What is wrong with the headers of one answer."""
    found = []
    rules = directives(answer)
    in_admin = path.startswith(ADMIN)
    if answer.headers.get("X-Content-Type-Options") != "nosniff":
        found.append("no nosniff")
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        return found
    if not rules:
        return [*found, "no Content-Security-Policy"]
    for name, rest in rules.items():
        if not in_admin and ("unsafe" in rest or "*" in rest or "http:" in rest):
            found.append(f"{name} is {rest}")
    if "default-src" not in rules or rules.get("base-uri") != "'none'":
        found.append("default-src or base-uri is open")
    if rules.get("frame-ancestors") != ("'self'" if in_admin else "'none'"):
        found.append(f"frame-ancestors is {rules.get('frame-ancestors')}")
    if answer.headers.get("X-Frame-Options") != ("SAMEORIGIN" if in_admin else "DENY"):
        found.append(f"X-Frame-Options is {answer.headers.get('X-Frame-Options')}")
    if "Referrer-Policy" not in answer.headers:
        found.append("no Referrer-Policy")
    body = answer.body.decode(errors="replace")
    if not in_admin and any(sign in body for sign in (' style="', " onclick=", "<style", "javascript:")):
        found.append("an inline style or script, which the policy would stop")
    return found


@pytest.mark.fault("A14")
@pytest.mark.parametrize("looking", LOOKING)
def test_every_page_tells_the_browser_what_it_may_do(asker, fault_row, looking):
    actor = LOOKING[looking]
    for row in EVERY_ROW:
        if actor == policy.NOBODY or actor in row.may:
            path = asker.path(row)
            answer = asker.ask(actor, "GET", path)
            fault_row.count()
            for trouble in troubles(answer, path):
                fault_row.violation(f"{row} for {looking}: {trouble}")


@pytest.mark.fault("A12")
@pytest.mark.parametrize("looking", [name for name in LOOKING if name != "nobody"])
def test_nothing_made_for_somebody_is_kept_by_anybody(asker, fault_row, looking):
    actor = LOOKING[looking]
    for row in EVERY_ROW:
        if actor not in row.may:
            continue
        answer = asker.ask(actor, "GET", asker.path(row))
        fault_row.count()
        kept = answer.headers.get("Cache-Control", "")
        made_for_all = not answer.headers.get("Content-Type", "").startswith("text/html")
        if "no-store" not in kept and not ("public" in kept and made_for_all) and policy.NOBODY not in row.may:
            fault_row.violation(f"{row} for {looking}: Cache-Control is {kept or 'missing'}")
        if "no-store" not in kept and answer.headers.get("Content-Type", "").startswith("text/html"):
            fault_row.violation(f"{row} for {looking}: a page with their name on it says {kept or 'nothing'}")


@pytest.mark.fault("A12")
def test_a_public_page_carries_no_cookie(asker, fault_row):
    for address in PUBLIC:
        answer = asker.ask(policy.NOBODY, "GET", address.format_map(asker.world.things))
        fault_row.count()
        if answer.status != 200:
            fault_row.violation(f"{address} answered {answer.status}")
        if "Set-Cookie" in answer.headers:
            fault_row.violation(f"{address} sets {answer.headers['Set-Cookie'][:80]}")


ASK_IN_PRODUCTION = """
import django
django.setup()
from django.test import Client
plain, safe = Client().get("/style/74274b.css"), Client().get("/style/74274b.css", secure=True)
print(plain.status_code, plain.headers.get("Location", ""))
print(safe.status_code, safe.headers.get("Strict-Transport-Security", ""), safe.headers.get("X-Content-Type-Options"))
"""


@pytest.mark.fault("A14")
def test_production_speaks_https_only_and_says_so_for_a_year(tmp_path):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "marketplace.settings.production",
        "SECRET_KEY": "k3-not-a-secret-but-long-enough-to-be-one-for-this-test",
        "STRIPE_SECRET_KEY": "sk_live_invented",
        "STRIPE_WEBHOOK_SECRET": "whsec_invented_for_this_test",
        "ALLOWED_HOSTS": "testserver",
        "DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3",
    }
    ran = subprocess.run(
        [sys.executable, "-c", ASK_IN_PRODUCTION],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    plain, safe = ran.stdout.strip().splitlines()[-2:]
    assert plain == "301 https://testserver/style/74274b.css"
    status, hsts = safe.split(" ", 1)
    assert status == "200"
    assert "max-age=31536000" in hsts
    assert "includeSubDomains" in hsts
    assert hsts.endswith("nosniff")
