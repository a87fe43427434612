"""Who comes to which date: a member says beforehand that they cannot, the provider reads it and notes who was there."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from payments.pools.models import Attendance, Pledge, Session
from payments.pools.states import Presence

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(group, cast):
    """Joan and Ken have paid for six Tuesdays."""
    pool = group.open(least=2, most=3)
    for person in (cast.joan, cast.ken):
        group.join(pool, person)
    return group.step(group.close(pool))


def tell(client, pool, session: Session):
    return client.post(reverse("pools:absence", args=[pool.public_id]), {"date": str(session.pk)}, follow=True)


def provider_page(client, pool) -> str:
    return client.get(reverse("provider_pools:pool", args=[pool.public_id])).content.decode()


def test_who_cannot_come_says_so_and_the_provider_reads_it_before_the_date(group, cast, client_of, running):
    """The page tells Joan that Sam can see it, so he does."""
    second = running.current.sessions.all()[1]
    sam = client_of(cast.sam)
    assert "Cannot come:" not in provider_page(sam, running)
    joan = client_of(cast.joan)
    said = tell(joan, running, second).content.decode()
    assert "Noted. Sam can see it." in said
    assert said.count("You said that you cannot come.") == 1
    tell(joan, running, second)
    row = Attendance.objects.get()
    assert (row.session, row.pledge.person, row.presence) == (second, cast.joan, Presence.TOLD_AHEAD)
    shown = provider_page(sam, running)
    assert shown.count(f"Cannot come: {cast.joan}") == 1
    assert f"Cannot come: {cast.ken}" not in shown
    paid = group.taken(running)
    assert sum(paid.values()) == 10_000, "a date that somebody misses stays paid"


def test_a_date_that_is_over_or_of_another_group_is_not_told_off(group, cast, client_of, running):
    first, joan = running.current.sessions.all()[0], client_of(cast.joan)
    Session.objects.filter(pk=first.pk).update(starts_at=timezone.now() - timedelta(minutes=1))
    assert "That date is over." in tell(joan, running, first).content.decode()
    others = group.open(least=2, most=3).current.sessions.all()[0]
    assert tell(joan, running, others).status_code == 404
    assert tell(client_of(cast.people["stranger"]), running, first).status_code == 404
    assert not Attendance.objects.exists()


def test_the_provider_notes_who_was_there_and_corrects_it(group, cast, client_of, running):
    first, second = running.current.sessions.all()[:2]
    tell(client_of(cast.joan), running, first)
    Session.objects.filter(pk=first.pk).update(starts_at=timezone.now() - timedelta(hours=3))
    sam, url = client_of(cast.sam), reverse("provider_pools:attendance", args=[running.public_id, first.pk])
    assert url in provider_page(sam, running)
    form = sam.get(url).context["form"]
    joan, ken = (Pledge.objects.get(pool=running, person=each).pk for each in (cast.joan, cast.ken))
    assert {name: form[name].value() for name in form.fields} == {
        f"member-{joan}": Presence.TOLD_AHEAD,
        f"member-{ken}": None,
    }
    for seen in (Presence.MISSED, Presence.CAME):
        answer = sam.post(url, {f"member-{joan}": Presence.TOLD_AHEAD, f"member-{ken}": seen}, follow=True)
        assert "Noted." in answer.content.decode()
    noted = dict(Attendance.objects.filter(session=first).values_list("pledge", "presence"))
    assert noted == {joan: Presence.TOLD_AHEAD, ken: Presence.CAME}
    ahead = reverse("provider_pools:attendance", args=[running.public_id, second.pk])
    early = sam.post(ahead, {f"member-{ken}": Presence.CAME})
    assert "The date has not come yet" in early.content.decode()
    assert not Attendance.objects.filter(session=second).exists()
    assert client_of(cast.asha).get(url).status_code == 404
