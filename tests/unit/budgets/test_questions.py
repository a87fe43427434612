"""What a question about money says when it cannot be answered as it stands."""

from payments.budgets.forms import OutcomesForm, PayForm
from payments.orders.views.funding import Money
from providers.listings.models import Offer

CHOICES = [("1", "Direct payment"), ("own", "My own money, by card")]


def pay(budget: str, left: int, part: str = "") -> PayForm:
    return PayForm({"budget": budget, "part": part}, choices=CHOICES, hints={}, left={"1": left}, total=1800)


def test_an_empty_budget_is_not_offered_as_nothing_or_less():
    """It once said "Type £0 or less here", which the next page refused."""
    assert pay("1", 0).errors == {"budget": ["There is nothing left in it. Choose other money."]}
    assert "There is only £5 left" in pay("1", 500).errors["part"][0]
    assert pay("1", 1800).is_valid()
    assert pay("own", 0).is_valid()


def test_what_money_of_the_council_is_for_is_not_called_optional():
    asked = OutcomesForm({"outcomes": " \n "}, required=True)
    assert asked.fields["outcomes"].required
    assert asked.errors["outcomes"] == ["Write at least one line. Money from the council is always for something."]
    assert OutcomesForm({"outcomes": ""}, required=False).is_valid()


def test_a_number_counts_the_same_for_the_price_as_for_the_question():
    """A space behind it, or figures of another script, once made the money one hour and the order two."""
    money = Money(None, Offer(price_pence=1800), [], {}, limited=False, unspoken=[])  # type: ignore[arg-type]
    for typed in ("2", "2 ", "٢"):
        assert money.total({"quantity": {"quantity": typed}}) == 3600
    for typed in ("", "lots", "0", "-2"):
        assert money.total({"quantity": {"quantity": typed}}) == 1800
    assert money.total({}) == 1800
