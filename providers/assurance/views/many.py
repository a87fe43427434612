"""Many providers hidden at once: ticked or all that match, the number said before it is done, and how far it is."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core.text import one_line
from marketplace.people.middleware import SignedInRequest
from marketplace.people.models import Council
from providers.listings.models import Provider

from .. import access, selectors, services
from ..forms import FindProviderForm, SuspendManyAgainForm, SuspendManyForm
from .providers import page_urls

A_PAGE, MOST_NAMED = 50, 20


@require_http_methods(["GET", "HEAD", "POST"])
def suspend(request: SignedInRequest, slug: str) -> HttpResponse:
    council = access.council_for_curator(request.user, slug)
    words = one_line(request.GET.get("q", "")[:100])
    matching = selectors.may_be_hidden(council, words)
    page = Paginator(matching, A_PAGE).get_page(request.GET.get("page"))
    offered: dict[str, Any] = {
        "named": [(each.public_id, each.name) for each in page],
        "all_words": _all_words(words, page.paginator.count),
    }
    if request.method != "POST":
        return _ask(request, council, words, page, SuspendManyForm(**offered))
    every: dict[str, Any] = {**offered, "named": [(each.public_id, each.name) for each in matching]}
    form = SuspendManyAgainForm(request.POST, **every)
    if not form.is_valid():
        return _ask(request, council, words, page, SuspendManyForm(request.POST, **every))
    chosen = _chosen(matching, form.cleaned_data)
    if form.cleaned_data["number"] != len(chosen):  # not said yet, or others have come or gone meanwhile
        return _confirm(request, council, words, chosen, every, form.cleaned_data)
    now = timezone.now()
    services.providers_suspend(
        providers=[each.pk for each in chosen], by=request.actor, now=now, reason=form.cleaned_data["reason"]
    )
    return redirect("staff:suspended_together", slug=slug, moment=selectors.moment_of(now))


def _all_words(words: str, many: int) -> str:
    if words:
        said = ngettext("The one that has “%(words)s”", "All %(many)d that have “%(words)s”", many)
    else:
        said = ngettext("The only one there is", "All %(many)d", many)
    return said % {"many": many, "words": words}


def _chosen(matching: QuerySet[Provider], said: dict[str, Any]) -> list[Provider]:
    if said["which"] == SuspendManyForm.ALL:
        return list(matching)
    return list(matching.filter(public_id__in=said["providers"]))


def _ask(request: SignedInRequest, council: Council, words: str, page: Any, form: SuspendManyForm) -> HttpResponse:
    context = {
        "council": council,
        "form": form,
        "find": FindProviderForm(initial={"q": words}),
        "found": page,
        "words": words,
        **page_urls(page, {"q": words} if words else {}),
    }
    return render(request, "assurance/staff/suspend_many.html", context)


def _confirm(
    request: SignedInRequest,
    council: Council,
    words: str,
    chosen: list[Provider],
    every: dict[str, Any],
    said: dict[str, Any],
) -> HttpResponse:
    form = SuspendManyAgainForm(initial={**said, "number": len(chosen)}, **every)
    many = len(chosen)
    context = {
        "council": council,
        "form": form,
        "words": words,
        "reason": said["reason"],
        "heading": ngettext("Hide one provider?", "Hide %(many)d providers?", many) % {"many": many},
        "button": ngettext("Hide one provider now", "Hide %(many)d providers now", many) % {"many": many},
        "named": chosen[:MOST_NAMED],
        "more": max(0, many - MOST_NAMED),
        "changed": said["number"] is not None,
    }
    return render(request, "assurance/staff/suspend_many_confirm.html", context)


@require_safe
def suspended(request: SignedInRequest, slug: str, moment: int) -> HttpResponse:
    """How far it is. The page asks for nothing but another look: no script, and nothing that moves by itself."""
    council = access.council_for_curator(request.user, slug)
    found = selectors.hidden_together(council, moment)
    if not found.holds:
        raise Http404
    page = Paginator(found.holds, A_PAGE).get_page(request.GET.get("page"))
    many = len(found.holds)
    context = {
        "council": council,
        "together": found,
        "reason": found.holds[0].reason,
        "found": page,
        "heading": ngettext("One provider is hidden", "%(many)d providers are hidden", found.hidden)
        % {"many": found.hidden},
        "shown_again": many - found.hidden,
        **page_urls(page),
    }
    return render(request, "assurance/staff/suspended_together.html", context)
