"""From a backup to a checked service: fill an empty database and the folders of files, migrate, make the search indices
anew, and look at everything thoroughly. It says so and fails when anything is not whole.
"""

import subprocess
import tarfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from marketplace.core.management.backups import DUMP, FILES, environment, folders, where


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # there are no tables yet

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        for name in (DUMP, FILES):
            if not (folder / name).is_file():
                raise CommandError(f"{folder / name} is not there.")
        if connection.vendor != "postgresql":
            raise CommandError("A backup is read into PostgreSQL: set DATABASE_URL.")
        if connection.introspection.table_names():
            raise CommandError("This database is not empty, and nothing is ever written over. Name another.")
        connection.close()
        known = settings.DATABASES["default"]
        load = ["pg_restore", "--no-owner", "--exit-on-error", f"--dbname={known['NAME']}", *where(known)]
        subprocess.run([*load, str(folder / DUMP)], check=True, env=environment(known))
        self.stdout.write("The database is read.")
        with tarfile.open(folder / FILES) as tar:
            for name, path in folders().items():
                self._files(tar, name, path)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("service_check", stdout=self.stdout, stderr=self.stderr)

    def _files(self, tar: tarfile.TarFile, name: str, path: Path) -> None:
        """Files that are there already stay: their names are random, so they are the same."""
        written = 0
        for member in tar.getmembers():
            inside = Path(member.name)
            target = path.joinpath(*inside.parts[1:])
            content = tar.extractfile(member) if member.isfile() and inside.parts[0] == name else None
            if content is None or ".." in inside.parts or target.exists():
                continue
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            target.write_bytes(content.read())
            target.chmod(0o600 if name == "evidence" else 0o644)
            written += 1
        self.stdout.write(f"{name}: {written} files")
