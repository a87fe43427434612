from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.forms import Form
from django.utils import timezone

from marketplace.cms import services
from marketplace.core.audit import CLOCKWORK
from providers.assurance.forms import NewCouncilForm

OPTIONAL = ("colour", "help_hours", "help_email", "concern_hours", "max_fte", "welcome")


class Command(BaseCommand):
    help = "Make room for a council: its page, guides, curators' group, pictures and workflow."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="short name for its address, such as quantock")
        parser.add_argument("--name", required=True)
        parser.add_argument("--area", required=True, action="append", help="a local authority, by name or code")
        parser.add_argument("--help-phone", required=True)
        parser.add_argument("--concern-phone", required=True)
        parser.add_argument("--required", action="append", help="a check that everybody needs, such as identity")
        for name in OPTIONAL:
            parser.add_argument(f"--{name.replace('_', '-')}")
        parser.add_argument("--curator", action="append", default=[], help="e-mail address of somebody with an account")

    def handle(self, *args: Any, **options: Any) -> None:
        """The same questions, and the same refusals, as the operator's form."""
        typed = {**NewCouncilForm.beginning(), **{name: options[name] for name in OPTIONAL if options[name]}}
        typed |= {name: options[name] for name in ("slug", "name", "help_phone", "concern_phone")}
        typed["area_codes"] = "\n".join(options["area"])
        typed["required"] = sorted({*typed["required"], *(options["required"] or [])})
        form = NewCouncilForm(typed)
        if not form.is_valid():
            raise CommandError("\n".join(_said(form)))
        now = timezone.now()
        try:
            council = services.council_open(by=CLOCKWORK, now=now, **form.facts)
        except services.SlugTaken as error:
            raise CommandError(f"The short name “{options['slug']}” is taken.") from error
        self.stdout.write(f"{council.name} is ready at /{council.slug}/.")
        for email in options["curator"]:
            self._add_curator(council, email, now)

    def _add_curator(self, council, email: str, now) -> None:
        try:
            work = services.council_staff_invite(
                council=council, email=email, role=services.CouncilRole.CURATOR, by=CLOCKWORK, now=now
            )
        except services.NobodyWithThatAddress:
            self.stderr.write(f"Nobody has an account with {email}: ask them to make one, then add them.")
        else:
            self.stdout.write(f"{work.user} is a curator there.")


def _said(form: Form) -> list[str]:
    return [f"--{name.replace('_', '-')}: {words}" for name, found in form.errors.items() for words in found]
