"""allauth's forms in our words. Apart from the others, because allauth imports those while it loads."""

from allauth.account.forms import SignupForm
from django.utils.translation import gettext_lazy as _


class SignUpForm(SignupForm):
    """Name, address, telephone and password."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        password = self.fields["password1"]
        password.label = _("Choose a password")
        password.help_text = _("At least 10 letters, numbers or signs. Three words in a row are easy to remember.")
