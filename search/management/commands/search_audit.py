"""Compare every search index with the database, put right what differs, and say what it was."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import services
from search.backends import IndexUnwell


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--look-only", action="store_true", help="Say what differs and change nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        def progress(done: int, total: int) -> None:
            self.stdout.write(f"\r{done} of {total}", ending="" if done < total else "\n")
            self.stdout.flush()

        unwell = []
        for name, found in services.indices_audit(repair=not options["look_only"], progress=progress).items():
            if isinstance(found, IndexUnwell):
                unwell.append(f"{name}: {found}")
                continue
            for sort in ("missing", "extra", "old", "ahead"):
                ids = getattr(found, sort)
                shown = ", ".join(str(pk) for pk in ids[:10])
                self.stdout.write(f"{name}: {sort}: {len(ids)}{f' ({shown})' if ids else ''}")
            done = "found" if options["look_only"] else "put right"
            self.stdout.write(f"{name}: {found.checked} listings checked, {found.drifted} {done}")
        if unwell:
            raise CommandError("; ".join(unwell))
