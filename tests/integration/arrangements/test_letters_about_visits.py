"""What a provider says of a visit is told at once: to the person and to whoever buys for them, and to nobody else."""

import re
from datetime import time, timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone
from django.utils.http import urlencode

from marketplace.core import outbox
from marketplace.people import services as people
from marketplace.people.models import NO_POST, Delegation, Scope
from payments.arrangements import rules
from payments.arrangements.models import Visit
from payments.arrangements.services import PaidFrom, telling
from payments.arrangements.states import VisitState
from payments.budgets import services as budgets
from payments.budgets.models import Approval
from payments.budgets.states import Source
from tests.factories.listings import make_provider
from tests.integration.arrangements.conftest import next_monday
from tests.integration.orders.conftest import by_self

pytestmark = pytest.mark.django_db
DONE = {"happened": "yes", "minutes": "120", "words": "Her knee was bad, so I did the beds."}
LONGER = DONE | {"minutes": "150"}
MISSED = {"happened": "no", "minutes": "120", "words": "I was at the hospital."}
PRIVATE = ("knee", "hospital")


@pytest.fixture
def helps(cast):
    """`helps(lee, Scope.SEE)`: somebody who may do that for Joan since yesterday."""

    def make(user, scope=Scope.BUY, **facts) -> Delegation:
        yesterday = timezone.now() - timedelta(days=1)
        usual = {"starts_at": yesterday, "granted_by": cast.joan, "granted_at": yesterday}
        return Delegation.objects.create(person=cast.joan, delegate=user, scope=scope, **(usual | facts))

    return make


@pytest.fixture
def visit(garden) -> Visit:
    """One that was to begin three hours ago; everything before it has been told."""
    return just_been(garden.running())


def just_been(arrangement) -> Visit:
    found = arrangement.visits.order_by("day").first()
    Visit.objects.filter(pk=found.pk).update(starts_at=timezone.now() - timedelta(hours=3))
    outbox.deliver()
    mail.outbox.clear()
    return Visit.objects.select_related("arrangement__person").get(pk=found.pk)


@pytest.fixture
def marked(cast, client_of):
    """Sam writes down on his page what became of it."""

    def mark(visit: Visit, said: dict[str, str], *, leaves: bool = True) -> None:
        url = f"/provider/arrangements/{visit.arrangement.public_id}/visits/{visit.public_id}/"
        answer = client_of(cast.sam).post(url, said, follow=True)
        assert "Written down. We have told them." in answer.content.decode()
        if leaves:
            outbox.deliver()

    return mark


def readers() -> list[str]:
    assert all(len(letter.to) == 1 and not letter.cc and not letter.bcc for letter in mail.outbox)
    return sorted(letter.to[0] for letter in mail.outbox)


def letter_to(user):
    (letter,) = [letter for letter in mail.outbox if letter.to == [user.email]]
    return letter


def link_in(letter) -> str:
    """The one page of this site that it leads to, as a path."""
    (found,) = re.findall(rf"^{re.escape(settings.SITE_URL)}(/\S+)$", letter.body.split("\n-- \n")[0], re.MULTILINE)
    return found


WHAT = {
    "done": (DONE, "Sam was there on", ["Sam says: 2 hours, £36.00.", "If that is not right, say so by"]),
    "longer": (LONGER, "Sam was there on", ["2 hours 30 minutes, £45.00.", "It was planned for 2 hours."]),
    "missed": (MISSED, "did not happen", ["Sam could not come. Nothing is charged."]),
}


@pytest.mark.parametrize("what", WHAT)
def test_the_person_and_whoever_buys_for_them_are_told_once_and_nobody_else(cast, what, visit, marked, helps):
    """Lee may only propose, Ken only look; the council and the provider's curator have no part in it."""
    said, subject, words = WHAT[what]
    helps(cast.priya)
    helps(cast.lee, Scope.SHORTLIST)
    helps(cast.ken, Scope.SEE)
    marked(visit, said)
    assert readers() == [cast.joan.email, cast.priya.email]
    for user in (cast.joan, cast.priya):
        letter = letter_to(user)
        assert subject in letter.subject
        assert all(each in letter.body for each in words), letter.body
        for part in (letter.subject, letter.body, letter.alternatives[0].content):
            assert not any(each in part for each in PRIVATE), "why, and how she is, stands on the page only"
    outbox.deliver()
    assert len(mail.outbox) == 2


def test_a_length_as_planned_is_not_explained(cast, visit, marked):
    marked(visit, DONE)
    assert "planned" not in letter_to(cast.joan).body


def test_each_reader_comes_to_the_visit_and_can_query_it(cast, visit, marked, helps, client_of):
    """Priya reads whose help it is, and acts for Joan by one press; a link by itself changes nothing."""
    helping = helps(cast.priya)
    marked(visit, LONGER)
    page = f"/arrangements/{visit.arrangement.public_id}/"
    query = f"{page}visits/{visit.public_id}/query/"
    assert link_in(letter_to(cast.joan)) == page
    assert query in client_of(cast.joan).get(page).content.decode()
    letter, priya = letter_to(cast.priya), client_of(cast.priya)
    assert "This is about Joan Tapper’s help every week." in letter.body
    assert "Tapper’s" not in letter_to(cast.joan).body
    link = link_in(letter)
    assert link.startswith(f"/accounts/acting/start/{helping.pk}/?")
    door = priya.get(link).content.decode()
    assert "The page you asked for is Joan’s." in door
    assert priya.get(page).status_code == 404, "she has not pressed"
    shown = priya.post(link, follow=True)
    assert shown.redirect_chain == [(page, 302)]
    assert query in shown.content.decode()
    assert priya.get(link, follow=True).redirect_chain == [(page, 302)], "she acts for her already"
    priya.post(query, {"words": "He left at noon."})
    visit.refresh_from_db()
    assert visit.state == VisitState.QUERIED


