"""Your account: where everything about yourself begins."""

from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.core.access import signed_in
from marketplace.core.audit import SELF, Actor

from .. import selectors, services
from ..forms import DetailsForm
from ..forms.signing import CAME_FROM
from ..middleware import SignedInRequest


@require_safe
@signed_in
def index(request: SignedInRequest) -> HttpResponse:
    """One's own account, also while acting for somebody else."""
    now, user = timezone.now(), request.user
    return render(
        request,
        "people/account.html",
        {
            "helpers_count": selectors.helpers_of(user, now).count(),
            "helped_count": selectors.people_helped_by(user, now).count(),
            "has_second_step": is_mfa_enabled(user),
            "takes_calls": selectors.councils_of(user, *selectors.TAKES_CALLS).exists(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def details(request: SignedInRequest) -> HttpResponse:
    user = request.user
    known = {"first_name": user.first_name, "last_name": user.last_name, "phone": user.phone}
    form = DetailsForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        services.details_change(user=user, by=Actor(user.pk, user.pk, SELF), now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Your details are saved."))
        return redirect("people:account")
    return render(request, "people/details.html", {"form": form})


@require_POST
def sign_up_again(request: HttpRequest) -> HttpResponse:
    """The address was mistyped: forget the code that is on its way, and nothing else of this visit."""
    request.session.pop(EMAIL_VERIFICATION_CODE_SESSION_KEY, None)
    clear_login(request)
    came_from = request.session.get(CAME_FROM, "")
    back = f"?{urlencode({'next': came_from})}" if came_from else ""
    return redirect(f"{reverse('account_signup')}{back}")
