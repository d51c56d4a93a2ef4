from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "pages"
    verbose_name = "Site public"

    def ready(self) -> None:
        from pages import signals
        from pages.register import declare_fields

        signals.connect()
        declare_fields()
