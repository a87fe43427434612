"""Make the search index anew from the database, while the old one goes on answering."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search import services


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()

        def progress(done: int, total: int) -> None:
            self.stdout.write(f"\r{done} of {total}", ending="" if done < total else "\n")
            self.stdout.flush()

        try:
            held = services.index_rebuild(progress=progress)
        except services.RebuildRunning as error:
            raise CommandError("The index is being rebuilt already.") from error
        seconds = max(0.001, time.monotonic() - started)
        self.stdout.write(f"{held} listings in {seconds:.1f} s, {held / seconds:.0f} a second")
