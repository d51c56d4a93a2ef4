from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "households"
    verbose_name = "Ménages"

    def ready(self) -> None:
        from access.reach import Reach, register
        from catalogue.enums import ExchangedLayout
        from catalogue.models.agreed import RECEPTIONS, Reception
        from households.conventions import register_guards
        from households.journal import register_cases
        from households.models import HouseholdImport
        from households.privacy.register import declare_fields
        from households.reach import named_cases
        from households.visibility import register_rules

        register_rules()
        register_guards()
        register_cases()
        declare_fields()
        register(Reach(20, "reached_cases", "Dossiers en équipe", named_cases))
        RECEPTIONS[ExchangedLayout.REPORTS] = Reception(HouseholdImport, "reports:files:upload")
