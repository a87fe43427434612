"""A listing, question by question; checking it, sending it to the council, taking it back, looking at it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core import drafts
from marketplace.core.access import signed_in
from marketplace.core.drafts import signed_in_keeping_words
from marketplace.core.states import IllegalMove
from marketplace.people.middleware import SignedInRequest

from ... import access, photos, services
from ... import selectors as listings
from ...models import Listing, ListingPage
from .. import forms, selectors
from ..access import keeper_of
from ..forms import PRICES
from ..forms.listing import HelpForm, NewListingForm, PayingForm, PhotoForm, WordsForm


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_keeping_words
def new(request: SignedInRequest, provider_id: str) -> HttpResponse:
    provider = access.provider_for_keeper(request.user, provider_id)
    form = NewListingForm(
        request.POST if request.method == "POST" else drafts.taken_up(request), initial={"title": provider.name}
    )
    if request.method == "POST" and form.is_valid():
        listing = services.listing_create(
            provider=provider,
            title=form.cleaned_data["title"],
            by=keeper_of(request),
            user=request.user,
            now=timezone.now(),
            words={"who": form.cleaned_data["who"]},
            once=form.cleaned_data["once"],
        )
        services.question_passed(listing=listing, question="name")
        return _onward(request, listing, "name")
    context = {
        "form": form,
        "heading": form.heading,
        "number": 1,
        "total": len(forms.QUESTIONS),
        "council": provider.council,
        "back_url": reverse("provider:desk"),
    }
    return render(request, "provider/question.html", context)


@require_safe
@signed_in
def overview(request: SignedInRequest, listing_id: str) -> HttpResponse:
    """Check your answers, and everything that can be done with the listing."""
    listing = access.listing_for_keeper(request.user, listing_id)
    kept = selectors.kept(listing, timezone.localdate())
    context = {
        "kept": kept,
        "listing": listing,
        "council": listing.council,
        "answers": selectors.answers(kept),
        "whole_remarks": selectors.remarks_by_question(kept.remarks).get("", []),
        "provider_missing": [each for each in kept.missing if each.of == "provider"],
        "carry_on_number": forms.numbered(kept.carry_on) if kept.carry_on else 0,
        "total": len(forms.QUESTIONS),
        "photo": kept.page.photo,
    }
    return render(request, "provider/listing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_keeping_words
def question(request: SignedInRequest, listing_id: str, key: str) -> HttpResponse:
    listing = access.listing_for_keeper(request.user, listing_id)
    if key not in forms.KEYS:
        raise Http404
    if key == PRICES:
        return redirect("provider:prices", listing.public_id)
    kept = selectors.kept(listing, timezone.localdate())
    if not kept.may_edit and not (key == "paying" and kept.with_council):
        messages.warning(request, _("You cannot change these words just now. This page says why."))
        return redirect("provider:listing", listing.public_id)
    form = _form(request, listing, kept.page, key)
    if request.method == "POST" and form.is_valid() and _saved(request, listing, key, form):
        return _onward(request, listing, key)
    return render(request, "provider/question.html", _question_context(request, kept, key, form))


def _form(request: SignedInRequest, listing: Listing, page: ListingPage, key: str) -> WordsForm:
    form_class = forms.QUESTIONS[forms.KEYS.index(key)].form_for(page)
    more: dict[str, Any] = {"kinds": listings.categories_for(listing.council)} if form_class is HelpForm else {}
    typed = request.POST if request.method == "POST" else drafts.taken_up(request)
    return form_class(typed, request.FILES or None, listing=listing, page=page, **more)


def _saved(request: SignedInRequest, listing: Listing, key: str, form: WordsForm) -> bool:
    """Make the one domain call of this question; False when it was refused and the form now says why."""
    by, now = keeper_of(request), timezone.now()
    try:
        if isinstance(form, PayingForm):
            services.listing_terms_change(listing=listing, by=by, now=now, question=key, **form.facts())
        elif isinstance(form, PhotoForm) and form.cleaned_data["photo"] is not None:
            services.listing_photograph(
                listing=listing,
                upload=form.cleaned_data["photo"],
                alt=form.cleaned_data["photo_alt"],
                by=by,
                user=request.user,
                now=now,
                question=key,
            )
        else:
            services.listing_edit(listing=listing, by=by, user=request.user, now=now, question=key, **form.words())
    except photos.Unfit as refusal:
        form.add_error("photo", str(refusal.sentence))
        return False
    except services.Locked:
        form.add_error(None, _("Somebody at the council is working on these words just now. Try again a little later."))
        return False
    return True


def _onward(request: SignedInRequest, listing: Listing, key: str) -> HttpResponse:
    following = forms.after(key)
    if request.GET.get("back") == "check" or request.POST.get("action") == "stop" or following is None:
        messages.success(request, _("Saved."))
        return redirect("provider:listing", listing.public_id)
    return redirect("provider:listing_question", listing.public_id, following)


def _question_context(request: SignedInRequest, kept: selectors.Kept, key: str, form: WordsForm) -> dict[str, Any]:
    number = forms.numbered(key)
    overview_url = reverse("provider:listing", args=[kept.listing.public_id])
    earlier = (
        reverse("provider:listing_question", args=[kept.listing.public_id, forms.KEYS[number - 2]])
        if number > 1
        else overview_url
    )
    checking = request.GET.get("back") == "check"
    return {
        "form": form,
        "heading": form.heading,
        "number": number,
        "total": len(forms.QUESTIONS),
        "council": kept.listing.council,
        "back_url": overview_url if checking else earlier,
        "checking": checking,
        "may_stop": True,
        "remarks": selectors.remarks_by_question(kept.remarks).get(key, []),
        "waits": kept.public and not isinstance(form, PayingForm),
        "photo": kept.page.photo if isinstance(form, PhotoForm) else None,
    }


@require_http_methods(["GET", "HEAD", "POST"])  # a get comes from signing in again
@signed_in
def send(request: SignedInRequest, listing_id: str) -> HttpResponse:
    listing = access.listing_for_keeper(request.user, listing_id)
    if request.method != "POST":
        return redirect("provider:listing", listing.public_id)
    kept = selectors.kept(listing, timezone.localdate())
    if kept.missing:
        messages.warning(request, _("Something is still missing. This page says what."))
        return redirect("provider:listing", listing.public_id)
    try:
        services.listing_submit(listing=listing, by=keeper_of(request), user=request.user, now=timezone.now())
    except IllegalMove:
        messages.info(request, _("It has been sent already."))
    except services.CareBarred as barred:
        messages.error(request, str(barred.bar.label))
    else:
        words = _("Sent. %(council)s reads it next, and we will e-mail you.") % {"council": listing.council.name}
        messages.success(request, words)
    return redirect("provider:listing", listing.public_id)


@require_safe
@signed_in
def preview(request: SignedInRequest, listing_id: str) -> HttpResponse:
    """The draft as strangers will see it."""
    listing = access.listing_for_keeper(request.user, listing_id)
    page = services.draft_of(listing)
    context = {**page.get_context(request), "previewed": listing}
    return render(request, "provider/preview.html", context)
