from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = "Partenaires"

    def ready(self) -> None:
        from partners.register import declare_fields

        declare_fields()
