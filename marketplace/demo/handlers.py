"""The code on the page of the second step, and the ones already used."""

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_used
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse

from marketplace.cms.signals import frame_shown

from . import services


@receiver(authenticator_used, dispatch_uid="demo.code_used")
def remember_code(sender: type, request: HttpRequest, authenticator: Authenticator, **kwargs) -> None:
    if authenticator.type == Authenticator.Type.TOTP and request.POST.get("code"):
        services.code_used(authenticator, request.POST["code"].strip())


@receiver(frame_shown, dispatch_uid="demo.show_code")
def show_code(sender: object, request: HttpRequest, **kwargs) -> dict[str, str]:
    """`demo_code` where the six numbers are asked for."""
    if request.path == reverse("mfa_authenticate"):
        stage = getattr(request, "_login_stage", None)
        user = stage.login.user if stage else None
    elif request.path == reverse("mfa_reauthenticate"):
        user = request.user if request.user.is_authenticated else None
    else:
        return {}
    return {"demo_code": services.code_now(user)} if user is not None else {}
