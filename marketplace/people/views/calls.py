"""Council staff helping a caller. Everything done during a call is labelled as done by telephone."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.core.access import signed_in
from marketplace.core.audit import SELF, Actor

from .. import access, selectors, services
from ..forms import CallerForm, ConsentForm, NewCallerForm
from ..middleware import ACTING_FOR, ON_THE_PHONE, SignedInRequest
from ..models import PhoneCall, User

CANNOT = gettext_lazy("This account works for a council, so it cannot be helped by telephone.")


@require_safe
@signed_in
def calls(request: SignedInRequest) -> HttpResponse:
    councils = access.councils_taking_calls(request.user)
    return render(request, "people/calls.html", {"calls": selectors.calls_of(request.user), "councils": councils})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def find(request: SignedInRequest) -> HttpResponse:
    access.councils_taking_calls(request.user)
    form = CallerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        caller = selectors.known_by_email(form.cleaned_data["email"])
        if caller is not None:
            return redirect("people:call_consent", services.caller_ticket(caller, request.user))
        form.add_error("email", _("Nobody here has this address. Check the spelling, or make an account for them."))
    return render(request, "people/call_find.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def consent(request: SignedInRequest, ticket: str) -> HttpResponse:
    councils = access.councils_taking_calls(request.user)
    caller = access.caller_found(request.user, ticket)
    form = ConsentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            call = services.call_start(
                council=councils[0],
                staff=request.user,
                caller=caller,
                consent_words=form.cleaned_data["consent_words"],
                by=_self(request.user),
                now=timezone.now(),
            )
        except services.CannotBeHelped:
            form.add_error(None, CANNOT)
        else:
            return _begin(request, call)
    return render(request, "people/call_consent.html", {"form": form, "caller": caller, "council": councils[0]})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def stranger(request: SignedInRequest) -> HttpResponse:
    """A caller who has no account yet: one is made for them when they have said yes."""
    councils = access.councils_taking_calls(request.user)
    form = NewCallerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        words = {name: value for name, value in form.cleaned_data.items() if name != "agreed"}
        try:
            call = services.call_start_for_stranger(
                council=councils[0], staff=request.user, by=_self(request.user), now=timezone.now(), **words
            )
        except services.AddressTaken:
            form.add_error("email", _("Somebody has an account with this address. Find the caller by it instead."))
        else:
            return _begin(request, call)
    return render(request, "people/call_stranger.html", {"form": form, "council": councils[0]})


@require_POST
@signed_in
def end(request: SignedInRequest) -> HttpResponse:
    access.councils_taking_calls(request.user)
    call = access.call_open(request.user, request.session.get(ON_THE_PHONE))
    services.call_end(call=call, by=_self(request.user), now=timezone.now())
    request.session.pop(ON_THE_PHONE, None)
    messages.success(request, _("The call with %(name)s is over.") % {"name": call.caller})
    return redirect("people:calls")


def _begin(request: SignedInRequest, call: PhoneCall) -> HttpResponse:
    request.session.pop(ACTING_FOR, None)
    request.session[ON_THE_PHONE] = call.pk
    return redirect("/")


def _self(user: User) -> Actor:
    return Actor(user.pk, user.pk, SELF)
