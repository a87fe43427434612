from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from marketplace.cms import services
from marketplace.core.audit import CLOCKWORK


class Command(BaseCommand):
    help = "Let somebody with an account run the site for all councils; with --remove, no longer."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the confirmed e-mail address of their account")
        parser.add_argument("--remove", action="store_true")

    def handle(self, *args: Any, email: str, remove: bool, **options: Any) -> None:
        change = services.operator_remove if remove else services.operator_add
        try:
            user = change(email=email, by=CLOCKWORK, now=timezone.now())
        except services.NobodyWithThatAddress as error:
            words = f"Nobody has an account with {email}. Make one at /accounts/signup/ and confirm the address first."
            raise CommandError(words) from error
        if remove:
            self.stdout.write(f"{user} no longer runs the site.")
        else:
            self.stdout.write(f"{user} runs the site at /operator/, after setting up a second step at /accounts/2fa/.")
