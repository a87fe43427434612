"""What people type about themselves."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from marketplace.core.text import one_line

from .models import User


class SignUpDetails(forms.Form):
    """Asked beside e-mail and password at sign-up (allauth mixes it in)."""

    first_name = forms.CharField(
        label=_("First name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    phone = forms.CharField(
        label=_("Phone number (you can leave this empty)"),
        max_length=30,
        required=False,
        help_text=_("So that the person who helps you can ring about a visit."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    field_order = ["first_name", "last_name", "email", "phone", "password1"]

    def signup(self, request: HttpRequest, user: User) -> None:
        user.first_name = one_line(self.cleaned_data["first_name"])
        user.last_name = one_line(self.cleaned_data["last_name"])
        user.phone = one_line(self.cleaned_data["phone"])
        user.save(update_fields=["first_name", "last_name", "phone"])
