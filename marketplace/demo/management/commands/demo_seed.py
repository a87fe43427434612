"""Fill the demonstration with invented neighbours."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from marketplace.demo.seed import seed


class Command(BaseCommand):
    help = "Seed the demonstration: three councils, 300 providers, the cast. Safe to repeat."

    def handle(self, *args, **options) -> None:
        if not settings.DEMO:
            raise CommandError("Demonstration data goes into demonstration settings only.")
        seed(self.stdout.write)
