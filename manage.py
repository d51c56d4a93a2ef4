#!/usr/bin/env python
"""Django's command line, with site/ on the path and the right database account for the command."""

import os
import sys
from pathlib import Path

OWNER_COMMANDS = {"migrate"}


def main() -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parent / "site"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        from config.database import OWNER_SWITCH

        os.environ[OWNER_SWITCH] = "owner"
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
