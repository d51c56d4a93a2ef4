from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "households"
    verbose_name = "Ménages"

    def ready(self) -> None:
        from catalogue.enums import ExchangedLayout
        from catalogue.models.agreed import RECEPTIONS, Reception
        from households.conventions import register_guards
        from households.journal import register_cases
        from households.models import HouseholdImport
        from households.privacy.register import declare_fields
        from households.visibility import register_rules

        register_rules()
        register_guards()
        register_cases()
        declare_fields()
        RECEPTIONS[ExchangedLayout.REPORTS] = Reception(HouseholdImport, "reports:upload")
