"""Cards of 今日 about care: an alarm that waits, what nobody sees to, today's checks; for who helps, his own households."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.briefing.context import Card, Context
from linli.care import queries, words
from linli.care.board_page import gaps, own_of
from linli.care.lines import Today
from linli.ui.words import listed, moment, number

READ, HELP = "care.read", "care.help"


def care_cards(context: Context) -> list[Card]:
    """An alarm is red and stands until somebody answers; else what nobody sees to; else the checks that are still to come. One card."""
    if READ not in context.rights:
        return []
    today = queries.today(context.request.user, context.neighbourhood, context.now)
    url = reverse("care:board")
    if today.alarms:
        return [_alarm_card(today)]
    done, due = today.checks
    missing = gaps(today)
    if missing:
        count = sum(homes for _code, _word, homes in missing)
        title = ngettext(
            "%(n)s household in care lacks something", "%(n)s households in care lack something", count
        ) % {"n": number(count)}
        text = listed(f"{word} {number(homes)}" for _code, word, homes in missing)
        return [Card("amber", title, text, url, _("See them"), done if due else None, due or None)]
    if done < due:
        title = ngettext("%(n)s check of today is open", "%(n)s checks of today are open", due - done) % {
            "n": due - done
        }
        return [Card("amber", title, _("Of those who stay at home."), f"{url}?show=check", _("See which"), done, due)]
    return []


def _alarm_card(today: Today) -> Card:
    alarm, one = today.alarms[0]
    count = len(today.alarms)
    title = ngettext("%(n)s alarm of care waits for an answer", "%(n)s alarms of care wait for an answer", count) % {
        "n": number(count)
    }
    text = f"{one.person.name} · {words.CAUSES[alarm.cause]} · {moment(alarm.raised_at)}"
    url = reverse("care:case", args=[one.case.pk]) if count == 1 else reverse("care:board")
    return Card("red", title, text, url, _("Answer"))


def own_care_cards(context: Context) -> list[Card]:
    """The households that somebody looks after himself, when one of them needs something; not for who has the whole list."""
    if HELP not in context.rights or READ in context.rights:
        return []
    today = queries.today(context.request.user, context.neighbourhood, context.now)
    homes = own_of(today, context.request.mandates)
    busy = [home for home in homes if home.next_act.code != "calm"]
    if not busy:
        return []
    title = ngettext(
        "%(n)s of your households needs something", "%(n)s of your households need something", len(busy)
    ) % {"n": number(len(busy))}
    act = busy[0].next_act
    kind, word = words.ACTS[act.code]
    url = reverse("care:household", args=[busy[0].household.pk]) if len(busy) == 1 else reverse("care:mine")
    return [Card("red" if kind == "red" else "amber", title, str(word), url, _("What is needed today"))]
