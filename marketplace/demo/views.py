"""Trying the site as somebody: sign in as anyone of the cast, read the letters. Demonstration and tests only."""

from allauth.account.utils import perform_login
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.core.access import demo_only
from marketplace.people.models import User
from marketplace.people.selectors import is_council_staff
from payments.sandbox.cards import ASKS, DECLINED, NO_FUNDS, SUCCESS

from . import selectors


@require_safe
@never_cache
@demo_only
def index(request: HttpRequest) -> HttpResponse:
    cards = {"pays": SUCCESS, "declined": DECLINED, "no_funds": NO_FUNDS, "asks": ASKS}
    return render(request, "demo/index.html", {"players": selectors.players(), "cards": cards})


def _desk_of(user: User) -> str:
    """Where this person's day begins."""
    if user.is_national_operator:
        return "/operator/"
    return "/staff/" if is_council_staff(user) else "/"


@require_POST
@demo_only
def sign_in(request: HttpRequest, key: str) -> HttpResponse:
    """As the password would: whoever has a second step still has to pass it."""
    user = selectors.player(key)
    if user is None:
        raise Http404
    if request.user.is_authenticated:
        logout(request)
    return perform_login(request, user, redirect_url=_desk_of(user))


@require_safe
@never_cache
@demo_only
def mail(request: HttpRequest) -> HttpResponse:
    to = request.GET.get("to", "")[:254]
    return render(request, "demo/mail.html", {"letters": selectors.letters(to=to), "to": to})
