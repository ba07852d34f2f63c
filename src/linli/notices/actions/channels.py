"""Writers of channels: add a group's bot or a mailbox, give it another address, end it, send a test through it."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground.models import Area, Place
from linli.journal.record import record
from linli.kernel.ids import uuid7
from linli.kernel.refusal import Refusal
from linli.notices import acts
from linli.notices.actions.sending import NO_KEY, Send, say_how
from linli.notices.addresses import MAIL, address_of, read, sealed
from linli.notices.answers import Answer
from linli.notices.message import TEST, body_of
from linli.notices.models import Channel, Delivery, Notice
from linli.vault import KeyMissing


def add_channel(
    *, by: User, neighbourhood: Place, kind: str, title: str, address: str, secret: str = "", area: Area | None = None
) -> Channel:
    """Let a group (of a zone, or of the whole neighbourhood) or a mailbox hear of notices.

    Refusals: ``notices.zone_has_group`` (P03: one group per zone), ``notices.zone_elsewhere``, and what an address is refused for.
    """
    if area is not None and area.neighbourhood_id != neighbourhood.pk:
        raise Refusal("notices.zone_elsewhere", gettext_noop("This zone belongs to another neighbourhood."))
    found = read(kind, address, secret)
    try:
        with transaction.atomic():
            channel = Channel.objects.create(
                neighbourhood=neighbourhood,
                area=area,
                kind=kind,
                title=" ".join(title.split()),
                sealed=sealed(found),
                created_at=timezone.now(),
                by_user=by.pk,
            )
            _record(acts.CHANNEL_ADDED, by, channel)
    except IntegrityError:
        if area is None or kind == MAIL:
            raise
        raise Refusal(
            "notices.zone_has_group",
            gettext_noop("%(zone)s has its group already. End that one first, or change its address."),
            zone=area.name,
        ) from None
    return channel


def change_address(*, by: User, channel: Channel, address: str, secret: str = "") -> None:
    """Give a channel another address (the bot's key was renewed). What waits for it is tried at once."""
    now = timezone.now()
    found = read(channel.kind, address, secret)
    with transaction.atomic():
        changed = Channel.objects.filter(pk=channel.pk, ended_at__isnull=True)
        if not changed.update(sealed=sealed(found), failing_since=None, failures=0, problem="", answered=""):
            raise _ended()
        Delivery.objects.filter(channel=channel, state=Delivery.State.WAITING).update(next_at=now, tries=0)
        _record(acts.CHANNEL_CHANGED, by, channel)


def end_channel(*, by: User, channel: Channel) -> None:
    """Nothing goes out through it any more; its address is forgotten."""
    now = timezone.now()
    with transaction.atomic():
        rows = Channel.objects.filter(pk=channel.pk, ended_at__isnull=True)
        if not rows.update(ended_at=now, sealed=b"", failing_since=None):
            raise _ended()
        waiting = Delivery.objects.filter(channel=channel, state=Delivery.State.WAITING)
        waiting.update(state=Delivery.State.DROPPED, done_at=now)
        _record(acts.CHANNEL_ENDED, by, channel)


def try_channel(*, by: User, channel: Channel, send: Send) -> Answer:
    """Send a test, now, and say what the service answered. What waits for a channel that works again is tried at once."""
    if channel.ended_at is not None:
        raise _ended()
    try:
        answer = send(address_of(channel), body_of(TEST, 0, uuid7()))
    except KeyMissing:
        answer = NO_KEY
    now = timezone.now()
    with transaction.atomic():
        say_how(channel, answer, now)
        if answer.ok:
            Delivery.objects.filter(channel=channel, state=Delivery.State.WAITING).update(next_at=now)
        _record(acts.CHANNEL_TESTED, by, channel, {"ok": answer.ok})
    return answer


def move_with_area(area: Area, to: Place) -> None:
    """A zone goes to another neighbourhood: its group goes with it, and hears of that one's notices."""
    Channel.objects.filter(area=area).update(neighbourhood=to)


def join_areas(area: Area, into: Area) -> None:
    """A zone goes on in another one: what was told to it is told there, and so does its group unless that one has its own."""
    Notice.objects.filter(to_area=area).update(to_area=into)
    taken = Channel.objects.filter(area=into, ended_at__isnull=True).exclude(kind=MAIL).exists()
    own = Channel.objects.filter(area=area)
    if taken:
        own.exclude(kind=MAIL).filter(ended_at__isnull=True).update(ended_at=timezone.now(), sealed=b"")
    own.update(area=into, neighbourhood=into.neighbourhood)


def _ended() -> Refusal:
    return Refusal("notices.channel_over", gettext_noop("This group or mailbox was ended. Add it anew."))


def _record(act: str, by: User, channel: Channel, data: dict[str, object] | None = None) -> None:
    record(
        act,
        by=by,
        subject=("channel", channel.pk),
        neighbourhood=channel.neighbourhood_id,
        data={"kind": channel.kind, **(data or {})},
    )
