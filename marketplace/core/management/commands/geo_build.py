"""Makes var/geo/geo.sqlite3: postcodes, places and the map's cells, from installed data packages."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from marketplace.core.geo import build


class Command(BaseCommand):
    """Build the file at the setting GEO_DB, unless it is there and up to date. Needs no network."""

    help = "Build the file of postcodes, places and map cells (about 20 seconds, once)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="Build it again even when it is up to date.")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.GEO_DB)
        if build.built_version(path) == build.wanted_version() and not options["force"]:
            self.stdout.write(f"Postcodes and places are up to date: {path}")
            return
        began = time.monotonic()
        build.build(path, lambda step: self.stdout.write(f"  {step}"))
        size = path.stat().st_size / 1_000_000
        self.stdout.write(f"Postcodes and places: {path}, {size:.0f} MB, {time.monotonic() - began:.0f} s")
