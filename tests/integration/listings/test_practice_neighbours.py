"""The invented neighbours of the practice site can be told apart."""

from random import Random

import pytest
from django.utils import timezone

from marketplace.demo.seed import providers
from marketplace.demo.seed.kinds import KINDS
from providers.listings.models import Provider
from tests.factories.listings import make_category

pytestmark = pytest.mark.django_db


def test_no_two_neighbours_have_one_name(cast):
    """Two were called “Dig In, Taunton”: a kind has three names for a place, and the next adds their own."""
    kind = next(each for each in KINDS if each.slug == "growing")
    council, category = cast.council["quantock"], make_category("growing", "Growing together", "can")
    for number in range(5):
        first = ("Nell", "Ruth", "Amir", "Joss", "Petra")[number]
        facts = (number, kind, council, first, "Combe", "TA1", "Taunton", "TA1 1AA", Random("the same"))
        providers.settle(providers.Invented(*facts), category, timezone.now())
    names = list(Provider.objects.filter(email__startswith="neighbour").values_list("name", flat=True))
    assert len(set(names)) == len(names) == 5