def test_who_is_signed_out_signs_in_and_goes_on(cast, visit, marked, helps, client):
    helps(cast.priya)
    marked(visit, DONE)
    answer = client.get(link_in(letter_to(cast.priya)))
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/?next=/accounts/acting/start/")
    assert visit.arrangement.public_id in answer.url


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil", ""]
)
def test_the_way_on_leads_nowhere_else(cast, helps, client_of, elsewhere):
    helping, priya = helps(cast.priya), client_of(cast.priya)
    link = f"/accounts/acting/start/{helping.pk}/?{urlencode({'next': elsewhere})}"
    assert "From then on you see what is Joan’s" in priya.get(link).content.decode()
    assert priya.post(link).url == "/"
    assert priya.get(link).url == "/"


def test_a_right_letter_follows_a_question(cast, visit, marked, helps, client_of):
    helps(cast.priya)
    marked(visit, LONGER)
    url = f"/arrangements/{visit.arrangement.public_id}/visits/{visit.public_id}/query/"
    client_of(cast.joan).post(url, {"words": "My hip hurts, and he left at noon."})
    outbox.deliver()
    assert letter_to(cast.sam).subject.startswith("Joan asks about the visit on")
    assert "hip" not in letter_to(cast.sam).body
    mail.outbox.clear()
    marked(visit, DONE)
    assert readers() == [cast.joan.email, cast.priya.email]
    assert letter_to(cast.priya).subject.startswith("Sam has put the visit on")


def test_without_an_address_the_helper_is_told(cast, visit, marked, helps):
    cast.joan.email = f"joan@{NO_POST}"
    cast.joan.save()
    helps(cast.priya)
    marked(visit, DONE)
    assert readers() == [cast.priya.email]
    assert not outbox.pending(), "what nobody can read is not tried for ever"


def test_who_was_removed_or_has_not_begun_is_told_nothing(cast, visit, marked, helps):
    now = timezone.now()
    removed = helps(cast.priya)
    people.delegation_end(delegation=removed, by=by_self(cast.joan), now=now)
    outbox.deliver()
    assert readers() == [cast.priya.email], "she hears that it has ended"
    mail.outbox.clear()
    helps(cast.lee, ends_at=now - timedelta(minutes=1))
    helps(cast.ken, starts_at=now + timedelta(days=1))
    marked(visit, DONE)
    assert readers() == [cast.joan.email]


@pytest.mark.fault("A3")
@pytest.mark.parametrize("change", [{"scope": Scope.SHORTLIST}, {"ended_at": timezone.now()}])
def test_who_is_removed_before_the_letter_leaves_gets_none(cast, visit, marked, helps, change):
    """Mail was down for an hour, and meanwhile Joan took her right back."""
    helping = helps(cast.priya)
    marked(visit, DONE, leaves=False)
    Delegation.objects.filter(pk=helping.pk).update(**change)
    outbox.deliver()
    assert readers() == [cast.joan.email]
    assert not outbox.pending(telling.LETTER)


def test_whoever_keeps_the_listing_is_never_on_the_persons_side(cast, garden, visit, marked, helps):
    """Sam may buy for Joan from others; of his own visits he reads what he wrote, not that he may query it."""
    helps(cast.sam)
    marked(visit, DONE)
    assert readers() == [cast.joan.email]
    mail.outbox.clear()
    telling.tell_both(visit.arrangement, "changed", now=timezone.now())
    outbox.deliver()
    assert readers() == [cast.joan.email, cast.sam.email], "one each"


@pytest.mark.parametrize("source", [Source.COUNCIL_MANAGED, Source.ISF])
def test_who_holds_the_money_hears_of_bills_not_of_visits(cast, garden, held, marked, helps, source):
    """They said yes once to all of it; whether Sam was there is between him and Joan."""
    holder, facts = cast.theo, {}
    if source == Source.ISF:
        holder, facts = cast.asha, {"holder": make_provider(cast.council["quantock"], cast.asha, "Asha’s Co-op")}
    helps(cast.priya)
    budget = held(source, **facts)
    arrangement = garden.agreed(paid_from=PaidFrom(budget, budget.outcomes.first(), begin_early=True))
    outbox.deliver()
    budgets.approval_give(approval=Approval.objects.get(), user=holder, by=by_self(holder), now=garden.at)
    outbox.deliver()
    arrangement.refresh_from_db()
    marked(just_been(arrangement), DONE)
    assert readers() == [cast.joan.email, cast.priya.email]
    mail.outbox.clear()
    garden.to(rules.moment(next_monday() + timedelta(days=7), time(9)))
    assert letter_to(holder).subject == "A bill for you to pay"
    assert [letter.to for letter in mail.outbox if letter.subject == "A bill for you to pay"] == [[holder.email]]
