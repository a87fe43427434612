"""A person's side of a first visit: ask, say yes or no to a time, call it off."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core import clock
from marketplace.core.access import signed_in
from marketplace.people.models import Scope

from .. import access, presentation, selectors, services
from ..access import PersonRequest, pressed
from ..forms import VisitForm

WORDS = "visit-words"  # session key: what a stranger typed before signing in, {listing id: {field: text}}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PersonRequest, listing_id: str) -> HttpResponse:
    """Ask for a first visit. A stranger types first and signs in after; the words wait."""
    access.may_look_round(request.standing)
    listing = access.listing_to_ask(listing_id)
    if request.standing:
        asked = selectors.open_visit(request.standing.person, listing)
        if asked is not None:
            return redirect("orders:visit", asked.public_id)
    kept = request.session.get(WORDS, {}).get(listing_id)
    form = VisitForm(request.POST if request.method == "POST" else kept)
    if request.method == "POST" and form.is_valid():
        if not request.standing:
            words = {name: request.POST.get(name, "") for name in form.fields}
            request.session[WORDS] = {listing_id: words}
            return render(request, "orders/who.html", {"listing": listing, "here": request.path, "visit": True})
        answer = _ask(request, listing, form)
        if answer is not None:
            return answer
    name = presentation.first_name(listing.provider)
    context = {"listing": listing, "council": listing.council, "form": form, "first_name": name}
    return render(request, "orders/visit_new.html", context)


def _ask(request: PersonRequest, listing, form: VisitForm) -> HttpResponse | None:
    standing = access.buyer(request.standing)
    try:
        visit = services.visit_ask(
            person=standing.person,
            listing=listing,
            by=standing.actor,
            now=clock.now(),
            council=standing.call.council if standing.call else None,
            **form.cleaned_data,
        )
    except services.OwnListing:
        form.add_error(None, _("You look after this listing, so you cannot ask for a visit."))
    except services.NotOffered:
        form.add_error(None, _("This listing is not available any more. Nothing has been sent."))
    else:
        request.session.pop(WORDS, None)
        return redirect("orders:visit", visit.public_id)
    return None


@signed_in
@never_cache
@require_safe
def visit(request: PersonRequest, public_id: str) -> HttpResponse:
    visit = access.visit_to_see(request.standing, public_id)
    may = request.standing.may(Scope.BUY)
    context = {
        "visit": visit,
        "council": visit.provider.council,
        "first_name": presentation.first_name(visit.provider),
        "proposed": presentation.proposed(visit),
        "label": presentation.label(visit),
        "line": presentation.visit_line(visit, for_provider=False),
        "may_agree": may and presentation.visit_can(visit, "agree"),
        "may_withdraw": may and presentation.visit_can(visit, "withdraw"),
    }
    return render(request, "orders/visit.html", context)


@pressed("orders:visit")
def agree(request: PersonRequest, public_id: str) -> HttpResponse:
    visit = access.visit_to_change(request.standing, public_id)
    try:
        services.visit_agree(visit=visit, by=request.actor, now=clock.now())
    except (services.IllegalMove, services.Stopped):
        messages.warning(request, _("That cannot be agreed any more. Here is the visit as it is now."))
    else:
        messages.success(request, _("Agreed. We have told them."))
    return redirect("orders:visit", public_id)


@pressed("orders:visit")
def withdraw(request: PersonRequest, public_id: str) -> HttpResponse:
    visit = access.visit_to_change(request.standing, public_id)
    try:
        services.visit_withdraw(visit=visit, by=request.actor, now=clock.now())
    except services.IllegalMove:
        messages.warning(request, _("That is over already. Here is the visit as it is now."))
    else:
        messages.success(request, _("The visit is off. You need not say why."))
    return redirect("orders:visit", public_id)
