"""Keeps what somebody typed when their sign-in ran out while they were typing.

`@signed_in_keeping_words` stands in for `signed_in` on a view with a form: a post from somebody who is no longer
signed in is put by in the (now anonymous) session, they sign in, and come back to the same page, where
`taken_up(request)` hands the words to the form. Files cannot be kept; passwords must not use this.
"""

from functools import wraps
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from .access import View

KEY = "typed-words"
MOST_LETTERS = 60_000  # of one form; a session is a row, not an archive
NOT_WORDS = frozenset(["csrfmiddlewaretoken"])


def signed_in_keeping_words(view: View) -> View:
    """Only for people who are signed in; others sign in first and lose nothing that they typed."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        path = request.get_full_path()
        if request.method == "POST":
            _put_by(request, path)
        return redirect(f"{resolve_url('account_login')}?{urlencode({'next': path})}")

    return guarded


def taken_up(request: HttpRequest) -> QueryDict | None:
    """What was typed on this very page before the sign-in ran out, once; None when there is nothing."""
    kept = request.session.get(KEY)
    if request.method != "GET" or not kept or kept.get("path") != request.get_full_path():
        return None
    del request.session[KEY]
    messages.info(request, _("You had been signed out. What you typed is still here: save it now."))
    return QueryDict(kept["words"])


def _put_by(request: HttpRequest, path: str) -> None:
    words = request.POST.copy()
    for name in NOT_WORDS:
        words.pop(name, None)
    typed = words.urlencode()
    if len(typed) <= MOST_LETTERS and url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        request.session[KEY] = {"path": path, "words": typed}
