"""allauth's forms in our words. Apart from the others, because allauth imports those while it loads."""

from allauth.account.forms import SignupForm
from allauth.account.utils import get_next_redirect_url
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

CAME_FROM = "signing-up-from"  # session key: where somebody goes on who mistyped their address


class SignUpForm(SignupForm):
    """Name, address, telephone and password."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        password = self.fields["password1"]
        password.label = _("Choose a password")
        password.help_text = _("At least 10 letters, numbers or signs. Three words in a row are easy to remember.")

    def try_save(self, request: HttpRequest):
        """Also for an address that has an account, or starting again would tell which."""
        request.session[CAME_FROM] = get_next_redirect_url(request) or ""
        return super().try_save(request)
