"""Words of this room."""

from __future__ import annotations

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.returnees.rules import origins
from linli.ui.words import is_chinese, moment

Words = dict[str, str | Promise]
SOURCES: Words = {
    "self": _("the person"),
    "gate": _("the gate"),
    "list": _("a list from above"),
    "neighbour": _("a neighbour's call"),
}
STATES: Words = {
    "open": _("not registered yet"),
    "registered": _("registered"),
    "settled": _("settled"),
    "empty": _("came to nothing"),
}
KINDS = {"open": "amber", "registered": "info", "settled": "green", "empty": "info"}
CLOSED: Words = {
    "nobody": _("there is no such person here"),
    "elsewhere": _("lives in another neighbourhood; passed on"),
    "not_away": _("had not been away"),
    "not_coming": _("is not coming after all"),
}
TRANSPORT: Words = {
    "": _("not said"),
    "train": _("train"),
    "plane": _("plane"),
    "car": _("car"),
    "coach": _("coach"),
    "ship": _("ship"),
    "other": _("other"),
}
INTENTIONS = [("comes", _("comes back")), ("stays", _("stays away for now")), ("unsure", _("has not decided"))]
CHANNELS: Words = {
    "phone": _("telephone"),
    "wechat": _("WeChat"),
    "message": _("text message"),
    "family": _("the family"),
    "neighbour": _("a neighbour"),
}
ASKED: Words = {
    "reached": _("reached"),
    "no_answer": _("no answer"),
    "wrong": _("wrong number"),
    "refused": _("does not want to say"),
}
RETURNS: dict[str, tuple[str, str | Promise]] = {
    "silent": ("amber", _("no answer after several tries")),
    "past": ("amber", _("past the day, still away")),
    "unasked": ("amber", _("not asked yet")),
    "trying": ("info", _("being asked")),
    "unsure": ("info", _("has not decided")),
    "known": ("green", _("comes back")),
    "stays": ("green", _("stays away for now")),
}
REASONS: Words = {
    "document": _("same document"),
    "phone": _("same phone"),
    "name": _("same name"),
    "door": _("same door"),
}
PROBLEMS: Words = {
    "name_missing": _("the name is missing"),
    "name_damaged": _("a character of the name is lost"),
    "phone_unclear": _("this is no phone number"),
    "day_unclear": _("no day can be read here"),
}
BANDS: Words = {
    "1h": _("within an hour"),
    "4h": _("1 to 4 hours"),
    "12h": _("4 to 12 hours"),
    "24h": _("12 to 24 hours"),
    "more": _("more than a day"),
}


def origin_choices() -> list[tuple[str, str]]:
    """Where the journey began, in the reader's language."""
    name = "zh" if is_chinese() else "en"
    return [("", gettext("not said"))] + [(one["code"], one[name]) for one in origins()]


def duration(minutes: int | None, about: bool = False) -> str:
    """3 h 07 min; 约 before it when the beginning is only known roughly."""
    if minutes is None:
        return "—"
    hours, rest = divmod(minutes, 60)
    days, hours_left = divmod(hours, 24)
    if days >= 2:
        text = gettext("%(days)s d %(hours)s h") % {"days": days, "hours": hours_left}
    elif hours:
        text = gettext("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": f"{rest:02}"}
    else:
        text = gettext("%(minutes)s min") % {"minutes": rest}
    return gettext("about %(value)s") % {"value": text} if about else text


def clock(minutes: int | None) -> str:
    """Hours and minutes for a big figure: 75:12."""
    return "—" if minutes is None else f"{minutes // 60}:{minutes % 60:02}"


def window(first: date | None, last: date | None, about: bool) -> str:
    """One day, or a window with 约 before it; "from … on" when it has no end."""
    if first is None:
        return "—"
    if last is None:
        text = gettext("from %(day)s on") % {"day": moment(first, "day")}
    else:
        text = moment(first, "day") if first == last else f"{moment(first, 'day')} – {moment(last, 'day')}"
    return gettext("about %(value)s") % {"value": text} if about else text
