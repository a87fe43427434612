"""What the pages let people press, with the token that a browser sends and a test’s client does without."""

import re

from django.test import Client

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
