"""The worker's second half: what waits is claimed, sent and answered for. No transaction is open while a service is asked.

What waits for one channel and is of one kind goes out as one message. Its number stays with it while it is unknown whether the group
got it (the bot answered too late, or the worker was killed); a message that was refused is made anew with whatever waits by then.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Min, Q
from django.utils import timezone

from linli import vault
from linli.kernel.ids import uuid7
from linli.notices import rules
from linli.notices.addresses import Address, address_of
from linli.notices.answers import Answer
from linli.notices.message import body_of
from linli.notices.models import Channel, Delivery, Notice

LEASE = timedelta(minutes=2)
"""Longer than any sending takes: a claim older than this belongs to a worker that is gone."""
NO_KEY = Answer("no_key")
Send = Callable[[Address, str], Answer]
Waiting = Delivery.State.WAITING
Sending = Delivery.State.SENDING


def send_due(now: datetime, send: Send) -> int:
    """Send what waits, the oldest first. Returns how many messages the groups got."""
    _free(now)
    _drop()
    channels: dict[object, Channel] = {}
    silent: set[object] = set()
    got = 0
    for channel_id, kind, message in _groups(now):
        if channel_id in silent:
            continue
        channel = channels.get(channel_id) or Channel.objects.get(pk=channel_id)
        channels[channel_id] = channel
        answer = _send_one(channel, kind, message, now, send)
        if answer is None:
            continue
        got += answer.ok
        if not answer.ok:
            silent.add(channel_id)
            _let_rest(channel, now)
    return got


def _let_rest(channel: Channel, now: datetime) -> None:
    """What else waits for a channel that just failed is not tried on it one by one."""
    waiting = Delivery.objects.filter(state=Waiting, channel=channel, next_at__lte=now)
    waiting.update(next_at=now + rules.BACKOFF[0])


def _groups(now: datetime) -> list[tuple[UUID, str, UUID | None]]:
    rows = Delivery.objects.filter(state=Waiting, next_at__lte=now, channel__ended_at__isnull=True)
    found = rows.values_list("channel", "kind", "message").annotate(first=Min("next_at")).order_by("first", "kind")
    return [(channel, kind, message) for channel, kind, message, _first in found]


def _free(now: datetime) -> None:
    """What a worker held that is gone waits again, under its number: the group may have got it."""
    left = Delivery.objects.filter(state=Sending, claimed_until__lt=now)
    left.update(state=Waiting, claim=None, claimed_until=None, tries=F("tries") + 1, next_at=now)


def _drop() -> None:
    """What was taken up or is done meanwhile, and what waits for a channel that has ended, goes nowhere."""
    over = Notice.objects.filter(Q(settled_at__isnull=False) | Q(acknowledged_at__isnull=False))
    rows = Delivery.objects.filter(state=Waiting)
    rows.filter(notice__in=over).update(state=Delivery.State.DROPPED, done_at=timezone.now())
    rows.filter(channel__ended_at__isnull=False).update(state=Delivery.State.DROPPED, done_at=timezone.now())


def _send_one(channel: Channel, kind: str, message: UUID | None, now: datetime, send: Send) -> Answer | None:
    """Claim one message, send it, write down what came of it; None when another worker has it."""
    moment = max(now, timezone.now())
    claim, number = uuid7(), message or uuid7()
    rows = Delivery.objects.filter(state=Waiting, channel=channel, kind=kind, message=message, next_at__lte=now)
    if not rows.update(state=Sending, claim=claim, claimed_until=moment + LEASE, message=number):
        return None
    mine = Delivery.objects.filter(claim=claim, state=Sending)
    counted = sum(one.notice.count for one in mine.select_related("notice"))
    try:
        answer = send(address_of(channel), body_of(kind, counted, number))
    except vault.KeyMissing:
        answer = NO_KEY
    _answered(channel, claim, answer, max(now, timezone.now()))
    return answer


def _answered(channel: Channel, claim: UUID, answer: Answer, now: datetime) -> None:
    mine = Delivery.objects.filter(claim=claim, state=Sending)
    if answer.ok:
        mine.update(state=Delivery.State.SENT, claim=None, claimed_until=None, done_at=now)
    else:
        tries = max(mine.values_list("tries", flat=True), default=0) + 1
        wait = rules.wait(tries, unknown=answer.unknown)
        ended = {"state": Delivery.State.GIVEN_UP, "done_at": now} if wait is None else {"state": Waiting}
        anew = {} if answer.unknown else {"message": None}
        mine.update(
            claim=None, claimed_until=None, tries=F("tries") + 1, next_at=now + (wait or timedelta(0)), **ended, **anew
        )
    say_how(channel, answer, now)


def say_how(channel: Channel, answer: Answer, now: datetime) -> None:
    """Keep on the channel whether it works: what 今日 and its page show, and what a test says too."""
    rows = Channel.objects.filter(pk=channel.pk)
    if answer.ok:
        rows.update(last_ok_at=now, failing_since=None, failures=0, problem="", answered="")
        return
    rows.filter(failing_since__isnull=True).update(failing_since=now)
    rows.update(failures=F("failures") + 1, problem=answer.problem, answered=answer.number)
