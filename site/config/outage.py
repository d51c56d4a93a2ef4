"""What a person reads when something breaks: an outage of the database or of the disk is told as such, anything else as our fault."""

import errno
import sys
from typing import Final

import psycopg
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.defaults import server_error

RETRY_SECONDS: Final = 60
NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})


def is_outage(failure: BaseException | None) -> bool:
    """Whether the database did not answer, or the disk could not be written."""
    lost = OperationalError | InterfaceError | psycopg.OperationalError | psycopg.InterfaceError
    return isinstance(failure, lost) or (isinstance(failure, OSError) and failure.errno in NO_ROOM)


def answer_failure(request: HttpRequest) -> HttpResponse:
    """503 for an outage, with when to come back; 500 otherwise. Neither says anything of the failure itself, nor asks the database."""
    if not is_outage(sys.exc_info()[1]):
        return server_error(request)
    answer = server_error(request, template_name="503.html")
    answer.status_code = 503
    answer["Retry-After"] = str(RETRY_SECONDS)
    return answer
