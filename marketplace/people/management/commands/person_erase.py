"""Erase a person: manage.py person_erase joan@example.org [--yes]"""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.core import clock
from marketplace.core.audit import CLOCKWORK
from marketplace.people.erasure import services
from marketplace.people.models import User


class Command(BaseCommand):
    help = "Takes away everything that names a person. Money that moved stays in the books without the name."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address they sign in with, or their number")
        parser.add_argument("--yes", action="store_true", help="do it; otherwise only say what stands in the way")

    def handle(self, *args, **options) -> None:
        asked = options["email"]
        named = {"pk": int(asked)} if asked.isdigit() else {"email__iexact": asked}
        person = User.objects.filter(**named).first()
        if person is None:
            raise CommandError("Nobody here is known by that.")
        reasons = services.obstacles(person)
        for reason in reasons:
            self.stdout.write(f"In the way: {reason}")
        if reasons:
            raise CommandError("Nothing was changed.")
        if not options["yes"]:
            self.stdout.write("Nothing stands in the way. Run it again with --yes: it cannot be undone.")
            return
        try:
            services.person_erase(person=person, by=CLOCKWORK, now=clock.now())
        except services.NobodyToErase as error:
            raise CommandError("They have been erased before.") from error
        self.stdout.write(f"Person {person.pk} is erased. Papers and photographs go with the next run of the worker.")
