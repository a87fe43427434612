"""Whoever goes leaves days and sums behind, for the provider's books, and nothing that names them."""

import pytest
from django.utils import timezone

from marketplace.people.erasure.signals import erasure_asked, person_erasing
from marketplace.people.models import User
from payments.arrangements import services
from payments.arrangements.models import Feed, SavedCard
from payments.arrangements.models.arrangement import Side

pytestmark = pytest.mark.django_db


def reasons(person) -> list[str]:
    said = [found for _receiver, found in erasure_asked.send(sender=User, person=person) if found]
    return [words for found in said for words in found if "every week" in words]


def test_nobody_is_erased_while_help_runs_and_afterwards_no_words_are_left(garden, cast):
    arrangement = garden.running(words="Mind the cat, Joan says.")
    visit = garden.done(arrangement)
    services.visit_query(visit=visit, by=garden.joan, now=garden.at, words="He left early.")
    services.feed_make(owner=cast.joan, person=cast.joan, by=garden.joan, now=garden.at)
    assert len(reasons(cast.joan)) == 2
    services.visit_settle(visit=visit, by=garden.joan, now=garden.at)
    services.arrangement_end(arrangement=arrangement, side=Side.PERSON, by=garden.joan, now=garden.at, words="Bye")
    garden.tick()
    assert garden.charged() == [3600]
    assert reasons(cast.joan) == []
    services.arrangements_forget(sender=User, person=cast.joan, now=timezone.now())
    arrangement.refresh_from_db()
    visit.refresh_from_db()
    assert (arrangement.end_words, visit.query_words, visit.pence) == ("", "", 3600)
    assert arrangement.versions.get().words == ""
    assert not Feed.objects.exists()
    assert set(SavedCard.objects.values_list("payment_method", "last4")) == {("", "")}
    assert person_erasing.has_listeners(User)
