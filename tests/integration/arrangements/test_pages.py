"""What the pages let people press, with the token that a browser sends and a test’s client does without."""

import re
from datetime import date

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.core import clock
from payments.arrangements import services
from payments.arrangements.states import VisitState


def test_a_person_can_say_on_the_page_that_a_queried_visit_is_all_right_now(garden, cast, monkeypatch):
    """The button once stood in a part that was drawn without the token, so every press of it was refused."""
    made = garden.running()
    visit = garden.done(made)
    services.visit_query(visit=visit, by=garden.joan, now=garden.at, words="Half an hour only")
    monkeypatch.setattr(clock, "now", lambda: garden.at)
    joan = Client(enforce_csrf_checks=True)
    joan.force_login(cast.joan)
    page = joan.get(f"/arrangements/{made.public_id}/").content.decode()
    form = re.search(rf'<form action="([^"]+/{visit.public_id}/settle/)".*?</form>', page, re.DOTALL)
    assert form is not None
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form[0])
    assert token is not None
    assert joan.post(form[1]).status_code == 403
    assert joan.post(form[1], {"csrfmiddlewaretoken": token[1]}).status_code == 302
    visit.refresh_from_db()
    assert visit.state == VisitState.DUE


def test_ending_at_once_says_why_the_notice_does_not_hold(garden, client_of, cast):
    """ "It ends at once" stood beside 14 days of notice that both had agreed on."""
    running, waiting = garden.running(), garden.agreed()
    joan, sam = client_of(cast.joan), client_of(cast.sam)
    page = joan.get(f"/arrangements/{running.public_id}/end/").content.decode()
    assert "for 14 days after the yes you may change your mind, until" in page
    assert "the visits have not begun" in joan.get(f"/arrangements/{waiting.public_id}/end/").content.decode()
    theirs = sam.get(reverse("provider_arrangements:end", args=[running.public_id])).content.decode()
    assert "of notice, so visits go on until then" in theirs


def test_the_questions_stand_in_groups_and_their_example_day_lies_ahead(garden, client_of, cast):
    """Eleven in a row, the first day hinted being one that the same form refused."""
    answer = client_of(cast.joan).get(reverse("arrangements:new", args=[garden.offer.public_id]))
    page, form = answer.content.decode(), answer.context["form"]
    assert re.findall(r"<legend[^>]*><h2>([^<]+)</h2>", page) == [
        "When",
        "Paying and ending",
        "A few words",
        "Your money",
    ]
    shown = [field.name for _heading, fields in form.groups() for field in fields]
    out_of_the_way = [field.name for field in form.on_days]
    assert sorted(shown + out_of_the_way) == sorted(form.fields)
    assert [name for name in form.fields if name not in out_of_the_way] == shown
    day, month, year = re.search(r"For example, (\d+) (\d+) (\d{4})", page).groups()
    assert date(int(year), int(month), int(day)) > timezone.localdate()


def test_a_visit_to_be_paid_says_what_comes_next(garden, cast, client_of, monkeypatch):
    """ "To be paid" beside a visit read like a demand, days before there was any bill."""
    made = garden.running()
    visit = garden.done(made)
    services.visit_query(visit=visit, by=garden.joan, now=garden.at, words="Half an hour only")
    services.visit_settle(visit=visit, by=garden.joan, now=garden.at)
    monkeypatch.setattr(clock, "now", lambda: garden.at)
    for user, space in ((cast.joan, "arrangements"), (cast.sam, "provider_arrangements")):
        page = client_of(user).get(reverse(f"{space}:arrangement", args=[made.public_id])).content.decode()
        assert "All right, goes onto the next bill" in page
        assert "To be paid" not in page


def test_somebody_new_who_works_there_is_asked_about_on_the_page(garden, budget, cast, client_of):
    """Else the next bill of a running arrangement would meet a rule that nobody had been told of."""
    outcome = budget.outcomes.get()
    made = garden.running(paid_from=services.PaidFrom(budget, outcome, begin_early=True))
    joan, path = client_of(cast.joan), reverse("arrangements:arrangement", args=[made.public_id])
    assert "Somebody new works at" not in joan.get(path).content.decode()
    made.provider.keepers.add(cast.asha)
    assert "Somebody new works at" in joan.get(path).content.decode()
    typed = {
        "paid_from": f"{budget.pk}:{outcome.pk}",
        f"relation-{cast.asha.pk}": "none",
        f"shares_home-{cast.asha.pk}": "no",
    }
    joan.post(reverse("arrangements:money", args=[made.public_id]), typed)
    assert "Somebody new works at" not in joan.get(path).content.decode()
    assert made.visits.exclude(purchase="").count() == 3, "£120 holds three visits of £36"
