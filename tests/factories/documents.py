"""Documents of listings that never were, made without a database: the same ones every time."""

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from marketplace.core import geo
from search.documents import Document

KINDS = {"gardening": "Gardening", "meals": "Meals and cooking", "company": "Company", "cleaning": "Cleaning"}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LANGUAGES = ("English", "Welsh", "Polish", "British Sign Language")
CHECKS = ("identity", "insurance", "dbs_basic")
OFFERS = ("An hour in your garden", "A hot lunch", "A visit and a chat", "A morning of cleaning", "Hedges and lawns")
REACHES = (2, 5, 10, 15, 20, 30, None)


def make_document(listing_id: int = 1, **facts: Any) -> Document:
    """One plain listing; anything may be said differently."""
    plain: dict[str, Any] = {
        "id": listing_id,
        "version": 1,
        "public_id": f"L-{listing_id}",
        "title": f"Listing {listing_id}",
        "kinds_words": "",
        "offers": "",
        "summary": "",
        "about": "",
        "provider": "",
        "kinds": (),
        "days": (),
        "languages": (),
        "checks": (),
        "legal_form": "sole_trader",
        "council": "quantock",
        "comes": True,
        "there": False,
        "free": False,
        "dp": False,
        "shared": False,
        "step_free": False,
        "men": False,
        "women": False,
        "price_pence": 1800,
        "lat": 51.02,
        "lon": -3.1,
        "reach_miles": None,
        "areas": (),
        "assured": date(2026, 11, 1).toordinal(),
        "published": 1_700_000_000 + listing_id,
    }
    plain |= facts
    plain.setdefault("card", {"listing_id": plain["public_id"], "name": plain["title"], "url": f"/l/{listing_id}/"})
    return Document(**plain)


def neighbourhood(count: int, around: geo.Point, today: date, seed: int = 7) -> list[Document]:
    """Listings of every sort within some 35 miles of a point; a few far away, a few that nobody can place."""
    dice = random.Random(seed)
    return [_somebody(number, around, today, dice) for number in range(1, count + 1)]


def _somebody(number: int, around: geo.Point, today: date, dice: random.Random) -> Document:
    kinds = tuple(sorted((slug, KINDS[slug]) for slug in dice.sample(sorted(KINDS), dice.choice((1, 1, 2)))))
    price = dice.choice((0, None, 900, 1200, 1800, 1800, 2500, 6000))
    spread = dice.choice((0.02, 0.1, 0.5))
    made = make_document(
        number,
        title=f"{dice.choice(('Tapp', 'Orchard', 'Winslade', 'Rahman'))}’s {kinds[0][1].lower()} {number}",
        kinds_words=" ".join(name for _slug, name in kinds),
        offers=dice.choice(OFFERS),
        summary=dice.choice(("I always shut the gate.", "Two pairs of hands.", "A shed with a stove.")),
        about="Weeding, pruning, soup, buttons, letters, lifts. " * dice.randint(1, 3),
        kinds=kinds,
        days=tuple(sorted(dice.sample(DAYS, dice.randint(0, 6)))),
        languages=tuple(sorted({"English", *dice.sample(LANGUAGES, dice.choice((0, 0, 1)))})),
        checks=tuple(sorted(dice.sample(CHECKS, dice.randint(0, 3)))),
        comes=dice.random() < 0.7,
        there=dice.random() < 0.5,
        free=price == 0,
        dp=dice.random() < 0.5,
        shared=dice.random() < 0.3,
        step_free=dice.random() < 0.3,
        men=number % 3 == 0,
        women=number % 4 < 2,
        price_pence=price,
        lat=round(around.lat + dice.gauss(0, spread), 6),
        lon=round(around.lon + dice.gauss(0, spread * 1.6), 6),
        reach_miles=dice.choice(REACHES),
        areas=dice.choice(((), (), (), ("E06000066",), ("E08000035",), ("E06000066", "E08000035"))),
        assured=(today - timedelta(days=dice.choice((3, 100, 200, 300, 390)))).toordinal(),
        published=1_700_000_000 + dice.randint(0, 10_000_000),
    )
    if dice.random() < 0.05:
        made = replace(made, lat=None, lon=None)
    return made
