"""The price list and the dates of a class. All of it is in force at once."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from marketplace.core import drafts
from marketplace.core.access import signed_in
from marketplace.core.drafts import signed_in_keeping_words
from marketplace.people.middleware import SignedInRequest

from ... import access, presentation, selectors, services
from .. import forms
from ..access import keeper_of
from ..forms import PRICES
from ..forms.offers import DateForm, OfferForm
from ..selectors import kept

TOO_MANY = gettext_lazy("There are too many already. Take one away first.")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def prices(request: SignedInRequest, listing_id: str) -> HttpResponse:
    listing = access.listing_for_keeper(request.user, listing_id)
    if request.method == "POST":
        services.question_passed(listing=listing, question=PRICES)
        going_on = kept(listing, timezone.localdate()).may_edit and request.GET.get("back") != "check"
        following = forms.after(PRICES)
        if going_on and following and request.POST.get("action") != "stop":
            return redirect("provider:listing_question", listing.public_id, following)
        return redirect("provider:listing", listing.public_id)
    row = kept(listing, timezone.localdate())
    context = {
        "listing": listing,
        "council": listing.council,
        "lines": [presentation.price_line(offer) for offer in selectors.offers_of(listing)],
        "number": forms.numbered(PRICES),
        "total": len(forms.QUESTIONS),
        "drafting": not row.public and row.may_edit and request.GET.get("back") != "check",
        "public": row.public,
        "back_url": reverse("provider:listing", args=[listing.public_id]),
    }
    return render(request, "provider/prices.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_keeping_words
def offer_new(request: SignedInRequest, listing_id: str) -> HttpResponse:
    listing = access.listing_for_keeper(request.user, listing_id)
    form = OfferForm(request.POST if request.method == "POST" else drafts.taken_up(request))
    if request.method == "POST" and form.is_valid():
        try:
            offer = services.offer_add(
                listing=listing,
                by=keeper_of(request),
                now=timezone.now(),
                once=form.cleaned_data["once"],
                **form.facts(),
            )
        except services.TooMany:
            form.add_error(None, str(TOO_MANY))
        else:
            messages.success(request, _("“%(title)s” is on your price list.") % {"title": offer.title})
            if offer.books_at_once:
                return redirect("provider:dates", listing.public_id, offer.public_id)
            return redirect("provider:prices", listing.public_id)
    return render(request, "provider/offer.html", {"form": form, "listing": listing, "council": listing.council})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_keeping_words
def offer_change(request: SignedInRequest, listing_id: str, offer_id: str) -> HttpResponse:
    offer = access.offer_for_keeper(request.user, listing_id, offer_id)
    typed = request.POST if request.method == "POST" else drafts.taken_up(request)
    form = OfferForm(typed, initial=OfferForm.initial_for(offer))
    if request.method == "POST" and form.is_valid():
        services.offer_change(offer=offer, by=keeper_of(request), now=timezone.now(), **form.facts())
        messages.success(request, _("Saved. What people ordered before keeps its old price."))
        return redirect("provider:prices", listing_id)
    context = {"form": form, "offer": offer, "listing": offer.listing, "council": offer.listing.council}
    return render(request, "provider/offer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def offer_withdraw(request: SignedInRequest, listing_id: str, offer_id: str) -> HttpResponse:
    offer = access.offer_for_keeper(request.user, listing_id, offer_id)
    if request.method == "POST":
        services.offer_withdraw(offer=offer, by=keeper_of(request), now=timezone.now())
        messages.success(request, _("“%(title)s” is off your price list.") % {"title": offer.title})
        return redirect("provider:prices", listing_id)
    context = {
        "heading": _("Take this off your price list?"),
        "about": offer.title,
        "consequences": [
            _("Nobody can order it any more."),
            _("What people have already ordered goes on, at the price they agreed."),
        ],
        "button": _("Take it off"),
        "back_url": reverse("provider:prices", args=[listing_id]),
        "council": offer.listing.council,
    }
    return render(request, "provider/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_keeping_words
def dates(request: SignedInRequest, listing_id: str, offer_id: str) -> HttpResponse:
    offer = access.offer_for_keeper(request.user, listing_id, offer_id)
    now = timezone.now()
    typed = request.POST if request.method == "POST" else drafts.taken_up(request)
    form = DateForm(typed, now=now)
    if request.method == "POST" and form.is_valid():
        starts_at, places = form.cleaned_data["starts_at"], form.cleaned_data["places"]
        try:
            services.offer_date_add(offer=offer, by=keeper_of(request), now=now, starts_at=starts_at, places=places)
        except services.DateTaken:
            form.add_error("day", _("This day and time is on your list already."))
        except services.TooMany:
            form.add_error(None, str(TOO_MANY))
        else:
            messages.success(request, _("The date is on your page."))
            return redirect("provider:dates", listing_id, offer_id)
    context = {
        "form": form,
        "offer": offer,
        "listing": offer.listing,
        "council": offer.listing.council,
        "dates": offer.dates.filter(starts_at__gte=now),
    }
    return render(request, "provider/dates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])  # a get comes from signing in again
@signed_in
def date_remove(request: SignedInRequest, listing_id: str, offer_id: str, date_id: str) -> HttpResponse:
    date = access.offer_date_for_keeper(request.user, listing_id, offer_id, date_id)
    if request.method != "POST":
        return redirect("provider:dates", listing_id, offer_id)
    try:
        services.offer_date_remove(date=date, by=keeper_of(request), now=timezone.now())
    except services.PlacesSold:
        messages.error(request, _("Somebody has booked that date. Talk to them first, then cancel their booking."))
    else:
        messages.success(request, _("The date is off your page."))
    return redirect("provider:dates", listing_id, offer_id)
