"""The words of the closed lists, for pages and papers."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from linli.duties.models import Away, Exemption, Post, Stint
from linli.duties.rules import Against, Standing

KINDS = {
    Post.Kind.GATE.value: _("Gate"),
    Post.Kind.ZONE.value: pgettext_lazy("duty", "Zone"),
    Post.Kind.BUILDING.value: _("Building"),
    Post.Kind.OTHER.value: pgettext_lazy("duty", "Elsewhere"),
}

AGAINST = {
    Against.CANCELLED: gettext_noop("This shift was cancelled."),
    Against.PAST: gettext_noop("This shift is over."),
    Against.UNDER_AGE: gettext_noop("Duties are for people who are 18 or older."),
    Against.AGE_UNSAID: gettext_noop("Nobody has recorded yet that this person is 18 or older. The office can do it."),
    Against.NOT_LISTED: gettext_noop("This person is not on the roster on that day."),
    Against.ALREADY: gettext_noop("This person is on this shift already."),
    Against.OVERLAP: gettext_noop("There is another duty at the same time."),
    Against.EXEMPT: gettext_noop("This person is excused from such duties."),
    Against.NO_SIGNUP: gettext_noop("The office fills this post itself."),
    Against.FULL: gettext_noop("Every place is taken."),
    Against.AWAY: gettext_noop("This person is away on that day."),
    Against.ADJACENT: gettext_noop("Another duty borders on this one."),
    Against.REST: gettext_noop("Less than 11 hours of rest would remain between two duties."),
    Against.APART: gettext_noop("Somebody is on this shift with whom this person is not put together."),
    Against.NOT_FITTING: gettext_noop(
        "The open place is for somebody with a certain training, of a certain unit, or who leads."
    ),
}
"""The closed list of answers to "why can't I": each is the msgid of a whole sentence."""


def why(code: Against | str) -> str:
    """The sentence of what speaks against somebody on a shift."""
    return gettext(AGAINST[Against(code)])


RELEASES = {
    Stint.Release.ILL.value: _("I am ill"),
    Stint.Release.FAMILY.value: _("Something in the family"),
    Stint.Release.WORK.value: _("I have to work"),
    Stint.Release.AWAY.value: _("I am not in town"),
    Stint.Release.UNSAID.value: _("I would rather not say"),
}
"""What "I cannot come" asks; nobody has to write anything."""

RELEASED = {
    Stint.Release.ILL.value: _("ill"),
    Stint.Release.FAMILY.value: _("family"),
    Stint.Release.WORK.value: _("work"),
    Stint.Release.AWAY.value: _("not in town"),
    Stint.Release.UNSAID.value: _("not said"),
    Stint.Release.CANCELLED.value: _("shift cancelled"),
    Stint.Release.OFFICE.value: _("changed by the office"),
}

STANDINGS = {
    Standing.INVITED: ("info", _("asked, no answer yet")),
    Standing.COMING: ("info", _("coming")),
    Standing.DUE: ("info", _("due now")),
    Standing.MISSING: ("amber", pgettext_lazy("duty", "not there")),
    Standing.ON: ("green", _("on duty")),
    Standing.LEFT: ("green", pgettext_lazy("duty", "was there")),
    Standing.MISSED: ("amber", _("did not come")),
    Standing.UNSAID: ("amber", _("nobody said")),
    Standing.RELEASED: ("info", _("cannot come")),
}
"""Shape and word of each standing."""

HOWS = {
    Stint.How.SIGNUP.value: _("signed up"),
    Stint.How.PROPOSAL.value: _("by a proposal"),
    Stint.How.ASSIGNED.value: _("put there by the office"),
    Stint.How.INVITED.value: _("asked"),
}

EXEMPTIONS = {
    Exemption.Code.NO_STANDING.value: _("no standing for long"),
    Exemption.Code.NO_NIGHTS.value: _("no nights"),
    Exemption.Code.DAY_ONLY.value: _("daytime only"),
    Exemption.Code.NO_STAIRS.value: _("no stairs"),
}

ABSENCES = {
    Away.Reason.SECONDMENT.value: _("seconded"),
    Away.Reason.ABROAD.value: _("abroad"),
    Away.Reason.ILL.value: _("ill"),
    Away.Reason.OTHER.value: pgettext_lazy("duty", "away"),
}
