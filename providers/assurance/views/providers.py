"""Providers of a council: found, looked at, checked, hidden and shown again."""

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core.states import IllegalMove
from marketplace.core.text import one_line
from marketplace.people.middleware import SignedInRequest

from .. import access, selectors, services
from ..forms import AddCheckForm, CheckForm, FindProviderForm, LiftForm, SuspendForm
from ..models import CheckKind

A_PAGE = 30


@require_safe
def providers(request: SignedInRequest, slug: str) -> HttpResponse:
    council = access.council_for_curator(request.user, slug)
    words = one_line(request.GET.get("q", "")[:100])
    show = request.GET.get("show", "")
    found = Paginator(selectors.providers_of(council, words, show), A_PAGE).get_page(request.GET.get("page"))
    carry = {key: value for key, value in (("q", words), ("show", show)) if value}
    context = {
        "council": council,
        "form": FindProviderForm(initial={"q": words, "show": show}),
        "found": found,
        "words": words,
        "show": show,
        **page_urls(found, carry),
    }
    return render(request, "assurance/staff/providers.html", context)


def page_urls(found: Page, carry: dict[str, str] | None = None) -> dict[str, str]:
    """The addresses of the pages before and after, "" for none; `carry` is what else stands in them."""

    def url(number: int) -> str:
        return f"?{urlencode([*(carry or {}).items(), ('page', str(number))])}"

    return {
        "previous_url": url(found.number - 1) if found.has_previous() else "",
        "next_url": url(found.number + 1) if found.has_next() else "",
    }


@require_safe
def provider(request: SignedInRequest, public_id: str) -> HttpResponse:
    mine = access.provider_for_curator(request.user, public_id)
    context = {
        "provider": mine,
        "council": mine.council,
        "credentials": selectors.credentials_of(mine),
        "suspension": selectors.open_suspension(mine),
        "holds": selectors.past_holds(mine)[:20],
        "likenesses": mine.likenesses.filter(hold__lifted_at=None).select_related("other__council"),
        "listings": mine.listings.select_related("page"),
        "keepers": mine.keepers.all(),
        "form": AddCheckForm(),
    }
    return render(request, "assurance/staff/provider.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def suspend(request: SignedInRequest, public_id: str) -> HttpResponse:
    mine = access.provider_for_curator(request.user, public_id)
    form = SuspendForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.provider_suspend(provider=mine, by=request.actor, now=timezone.now(), **form.cleaned_data)
        except services.AlreadySuspended:
            form.add_error(None, _("Somebody has just hidden this provider. Their reason stands."))
        else:
            messages.success(request, _("%(name)s is hidden. We have told them why.") % {"name": mine.name})
            return redirect("staff:provider", public_id=public_id)
    return render(request, "assurance/staff/suspend.html", {"provider": mine, "council": mine.council, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: SignedInRequest, public_id: str) -> HttpResponse:
    mine = access.provider_for_curator(request.user, public_id)
    form = LiftForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.provider_lift(provider=mine, by=request.actor, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("%(name)s is no longer hidden by the council.") % {"name": mine.name})
        return redirect("staff:provider", public_id=public_id)
    return render(request, "assurance/staff/lift.html", {"provider": mine, "council": mine.council, "form": form})


@require_http_methods(["POST"])
def check_add(request: SignedInRequest, public_id: str) -> HttpResponse:
    mine = access.provider_for_curator(request.user, public_id)
    form = AddCheckForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose which check."))
        return redirect("staff:provider", public_id=public_id)
    begun = services.credential_claim(
        provider=mine, kind=form.cleaned_data["kind"], by=request.actor, now=timezone.now()
    )
    return redirect("staff:check", public_id=begun.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: SignedInRequest, public_id: str) -> HttpResponse:
    mine = access.credential_for_curator(request.user, public_id)
    known = ("number", "workforce", "insured_pounds", "issued_on", "expires_on")
    form = CheckForm(
        request.POST if request.method == "POST" else None,
        kind=mine.kind,
        initial={name: getattr(mine, name) for name in known},
    )
    if request.method == "POST" and form.is_valid():
        try:
            _record(request, mine, dict(form.cleaned_data))
        except IllegalMove:
            form.add_error(None, _("Somebody has changed this check meanwhile. Look at it again."))
        else:
            messages.success(request, _("Kept: %(check)s.") % {"check": CheckKind(mine.kind).label})
            return redirect("staff:provider", public_id=mine.provider.public_id)
    context = {"credential": mine, "provider": mine.provider, "council": mine.provider.council, "form": form}
    return render(request, "assurance/staff/check.html", context)


def _record(request: SignedInRequest, credential, facts: dict) -> None:
    decision, note, seen_on = facts.pop("decision"), facts.pop("note"), facts.pop("seen_on")
    common = {"credential": credential, "by": request.actor, "now": timezone.now()}
    if decision == "verify":
        services.credential_verify(**common, seen_on=seen_on, note=note, **facts)
    elif decision == "see":
        services.credential_see(**common, **facts)
    else:
        services.credential_reject(**common, note=note)


@require_safe
def running_out(request: SignedInRequest, slug: str) -> HttpResponse:
    council = access.council_for_curator(request.user, slug)
    found = Paginator(selectors.running_out(council, timezone.localdate()), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "council": council,
        "found": found,
        "today": timezone.localdate(),
        **page_urls(found),
    }
    return render(request, "assurance/staff/checks.html", context)
