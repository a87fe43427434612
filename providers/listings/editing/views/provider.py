"""Registering as a provider, and changing what is said there later. One question a page, saved as you go."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core import drafts
from marketplace.core.access import signed_in
from marketplace.core.drafts import signed_in_keeping_words
from marketplace.people.middleware import SignedInRequest
from marketplace.people.models import Council

from ... import access, services
from .. import selectors
from ..access import keeper_of
from ..forms import provider as forms

KEYS = list(forms.QUESTIONS)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_keeping_words
def register(request: SignedInRequest) -> HttpResponse:
    """Which council looks after the page."""
    form = forms.CouncilForm(request.POST if request.method == "POST" else drafts.taken_up(request))
    if request.method == "POST" and form.is_valid():
        return redirect("provider:register_name", form.cleaned_data["council"].slug)
    return render(request, "provider/register.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_keeping_words
def register_name(request: SignedInRequest, council_slug: str) -> HttpResponse:
    council = get_object_or_404(Council, slug=council_slug)
    form = forms.NewProviderForm(request.POST if request.method == "POST" else drafts.taken_up(request))
    if request.method == "POST" and form.is_valid():
        provider = services.provider_register(
            council=council,
            keeper=request.user,
            by=keeper_of(request),
            now=timezone.now(),
            once=form.cleaned_data["once"],
            contact_name=request.user.get_full_name(),
            email=request.user.email,
            phone=request.user.phone,
            answered=["name"],
            **form.facts(),
        )
        return redirect("provider:question", provider.public_id, KEYS[1])
    context = {"form": form, "heading": form.heading, "number": 1, "total": len(KEYS), "council": council}
    return render(request, "provider/question.html", {**context, "back_url": reverse("provider:register")})


@require_safe
@signed_in
def about(request: SignedInRequest, provider_id: str) -> HttpResponse:
    provider = access.provider_for_keeper(request.user, provider_id)
    row = selectors.about(provider, KEYS, timezone.localdate())
    context = {
        "row": row,
        "provider": provider,
        "council": provider.council,
        "facts": selectors.facts_about(provider),
        "has_page": provider.listings.exists(),
    }
    return render(request, "provider/about.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_keeping_words
def question(request: SignedInRequest, provider_id: str, key: str) -> HttpResponse:
    provider = access.provider_for_keeper(request.user, provider_id)
    if key not in forms.QUESTIONS:
        raise Http404
    form_class = forms.QUESTIONS[key]
    typed = request.POST if request.method == "POST" else drafts.taken_up(request)
    form = form_class(typed, initial=form_class.initial_for(provider))
    about_url = reverse("provider:about", args=[provider.public_id])
    number = KEYS.index(key) + 1
    checking = request.GET.get("back") == "check"
    if request.method == "POST" and form.is_valid():
        try:
            services.provider_change(
                provider=provider, by=keeper_of(request), now=timezone.now(), question=key, **form.facts()
            )
        except services.CareBarred as barred:
            form.add_error(None, str(barred.bar.label))
        else:
            if checking or number == len(KEYS) or request.POST.get("action") == "stop":
                messages.success(request, _("Saved."))
                return redirect(about_url)
            return redirect("provider:question", provider.public_id, KEYS[number])
    before = reverse("provider:question", args=[provider.public_id, KEYS[number - 2]]) if number > 1 else about_url
    context = {
        "form": form,
        "heading": form.heading,
        "number": number,
        "total": len(KEYS),
        "council": provider.council,
        "back_url": about_url if checking else before,
        "checking": checking,
        "may_stop": True,
    }
    return render(request, "provider/question.html", context)
