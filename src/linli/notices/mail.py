"""A notice by mail, where there is a mailbox: the same lines as a group reads, through the office's own mail server (``LINLI_MAIL``)."""

from __future__ import annotations

from smtplib import SMTPException, SMTPRecipientsRefused, SMTPServerDisconnected

from django.conf import settings
from django.core.mail import send_mail

from linli.notices.addresses import Address
from linli.notices.answers import NO_ANSWER, SLOW, Answer


def available() -> bool:
    """Whether this installation can send mail at all."""
    return bool(settings.EMAIL_HOST)


def post(address: Address, body: str) -> Answer:
    """Send one mail. The answer says what came of it, nothing is raised."""
    if not available():
        return Answer("no_mail")
    try:
        send_mail(body.partition("\n")[0], body, settings.DEFAULT_FROM_EMAIL, [address.box])
    except SMTPRecipientsRefused:
        return Answer("address")
    except SMTPServerDisconnected:
        return SLOW
    except SMTPException as error:
        return Answer("refused", str(getattr(error, "smtp_code", "")))
    except TimeoutError:
        return SLOW
    except OSError:
        return NO_ANSWER
    return Answer()
