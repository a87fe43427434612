"""What was said once can be put right: relatives, and the words for what the money is for."""

import pytest

from payments.budgets import services
from payments.budgets.models import Declaration, Outcome, Relation

pytestmark = pytest.mark.django_db


def test_a_relation_is_said_anew_and_counts_from_the_next_order(
    cast, client_of, sam, buy, share, direct_payment, unrelated
):
    joan = client_of(cast.joan)
    assert "We are not related" in joan.get("/money/related/").content.decode()
    joan.post(
        f"/money/related/{sam.public_id}/", {f"relation-{cast.sam.pk}": "partner", f"shares_home-{cast.sam.pk}": "no"}
    )
    assert Declaration.objects.count() == 2, "a new answer stands beside the old one"
    with pytest.raises(services.Barred):
        buy(share(direct_payment, 3600))


def test_what_is_taken_back_is_asked_again(cast, client_of, sam, buy, share, direct_payment, unrelated):
    joan = client_of(cast.joan)
    joan.post(f"/money/related/{sam.public_id}/", {"action": "take_back"})
    assert "Nothing has been said yet" in joan.get("/money/related/").content.decode()
    with pytest.raises(services.NotDeclared):
        buy(share(direct_payment, 3600))
    assert joan.get(f"/money/related/{sam.public_id}/").status_code == 404
    assert Declaration.objects.get().relation == Relation.NONE, "what was said stays written down"


def test_nobody_else_puts_it_right(cast, client_of, sam, unrelated):
    ken = client_of(cast.ken)
    assert ken.post(f"/money/related/{sam.public_id}/", {"action": "take_back"}).status_code == 404
    assert Declaration.objects.get().taken_back_at is None


def test_outcomes_are_said_in_other_words_one_more_and_one_less(cast, client_of, direct_payment):
    joan, url = client_of(cast.joan), f"/money/{direct_payment.public_id}/outcomes/"
    garden, people = direct_payment.outcomes.all()
    assert "I get into the garden every week" in joan.get(url).content.decode()
    joan.post(url, {f"outcome-{garden.pk}": "The garden, twice a week", f"outcome-{people.pk}": "", "more": "Swimming"})
    assert [each.words for each in direct_payment.outcomes.all()] == ["The garden, twice a week", "Swimming"]


def test_an_outcome_that_something_was_bought_for_stays(cast, client_of, direct_payment, unrelated, buy, share):
    buy(share(direct_payment, 3600))
    joan, url = client_of(cast.joan), f"/money/{direct_payment.public_id}/outcomes/"
    garden, people = direct_payment.outcomes.all()
    page = joan.post(url, {f"outcome-{garden.pk}": "", f"outcome-{people.pk}": "", "more": ""}).content.decode()
    assert "Something was bought for this." in page
    assert Outcome.objects.filter(budget=direct_payment).count() == 2, "nothing has changed"


def test_a_direct_payment_is_always_for_something(cast, client_of, direct_payment):
    joan, url = client_of(cast.joan), f"/money/{direct_payment.public_id}/outcomes/"
    page = joan.post(url, {f"outcome-{each.pk}": "" for each in direct_payment.outcomes.all()}).content.decode()
    assert "Write at least one line." in page
    assert direct_payment.outcomes.count() == 2


def test_an_eleventh_outcome_is_refused_aloud_and_nothing_changes(cast, client_of, direct_payment):
    joan, url = client_of(cast.joan), f"/money/{direct_payment.public_id}/outcomes/"
    for number in range(2, 10):
        Outcome.objects.create(budget=direct_payment, words=f"Number {number}", position=number)
    said = {f"outcome-{each.pk}": each.words for each in direct_payment.outcomes.all()}
    first = direct_payment.outcomes.first()
    page = joan.post(url, said | {f"outcome-{first.pk}": "Other words", "more": "Swimming"}).content.decode()
    assert "There is room for ten." in page
    assert "Swimming" in page, "what was typed is kept"
    assert direct_payment.outcomes.count() == 10
    first.refresh_from_db()
    assert first.words != "Other words"
