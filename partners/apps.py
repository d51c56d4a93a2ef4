from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = "Partenaires"

    def ready(self) -> None:
        from access.reach import Reach, register
        from partners.reach import organisations
        from partners.register import declare_fields

        declare_fields()
        register(Reach(10, "reached_organisations", "Organisations", organisations))
