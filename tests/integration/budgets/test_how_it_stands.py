"""What one budget's page says of it: the sentence, the ring, how it goes on, and whether more is left than usual."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from marketplace.core.look.words import uk_date_full
from payments.budgets import presentation, selectors, services
from payments.budgets.models import Budget, Method, Relation
from payments.budgets.rules import Share
from payments.budgets.services import council_money
from tests.integration.orders.conftest import by_self

pytestmark = pytest.mark.django_db
DESK = "/staff/money/quantock/"


@pytest.fixture
def spend(cast):
    """So many pence of a budget, in cash, on a day."""

    def made(budget: Budget, pence: int, day: date) -> None:
        services.purchase_record(
            person=budget.person,
            shares=[Share(pence, budget.pk, budget.outcomes.first().pk)],
            title="Bulbs",
            provider_name="The shop",
            method=Method.CASH,
            bought_on=day,
            by=by_self(budget.person),
            now=timezone.now(),
            related=services.Related(Relation.NONE, shares_home=False),
        )

    return made


def main_of(answer) -> str:
    """The words of the page's middle, without tags."""
    page = answer.content.decode()
    middle = page[page.index("<main") : page.index("</main")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", middle))


def test_the_page_says_what_is_left_until_when_and_what_is_promised(
    cast, client_of, buy, direct_payment, unrelated, share, spend
):
    buy(share(direct_payment, 3600))
    spend(direct_payment, 1250, timezone.localdate())
    words = main_of(client_of(cast.joan).get(f"/money/{direct_payment.public_id}/"))
    assert f"You have £451.50 left until {uk_date_full(direct_payment.ends_on)}" in words
    assert "£36 is promised but not yet paid." in words
    assert "At the pace of the last eight weeks it lasts until the end, with some left over." in words
    key = words[words.index("Left to spend") :]
    sums = [int(each.replace(".", "")) for each in re.findall(r"£(\d+\.\d\d)", key)][:4]
    assert sums == [45_150, 3600, 1250, 50_000], "left, promised, spent, and the whole of it"
    assert sum(sums[:3]) == sums[3]


def test_the_ring_is_filled_in_proportion_and_never_drawn_over_itself(
    cast, client_of, buy, direct_payment, unrelated, share, spend
):
    buy(share(direct_payment, 3600))
    spend(direct_payment, 21_400, timezone.localdate())
    page = client_of(cast.joan).get(f"/money/{direct_payment.public_id}/")
    arcs = page.context["ring"]
    parts = {arc.kind: [float(each) for each in arc.dash.split()] for arc in arcs}
    around = presentation.AROUND
    assert {kind: round((drawn + 4) / around, 3) for kind, (drawn, _rest) in parts.items()} == {
        "left": 0.5,
        "due": 0.072,
        "spent": 0.428,
    }
    begins = 0.0
    for arc in arcs:
        assert float(arc.offset) == pytest.approx(-begins, abs=0.1), "each begins where the one before ended"
        begins += parts[arc.kind][0] + 4
        assert f'stroke-dasharray="{arc.dash}" stroke-dashoffset="{arc.offset}"' in page.content.decode()
    assert begins == pytest.approx(around, abs=0.3)


@pytest.mark.parametrize(
    ("lately", "by_the_end"),
    [
        (10_000, 2322),  # 183 days at £100 in 56 days: £326.78 of the £350 that is left
        (12_000, 0),  # never below nothing
    ],
)
def test_how_it_goes_on_is_each_month_so_far_and_the_pace_of_late_to_the_last_day(
    open_budget, spend, lately, by_the_end
):
    begun = timezone.make_aware(datetime(2026, 1, 1, 9))
    budget = open_budget(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), now=begun)
    spend(budget, 5000, date(2026, 2, 1))
    spend(budget, lately, date(2026, 5, 10))
    points = selectors.forecast(budget, timezone.make_aware(datetime(2026, 7, 1, 12)))
    so_far = {each.day: each.pence for each in points if not each.foreseen}
    after = 45_000 - lately
    assert so_far == {
        date(2026, 1, 31): 50_000,
        date(2026, 2, 28): 45_000,
        date(2026, 3, 31): 45_000,
        date(2026, 4, 30): 45_000,
        date(2026, 5, 31): after,
        date(2026, 6, 30): after,
        date(2026, 7, 1): after,
    }
    ahead = [each for each in points if each.foreseen]
    assert [each.day.month for each in ahead] == [7, 8, 9, 10, 11, 12]
    assert (ahead[0].day, ahead[0].pence) == (date(2026, 7, 31), after - lately * 30 // 56)
    assert (ahead[-1].day, ahead[-1].pence) == (budget.ends_on, by_the_end)


def test_the_line_and_its_table_say_the_same(cast, client_of, direct_payment, spend):
    """Who cannot see the line reads the table, so each of its points is a row there, the guesses marked."""
    spend(direct_payment, 1250, timezone.localdate() - timedelta(days=3))
    page = client_of(cast.joan).get(f"/money/{direct_payment.public_id}/")
    points, words = page.context["points"], main_of(page)
    table = words[words.index("Unspent money by day") :]
    foreseen = [point for point in points if point.foreseen]
    assert foreseen[-1].day == direct_payment.ends_on
    at = 0
    for point in points:
        row = f"{uk_date_full(point.day)} {'(at this pace) ' if point.foreseen else ''} £{point.pence / 100:,.2f}"
        at = table.index(re.sub(r"\s+", " ", row), at)
    drawn = page.content.decode()
    assert drawn.count('class="hb-curve__dot"') == len(points)


def test_more_left_than_usual_is_said_to_the_person_and_the_council_and_nothing_is_taken(
    cast, client_of, open_budget, figures
):
    """300 of 330 days are gone and nothing was spent: £454.54 by the calendar, less eight weeks' £84.84."""
    today = timezone.localdate()
    full = open_budget(starts_on=today - timedelta(days=300), ends_on=today + timedelta(days=29))
    joan, theo, page = client_of(cast.joan), client_of(cast.theo), f"/money/{full.public_id}/"
    said = main_of(joan.get(page))
    assert "More is left than usual" in said
    assert "By now about £369.70 more would have been spent. Quantock Council may ask about it." in said
    desk = main_of(theo.get(DESK))
    assert f"More than 8 weeks unspent {cast.joan}" in desk
    assert list(theo.get(DESK).context["picture"].surplus) == [full]
    settings = council_money(cast.council["quantock"])
    settings.surplus_weeks = 52
    settings.save()
    assert "More is left than usual" not in main_of(joan.get(page)), "the council's own number of weeks holds"
    assert "weeks unspent" not in main_of(theo.get(DESK))
    assert figures(full) == (50_000, 0, 0)


def test_money_of_ones_own_is_nobodys_surplus(cast, client_of, open_budget):
    today = timezone.localdate()
    facts = {"starts_on": today - timedelta(days=300), "ends_on": today + timedelta(days=29), "council": None}
    own = open_budget("self_fund", **facts)
    assert "More is left than usual" not in main_of(client_of(cast.joan).get(f"/money/{own.public_id}/"))
