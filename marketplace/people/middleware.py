"""Who is acting, and for whom: asked again at every request, so that an ending takes effect at once."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from marketplace.core.audit import DELEGATE, PHONE, SELF, Actor

from . import selectors
from .models import Delegation, PhoneCall, Scope, User

Next = Callable[[HttpRequest], HttpResponse]
ACTING_FOR, ON_THE_PHONE = "acting-for", "on-the-phone"  # session keys: ids of a Delegation, a PhoneCall
METHODS = "account_authentication_methods"  # allauth's own session key
LEAVING = ("/accounts/logout/", "/demo/sign-in/")
STAFF_PREFIXES = ("/admin/", "/operator/", "/staff/")


@dataclass(frozen=True)
class Standing:
    """What this request may do, for whom. `person` is whose shortlist and orders it concerns."""

    user: User
    person: User
    actor: Actor
    scope: Scope
    delegation: Delegation | None = None
    call: PhoneCall | None = None

    @property
    def for_another(self) -> bool:
        return self.person.pk != self.user.pk

    def may(self, scope: Scope) -> bool:
        order = list(Scope)
        return order.index(self.scope) >= order.index(scope)


class SignedInRequest(HttpRequest):
    """A request behind `signed_in`, for views to name what the middleware has put there."""

    user: User  # type: ignore[assignment]
    standing: Standing
    actor: Actor


def standing_of(request: HttpRequest) -> Standing | None:
    """None when nobody is signed in. Raises Http404 when somebody acts for another and no longer may."""
    user = request.user
    if not user.is_authenticated:
        return None
    now = timezone.now()
    call_id, delegation_id = request.session.get(ON_THE_PHONE), request.session.get(ACTING_FOR)
    if call_id is not None:
        call = selectors.call_in_progress(staff=user, call_id=call_id, now=now)
        if call is None:
            del request.session[ON_THE_PHONE]
            messages.warning(request, _("The telephone call is over. You are working as yourself again."))
            raise Http404
        return Standing(user, call.caller, Actor(user.pk, call.caller_id, PHONE), Scope.BUY, call=call)
    if delegation_id is not None:
        held = selectors.delegation_in_force(delegate=user, delegation_id=delegation_id, now=now)
        if held is None:
            del request.session[ACTING_FOR]
            messages.warning(request, _("You can no longer act for that person. You are acting for yourself again."))
            raise Http404
        return Standing(user, held.person, Actor(user.pk, held.person_id, DELEGATE), Scope(held.scope), delegation=held)
    return Standing(user, user, Actor(user.pk, user.pk, SELF), Scope.BUY)


class ActorMiddleware:
    """Gives every request `standing` and `actor`, worked out when first asked for.

    While somebody acts for another it is worked out at once, so that no page is reached on a right that has ended.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.standing = SimpleLazyObject(lambda: standing_of(request))  # type: ignore[attr-defined]
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        if _acts_for_another(request) and not _is_leaving(request):
            bool(request.standing)  # type: ignore[attr-defined]
        return self.get_response(request)


def _acts_for_another(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES and (
        ACTING_FOR in request.session or ON_THE_PHONE in request.session
    )


def _is_leaving(request: HttpRequest) -> bool:
    """Signing out, or in as somebody else, ends the session: a right that has ended must not stand in the way."""
    return request.method == "POST" and request.path.startswith(LEAVING)


def _actor(request: HttpRequest) -> Actor:
    standing = request.standing  # type: ignore[attr-defined]
    return standing.actor if standing else Actor(by_id=None)


class SecondFactorMiddleware:
    """No council or operator page without a second factor in this session; for everybody else they do not exist."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(STAFF_PREFIXES):
            return self.get_response(request)
        user = request.user
        here = urlencode({"next": request.get_full_path() if request.method == "GET" else request.path})
        if not user.is_authenticated:
            return redirect(f"{reverse('account_login')}?{here}")
        if not selectors.is_council_staff(user):
            raise Http404
        if has_second_factor(request):
            return self.get_response(request)
        if is_mfa_enabled(user):
            return redirect(f"{reverse('mfa_reauthenticate')}?{here}")
        return redirect(f"{reverse('mfa_index')}?{here}")


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this session was opened, or confirmed, with a code or a passkey."""
    methods = request.session.get(METHODS, [])
    return any(method.get("method") == "mfa" for method in methods)


def remember_second_factor(request: HttpRequest) -> None:
    """They have just shown, by setting it up, that they hold the app or the passkey."""
    request.session[METHODS] = [*request.session.get(METHODS, []), {"method": "mfa", "at": time.time()}]


def forget_second_factor(request: HttpRequest) -> None:
    """The last app or passkey of this account is gone, and with it what this session had shown."""
    kept = [method for method in request.session.get(METHODS, []) if method.get("method") != "mfa"]
    request.session[METHODS] = kept
