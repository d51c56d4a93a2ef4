"""Values of the journal, sealed under one key per record. A record's key destroyed, nothing opens them any more.

A key is drawn at random, wrapped under the house's own key, and kept in the database; the house's key is derived from the setting
``JOURNAL_SECRET`` and kept nowhere.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q

from access.models import JournalKey

Subject = tuple[str, int]
"""What the journal is about: a kind of record, opaque to this room, and its id."""

WRAPPING: Final = b"solive journal: keys of records"
CHAINING: Final = b"solive journal: chain of batches"


@lru_cache(maxsize=8)
def derived(secret: str, purpose: bytes) -> bytes:
    """32 bytes for one purpose, from the house's secret."""
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())


def _wrapper() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derived(settings.JOURNAL_SECRET, WRAPPING)))


def chain_key() -> bytes:
    """The key under which batches are hashed: whoever holds the database alone cannot make a chain that holds."""
    return hashlib.sha256(derived(settings.JOURNAL_SECRET, CHAINING)).digest()


def seal(values: Mapping[Subject, Any]) -> dict[Subject, bytes]:
    """Each record's values, as what JSON can hold, sealed under that record's key; keys that are missing are drawn."""
    keys = _keys(values.keys())
    missing = [subject for subject in values if subject not in keys]
    if missing:
        drawn = [JournalKey(subject_kind=kind, subject_id=pk, wrapped=_wrapper().encrypt(Fernet.generate_key())) for kind, pk in missing]
        JournalKey.objects.bulk_create(drawn, ignore_conflicts=True)
        keys = _keys(values.keys())
    return {subject: keys[subject].encrypt(json.dumps(value, cls=DjangoJSONEncoder).encode()) for subject, value in values.items()}


def opened(subject: Subject, sealed: bytes | None) -> Any:
    """What was sealed of a record; None when there is nothing, or when its key is destroyed."""
    key = _keys([subject]).get(subject)
    if sealed is None or key is None:
        return None
    try:
        return json.loads(key.decrypt(bytes(sealed)))
    except InvalidToken:
        return None


def forget(subjects: Iterable[Subject]) -> int:
    """Destroy the keys of these records and return how many there were: their values in the journal are lost for good."""
    found = JournalKey.objects.filter(_among(subjects))
    return found.delete()[0]


def _keys(subjects: Iterable[Subject]) -> dict[Subject, Fernet]:
    wrapper = _wrapper()
    held = JournalKey.objects.filter(_among(subjects)).values_list("subject_kind", "subject_id", "wrapped")
    return {(kind, pk): Fernet(wrapper.decrypt(bytes(wrapped))) for kind, pk, wrapped in held}


def _among(subjects: Iterable[Subject]) -> Q:
    by_kind: dict[str, list[int]] = {}
    for kind, pk in subjects:
        by_kind.setdefault(kind, []).append(pk)
    condition = Q(pk__in=[])
    for kind, pks in by_kind.items():
        condition |= Q(subject_kind=kind, subject_id__in=pks)
    return condition
