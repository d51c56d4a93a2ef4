"""What a household needs, the words for it, and how it goes."""

from households.models.needs.diagnoses import Diagnosis, SensitiveNeed
from households.models.needs.evaluations import Evaluation, EvaluationGrade
from households.models.needs.scoped import HouseholdScopedQuerySet
from households.models.needs.vocabulary import Criterion, NeedTopic, RentGuideline

__all__ = ["Criterion", "Diagnosis", "Evaluation", "EvaluationGrade", "HouseholdScopedQuerySet", "NeedTopic", "RentGuideline", "SensitiveNeed"]
