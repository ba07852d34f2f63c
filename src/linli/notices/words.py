"""How pages say what the notices hold in codes."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.notices.queries import Line

SERVICES: dict[str, str | Promise] = {
    "wecom": _("WeCom group"),
    "dingtalk": _("DingTalk group"),
    "feishu": _("Feishu group"),
    "mail": _("mailbox"),
}

PROBLEMS: dict[str, tuple[str | Promise, str | Promise]] = {
    "address": (
        _("The service does not know this bot (any more)."),
        _("Add the bot to the group anew and give its new address here."),
    ),
    "busy": (_("Too many messages in a short time."), _("It is tried again by itself.")),
    "keyword": (
        _("The bot takes only messages with a keyword."),
        _("In the bot's safety settings, add the keyword 邻里 or choose “signature”."),
    ),
    "signature": (
        _("The signature does not fit."),
        _("Copy the secret from the bot's safety settings; also see whether this server's clock is right."),
    ),
    "origin": (
        _("The bot takes messages from known addresses only."),
        _("In the bot's safety settings, add the office's internet address or choose “signature”."),
    ),
    "no_answer": (
        _("The service cannot be reached."),
        _("See whether this server has internet. It is tried again by itself."),
    ),
    "slow": (
        _("The service answers too late; the group may have got the message twice."),
        _("It is tried again by itself."),
    ),
    "server": (_("The service has a fault of its own."), _("It is tried again by itself.")),
    "unreadable": (
        _("Somebody else answers in the place of the service."),
        _("A network's sign-in page or a proxy may stand between. See whether this server has internet."),
    ),
    "refused": (
        _("The service refuses the message."),
        _("See in the group whether the bot is still there, and send a test."),
    ),
    "no_mail": (_("This server has no mail server set."), _("Whoever runs it sets LINLI_MAIL.")),
    "no_key": (_("The key of the stored address is not here."), _("Give the address again.")),
}
"""What went wrong with a group or a mailbox, and the way out."""


def problem(code: str) -> tuple[str | Promise, str | Promise]:
    """What went wrong and the way out, in sentences."""
    return PROBLEMS.get(code, PROBLEMS["refused"])


def told_names(line: Line) -> list[str]:
    """Who was told of a notice, by name: an account, else the holder without one; each once."""
    names = [one.user.display_name if one.user is not None else one.mandate.holder_name for one in line.told]
    return list(dict.fromkeys(names))


JOBS = {
    "hourly": _("erasing what is due"),
    "procedures": _("cases and checks after a journey"),
    "rounds": _("opening and closing rounds"),
    "sheets": _("the daily sheet"),
    "duties": _("watching the shifts"),
    "care": _("dates and alarms of care"),
    "journeys": _("alarms of late hand-overs"),
}
"""What runs by itself, beside the notices themselves."""


def job_word(name: str) -> str:
    """What a job does; its name for one that has no word yet."""
    return str(JOBS.get(name, name))
