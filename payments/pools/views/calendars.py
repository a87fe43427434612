"""The dates of groups in somebody's own calendar: a secret address, made anew when it went too far, and its file."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.core import clock, icalendar
from marketplace.core.access import signed_in
from marketplace.people.models import Scope, User
from payments.orders.access import PersonRequest, buyer

from .. import access, presentation, selectors
from ..models import Pool
from ..services import calendars
from ..states import ENDED_BADLY, GOES_AHEAD


@signed_in
@never_cache
@require_safe
def page(request: PersonRequest, public_id: str) -> HttpResponse:
    """How to get the dates into a calendar: the address is theirs alone, and needs no sign-in."""
    pool = access.pool_for_member(request.standing, public_id)
    back = (reverse("pools:pool", args=[public_id]), pool.name)
    renew_url = reverse("pools:calendar_renew", args=[public_id]) if request.standing.may(Scope.BUY) else ""
    return _page(request, request.standing.person, back, renew_url)


@require_POST
@signed_in
def renew(request: PersonRequest, public_id: str) -> HttpResponse:
    """For an address that went too far."""
    access.pool_for_member(buyer(request.standing), public_id)
    _renew(request, request.standing.person)
    return redirect("pools:calendar_page", public_id)


@signed_in
@never_cache
@require_safe
def provider_page(request: PersonRequest) -> HttpResponse:
    """The same for whoever keeps a listing. The address is of whoever is signed in, keeper or not."""
    back = (reverse("provider_pools:pools"), _("Groups"))
    return _page(request, request.user, back, reverse("provider_pools:calendar_renew"))


@require_POST
@signed_in
def provider_renew(request: PersonRequest) -> HttpResponse:
    _renew(request, request.user)
    return redirect("provider_pools:calendar_page")


def _page(request: PersonRequest, person: User, back: tuple[str, str], renew_url: str) -> HttpResponse:
    address = settings.SITE_URL + reverse("pools:calendar", args=[calendars.calendar_code(person)])
    context = {"address": address, "back_url": back[0], "back_words": back[1], "renew_url": renew_url}
    return render(request, "pools/calendar.html", context)


def _renew(request: PersonRequest, person: User) -> None:
    calendars.calendar_renew(person=person, by=request.actor)
    messages.success(request, _("Here is a new address. The old one shows nothing any more."))


@never_cache
@require_safe
def calendar(request: PersonRequest, key: str) -> HttpResponse:
    """The dates of every group somebody is in, organises or gives, as a feed. No names of members and no money."""
    person = access.calendar_by_address(key)
    host = settings.SITE_URL.partition("://")[2]
    events = [
        icalendar.Event(
            key=f"{pool.public_id}-{session.pk}@{host}",
            title=pool.name,
            starts_at=session.starts_at,
            minutes=session.minutes,
            place=pool.place,
            words=_words(pool, person),
            status=_status(pool),
        )
        for pool, session in selectors.dates_of(person)
    ]
    body = icalendar.written(events, now=clock.now(), name=_("Groups"))
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8", headers={"X-Robots-Tag": "noindex"})
    answer["Content-Disposition"] = 'inline; filename="groups.ics"'
    return answer


def _words(pool: Pool, person: User) -> str:
    if getattr(pool, "kept", False):
        return presentation.people_words(pool.taken)
    return _("With %(provider)s") % {"provider": pool.provider.name}


def _status(pool: Pool) -> icalendar.Status:
    if pool.state in ENDED_BADLY:
        return icalendar.Status.OFF
    return icalendar.Status.SURE if pool.state in GOES_AHEAD else icalendar.Status.MAYBE
