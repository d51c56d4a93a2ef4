"""The background worker: the deferred and periodic jobs of each room's ``tasks``.

python -m config.worker
"""

import os

import django

GRACE_SECONDS = 10


def main() -> None:
    """Run jobs until SIGTERM or Ctrl-C, then give those under way GRACE_SECONDS to end."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
    django.setup()
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    with app.replace_connector(DjangoConnector().get_worker_connector()):
        app.run_worker(shutdown_graceful_timeout=GRACE_SECONDS)


if __name__ == "__main__":
    main()
