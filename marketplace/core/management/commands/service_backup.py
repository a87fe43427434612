"""Write everything that cannot be made again into a folder: the database, and the files that people gave us.

Postcodes, stylesheets and search indices are made anew. The keys (SECRET_KEY, EVIDENCE_KEYS) are not in it: without
them nobody reads the receipts, so they are kept elsewhere.
"""

import subprocess
import tarfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from marketplace.core.management.backups import DUMP, FILES, environment, folders, where


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if connection.vendor != "postgresql":
            raise CommandError("This is for PostgreSQL. An embedded database is one file: copy it while nothing runs.")
        if (folder / DUMP).exists():
            raise CommandError(f"{folder} holds a backup already. Name another folder.")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        known = settings.DATABASES["default"]
        # The database first: a paper that is added meanwhile is then a file without a row, which harms nobody.
        dump = ["pg_dump", "--format=custom", "--no-owner", f"--file={folder / DUMP}", *where(known), known["NAME"]]
        subprocess.run(dump, check=True, env=environment(known))
        with tarfile.open(folder / FILES, "w") as tar:
            for name, path in folders().items():
                if path.exists():
                    tar.add(path, arcname=name)
        for path in (folder / DUMP, folder / FILES):
            path.chmod(0o600)
            self.stdout.write(f"{path}: {path.stat().st_size} bytes")
