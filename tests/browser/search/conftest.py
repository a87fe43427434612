"""A neighbourhood round Taunton, live and indexed."""

import os

import pytest

from search import services
from tests.factories.listings import make_category, make_listing, make_offer, make_provider

SOMERSET = (
    ("Tapp’s Gardens", "Maureen Tapp works alone", "gardening", "TA1 2QA", 1800),
    ("Sam Orchard, gardens and odd jobs", "Sam works alone", "gardening", "TA1 1AA", 2200),
    ("The Growing Patch, a community allotment and shed in a long green valley", "", "gardening", "TA2 6AA", 0),
    ("Ruth’s Tuesday lunch", "A kitchen in a church hall", "meals", "TA1 1JD", 650),
    ("Winslade Sisters", "Dot and Hazel Winslade", "cleaning", "TA3 5AA", 3200),
    ("Quantock Company", "A co-operative of nine", "company", "TA1 4AA", 1550),
)
KINDS = {
    "gardening": ("Gardening", "trowel"),
    "meals": ("Meals and cooking", "pan"),
    "cleaning": ("Cleaning", "broom"),
    "company": ("Company", "kettle"),
}


@pytest.fixture
def somerset(cast, settings, tmp_path):
    settings.SEARCH_DB = str(tmp_path / "search.sqlite3")
    council = cast.council["quantock"]
    for number in range(12):
        name, who, kind, postcode, pence = SOMERSET[number % len(SOMERSET)]
        title = name if number < len(SOMERSET) else f"{name} ({number})"
        listing = make_listing(
            make_provider(council, name=name),
            title=title,
            who=who,
            categories=(make_category(kind, *KINDS[kind]),),
            base_postcode=postcode,
            venue_postcode=postcode,
            reach_kind="venue" if kind == "meals" else "miles",
            comes_to_you=kind != "meals",
            days=["tue", "sat"] if number % 2 else ["mon", "tue", "wed"],
            languages=["English", "Polish"] if number % 5 == 0 else ["English"],
            takes_direct_payments=number % 3 != 0,
            base_is_home=True,
        )
        make_offer(listing, "An hour", pence, **({"unit": "free"} if pence == 0 else {}))
    services.index_rebuild()
    return council


@pytest.fixture
def shots():
    """Keeps a picture of the page in the folder that SHOTS names, for somebody to look at; otherwise nothing."""
    folder = os.environ.get("SHOTS")

    def keep(page, name: str) -> None:
        if folder:
            page.screenshot(path=f"{folder}/{name.replace(' ', '-')}.png", full_page=True)

    return keep
