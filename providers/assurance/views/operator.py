"""Councils and their staff, for whoever runs the site."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.cms import services as cms
from marketplace.core.geo import la_name
from marketplace.people.middleware import SignedInRequest
from marketplace.people.models import Council, CouncilRole

from .. import access, selectors
from ..forms import NewCouncilForm, StaffForm


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    access.operator(request.user)
    return redirect("operator:councils")


@require_safe
def councils(request: SignedInRequest) -> HttpResponse:
    access.operator(request.user)
    context = {
        "councils": Council.objects.annotate(listings_count=Count("listings")),
        "worries": selectors.open_concerns(None),
    }
    return render(request, "operator/councils.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def council_new(request: SignedInRequest) -> HttpResponse:
    access.operator(request.user)
    form = NewCouncilForm(request.POST if request.method == "POST" else None, initial=NewCouncilForm.beginning())
    if request.method == "POST" and form.is_valid():
        try:
            made = cms.council_open(by=request.actor, now=timezone.now(), **form.facts)
        except cms.SlugTaken:
            form.add_error("slug", _("That short name is taken. Choose another."))
        else:
            messages.success(request, _("%(name)s is ready. Add its staff next.") % {"name": made.name})
            return redirect("operator:council", slug=made.slug)
    return render(request, "operator/council_new.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def council(request: SignedInRequest, slug: str) -> HttpResponse:
    shown = access.council_for_operator(request.user, slug)
    form = StaffForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            work = cms.council_staff_invite(
                council=shown,
                email=form.cleaned_data["email"],
                role=CouncilRole(form.cleaned_data["role"]),
                by=request.actor,
                now=timezone.now(),
            )
        except cms.NobodyWithThatAddress:
            form.add_error("email", _("Nobody has an account with that address. Ask them to make one first."))
        else:
            messages.success(request, _("%(who)s works here now.") % {"who": work.user})
            return redirect("operator:council", slug=slug)
    context = {
        "shown": shown,
        "areas": [la_name(code) or code for code in shown.area_codes],
        "staff": shown.staff.select_related("user").order_by("role", "user__first_name"),
        "form": form,
    }
    return render(request, "operator/council.html", context)


@require_POST
def staff_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    work = access.work_for_operator(request.user, pk)
    slug, who = work.council.slug, str(work.user)
    cms.council_staff_remove(work=work, by=request.actor, now=timezone.now())
    messages.success(request, _("%(who)s does not work there any more.") % {"who": who})
    return redirect("operator:council", slug=slug)
