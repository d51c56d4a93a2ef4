from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = "Partenaires"

    def ready(self) -> None:
        from access.journal.tracked import track
        from access.reach import Reach, register
        from partners.models import DirectoryEntry, Membership, Organisation
        from partners.reach import organisations
        from partners.register import declare_fields

        declare_fields()
        register(Reach(10, "reached_organisations", "Organisations", organisations))
        for model in (DirectoryEntry, Membership, Organisation):
            track(model, model._meta.model_name or "")
