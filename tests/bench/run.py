"""`make bench`: what pages cost beside a plain Django view, memory, and the embedded search at two sizes.

Every figure is measured in this run, as a ratio to its peer in the same run. Writes var/bench.json.
"""

import json
import os
import sys
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
ROOT = Path(__file__).resolve().parents[2]
LISTINGS = int(os.environ.get("BENCH_LISTINGS", "10000"))
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "300"))
SITE, PLAIN = 8761, 8762
QUESTION = "/search/?q=gardening&postcode=TA1+1AA&within=10"


def main() -> None:
    django.setup()
    from django.core.management import call_command

    from tests.bench import data, engine

    call_command("migrate", verbosity=0)
    data.fill(LISTINGS)
    call_command("search_rebuild", verbosity=0, stdout=sys.stderr)
    figures = {"listings": LISTINGS, "requests": REQUESTS, **pages(engine.cpu_ms(QUESTION))}
    figures |= engine.embedded()
    (ROOT / "var" / "bench.json").write_text(json.dumps(figures, indent=2) + "\n")
    for name, value in figures.items():
        print(f"{name}: {value}")


def pages(engine_ms: float) -> dict[str, float]:
    """The rows P1 to P5 and P11, each page against its peer."""
    from providers.listings.models import ListingPage
    from tests.bench.serve import Probe, costs, gunicorn

    from .people import cookie_of_ken

    page = ListingPage.objects.filter(slug="listing-17").get()
    there = page.get_url()
    signed_in = {"Cookie": cookie_of_ken()}
    with gunicorn("tests.bench.settings", SITE) as site, gunicorn("tests.bench.plain_settings", PLAIN) as plain:
        cost = costs(
            {
                "home": Probe(site, "/"),
                "plain home": Probe(plain, "/plain/home/"),
                "home signed in": Probe(site, "/", headers=signed_in),
                "listing": Probe(site, there),
                "plain listing": Probe(plain, f"/plain/listing/{page.slug}/"),
                "listing signed in": Probe(site, there, headers=signed_in),
                "search": Probe(site, QUESTION),
                "plain search": Probe(plain, f"/plain{QUESTION}"),
                "search signed in": Probe(site, QUESTION, headers=signed_in),
                "home kept": Probe(site, "/", unique=False, times=4),
                "empty": Probe(plain, "/empty/", unique=False, times=4),
            },
            requests=REQUESTS,
        )
        memory = site.memory_mb()
    ratios = {
        "P1 home CPU ratio": cost["home"].cpu_ms / cost["plain home"].cpu_ms,
        "P1 home requests ratio": cost["plain home"].per_second / cost["home"].per_second,
        "P2 listing CPU ratio": cost["listing"].cpu_ms / cost["plain listing"].cpu_ms,
        "P3 search CPU ratio without the engine": (cost["search"].cpu_ms - engine_ms) / cost["plain search"].cpu_ms,
        "P4 anonymous kept page CPU ratio": cost["home kept"].cpu_ms / cost["empty"].cpu_ms,
        "P5 home signed in ratio": cost["home signed in"].cpu_ms / cost["home"].cpu_ms,
        "P5 listing signed in ratio": cost["listing signed in"].cpu_ms / cost["listing"].cpu_ms,
        "P5 search signed in ratio": cost["search signed in"].cpu_ms / cost["search"].cpu_ms,
        "P11 memory of master and 2 workers MB": memory,
        "engine CPU ms": engine_ms,
    }
    absolute = {f"{name} CPU ms": value.cpu_ms for name, value in cost.items()}
    absolute |= {f"{name} a second": value.per_second for name, value in cost.items()}
    return {name: round(value, 3) for name, value in {**ratios, **absolute}.items()}


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    from tests.bench.run import main as run

    run()
