from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    name = "access"
    verbose_name = "Accès"

    def ready(self) -> None:
        from access.journal.tracked import install, track
        from access.models import AccessReview, SecondFactor, SignIn, User
        from access.register import declare_fields
        from access.sessions import watch

        track(User, "account")
        track(SecondFactor, "account", ("user",))
        track(SignIn, "account", ("user",))
        track(AccessReview, "access_review")
        declare_fields()
        post_migrate.connect(install, sender=self)
        watch()
