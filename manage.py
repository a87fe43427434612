#!/usr/bin/env python3
"""Run a management command. The settings are chosen by DJANGO_SETTINGS_MODULE."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings.development")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
