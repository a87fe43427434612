"""Make the search indices anew from the database, while the old ones go on answering."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import backends, services
from search.backends import IndexUnwell


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", choices=sorted(backends.named()), default="", help="One of the indices.")
        parser.add_argument("--processes", type=int, default=2, help="How many read for the server at once.")
        parser.add_argument(
            "--rollback", action="store_true", help="Put the server's earlier index in use again, brought up to date."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["rollback"]:
                self.stdout.write(f"{services.index_roll_back()} answers again")
            else:
                for name in [options["only"]] if options["only"] else sorted(backends.named(), reverse=True):
                    self._rebuild(name, options["processes"])
        except services.RebuildRunning as error:
            raise CommandError("The index is being rebuilt already.") from error
        except services.NothingToGoBackTo as error:
            raise CommandError("There is no earlier index to go back to.") from error
        except IndexUnwell as error:
            raise CommandError(str(error)) from error

    def _rebuild(self, name: str, processes: int) -> None:
        started = time.monotonic()

        def progress(done: int, total: int) -> None:
            self.stdout.write(f"\r{name}: {done} of {total}", ending="" if done < total else "\n")
            self.stdout.flush()

        held = services.index_rebuild(only=name, progress=progress, processes=processes)
        seconds = max(0.001, time.monotonic() - started)
        self.stdout.write(f"{name}: {held} listings in {seconds:.1f} s, {held / seconds:.0f} a second")
