"""Letters to the person of an account, written and sent by the worker: how long a page takes tells nothing of who exists."""

from typing import Final

from procrastinate.contrib.django import app

from access.enums import AccountNotice
from access.models import User
from access.secrecy import seal

LETTERS: Final = "letter"


def tell(*, user: User, notice: AccountNotice, former_address: str = "") -> None:
    """Tell the person that something of the account changed; at ``former_address`` too, which the queue holds sealed."""
    sealed = seal(former_address, purpose=LETTERS) if former_address else ""
    app.configure_task("access.send_notice").defer(account=user.pk, notice=notice.value, former_address=sealed)


def send_link(*, account: int) -> None:
    """Have the worker send a link to choose a password to that account; 0 where no account bears the address, which looks the same."""
    app.configure_task("access.send_password_link").defer(account=account)
