"""A council's own kinds of help, beside the national ones."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from marketplace.people.middleware import SignedInRequest
from providers.listings.models import Category
from providers.listings.selectors import categories_for
from providers.listings.services.kinds import KindExists, category_add, category_change, category_retire

from .. import access
from ..forms import KindForm


@require_http_methods(["GET", "HEAD", "POST"])
def kinds(request: SignedInRequest, slug: str) -> HttpResponse:
    council = access.council_for_curator(request.user, slug)
    form = KindForm(
        request.POST if request.method == "POST" else None, initial={"direct_payment": "allowed", "art": "kettle"}
    )
    if request.method == "POST" and form.is_valid():
        try:
            category_add(council=council, by=request.actor, now=timezone.now(), **form.cleaned_data)
        except KindExists:
            form.add_error("name", _("There is a kind of help with that name already."))
        else:
            messages.success(request, _("Added. Providers can choose it now."))
            return redirect("staff:kinds", slug=slug)
    found = list(categories_for(council))
    context = {
        "council": council,
        "form": form,
        "own": [each for each in found if each.council_id],
        "national": [each for each in found if not each.council_id],
    }
    return render(request, "assurance/staff/kinds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    mine = access.category_for_curator(request.user, pk)
    form = KindForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(mine, name) for name in KindForm.base_fields},
    )
    if request.method == "POST" and form.is_valid():
        category_change(category=mine, by=request.actor, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return _back(mine)
    return render(request, "assurance/staff/kind.html", {"kind": mine, "council": mine.council, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: SignedInRequest, pk: int) -> HttpResponse:
    mine = access.category_for_curator(request.user, pk)
    if request.method == "POST":
        category_retire(category=mine, by=request.actor, now=timezone.now())
        messages.success(request, _("Nobody can choose “%(name)s” any more.") % {"name": mine.name})
        return _back(mine)
    return render(request, "assurance/staff/kind_retire.html", {"kind": mine, "council": mine.council})


def _back(category: Category) -> HttpResponse:
    return redirect("staff:kinds", slug=category.council.slug)  # type: ignore[union-attr]
