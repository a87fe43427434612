"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Names come with sign-up; addresses are kept in lower case."""

    def clean_email(self, email: str) -> str:
        return super().clean_email(email).lower()

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/orders/"

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return "/"
