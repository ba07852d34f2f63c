"""Writers of bodies: add, rename, move, end, take up again, remove what was a mistake; kinds; tell two apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground import acts
from linli.ground.bodies import standing, tidy
from linli.ground.locks import hold_neighbourhood
from linli.ground.mandates import active
from linli.ground.models import Body, BodyKind, BodyPair, BodyVersion, Mandate, Place
from linli.ground.scope import scoped_to_everything
from linli.journal.record import record
from linli.kernel.refusal import Refusal

BEGINNING = date(1900, 1, 1)


@dataclass(frozen=True)
class BodyFacts:
    """What a body is on a day."""

    name: str
    kind: BodyKind
    place: Place
    parent: Body | None = None


def add_body(*, by: User | None, facts: BodyFacts, code: str = "", phone: str = "", since: date | None = None) -> Body:
    """Add a body. One of the same name and kind under the same parent, or at the same place, is refused, not joined."""
    name = _name(facts.name)
    with transaction.atomic():
        hold_neighbourhood(facts.place)
        _check_new(facts, name)
        body = Body.objects.create(
            kind=facts.kind,
            parent=facts.parent,
            place=facts.place,
            name=name,
            code=code.strip(),
            phone=phone.strip(),
            since=since,
        )
        BodyVersion.objects.create(
            body=body, since=since or BEGINNING, name=name, kind=facts.kind, parent=facts.parent, place=facts.place
        )
        _record(acts.BODY_ADDED, by, body, {"kind": facts.kind.code})
    return body


def change_body(*, by: User | None, body: Body, to: BodyFacts, since: date | None = None) -> Body:
    """Rename or move a body, or change its kind, from a day on (default: today). What it was before stays in its versions."""
    day, name = since or timezone.localdate(), _name(to.name)
    with transaction.atomic():
        hold_neighbourhood(body.place)
        body = Body.objects.select_related("kind", "place", "parent").get(pk=body.pk)
        _check_standing(body)
        _check_day(body, day)
        _check_parent(body, to.parent)
        if (name, to.kind.pk, to.place.pk, to.parent.pk if to.parent else None) == (
            body.name,
            body.kind_id,
            body.place_id,
            body.parent_id,
        ):
            return body
        _check_new(to, name, but=body.pk)
        if not body.versions.exists():
            _first_version(body)
        values: dict[str, Any] = {"name": name, "kind": to.kind, "parent": to.parent, "place": to.place}
        BodyVersion.objects.update_or_create(body=body, since=day, defaults=values)
        for key, value in values.items():
            setattr(body, key, value)
        body.save(update_fields=list(values))
        _record(acts.BODY_CHANGED, by, body, {"since": day.isoformat()})
    return body


def correct_body(*, by: User | None, body: Body, code: str, phone: str) -> Body:
    """Set the office's own number and the duty telephone."""
    body.code, body.phone = code.strip(), phone.strip()
    with transaction.atomic():
        body.save(update_fields=["code", "phone"])
        _record(acts.BODY_CORRECTED, by, body)
    return body


def end_body(*, by: User | None, body: Body, on: date | None = None) -> Body:
    """Let a body end with the beginning of ``on`` (default: today); who is in it leaves it the same day. It stays in the books."""
    day = on or timezone.localdate()
    with transaction.atomic():
        hold_neighbourhood(body.place)
        body = Body.objects.select_related("kind", "place").get(pk=body.pk)
        _check_standing(body)
        _check_day(body, day)
        left = body.children.filter(standing(day)).count()
        if left:
            raise Refusal(
                "bodies.has_children",
                gettext_noop("%(count)s bodies still belong to it. Move or end them first."),
                count=left,
            )
        body.until = max(day, body.since) if body.since else day
        body.save(update_fields=["until"])
        inside = active(Mandate.objects.filter(of_body=body) | Mandate.objects.filter(body=body), day)
        for mandate in inside:
            mandate.until = max(day, mandate.since)
        Mandate.objects.bulk_update(inside, ["until"])
        _record(acts.BODY_ENDED, by, body, {"until": day.isoformat(), "members": len(inside)})
    return body


def reopen_body(*, by: User | None, body: Body) -> Body:
    """Take an ended body up again: it was ended by mistake. Who was in it is not brought back."""
    if body.until is None:
        return body
    with transaction.atomic():
        hold_neighbourhood(body.place)
        _check_new(BodyFacts(body.name, body.kind, body.place, body.parent), body.name, but=body.pk)
        if body.parent is not None:
            _check_standing(body.parent)
        body.until = None
        body.save(update_fields=["until"])
        _record(acts.BODY_REOPENED, by, body)
    return body


def remove_body(*, by: User | None, body: Body) -> None:
    """Delete a body that was entered by mistake. One that anything names is not deleted: end it instead."""
    try:
        # Every neighbourhood is asked whether something there names it; nothing of what is found is shown.
        with transaction.atomic(), scoped_to_everything(reason="remove-body"):
            pk, place = body.pk, body.place
            body.delete()
            record(acts.BODY_REMOVED, by=by, subject=("body", pk), neighbourhood=place.neighbourhood_id)
    except ProtectedError as named:
        raise Refusal(
            "bodies.named",
            gettext_noop("Something names this body: people in it, bodies under it, or an answer. End it."),
        ) from named


def tell_apart(*, by: User | None, one: Body, other: Body) -> BodyPair:
    """Say that two bodies with names alike are two; they are not asked about again."""
    first, second = sorted((one, other), key=lambda b: b.pk)
    with transaction.atomic():
        pair, made = BodyPair.objects.get_or_create(one=first, other=second)
        if made:
            _record(acts.BODIES_TOLD_APART, by, first, {"other": second.pk})
    return pair


def add_kind(*, by: User | None, name_zh: str, name_en: str, words: str = "") -> BodyKind:
    """A further kind of body. Its code is made from the English name."""
    zh, en = name_zh.strip(), name_en.strip()
    code = slugify(en).replace("-", "_")[:30]
    if not zh or not code:
        raise Refusal("bodies.kind_name", gettext_noop("A kind needs a Chinese and an English name."))
    if BodyKind.objects.filter(code=code).exists() or BodyKind.objects.filter(name_zh=zh).exists():
        raise Refusal("bodies.kind_exists", gettext_noop("There is already a kind “%(name)s”."), name=zh)
    with transaction.atomic():
        kind = BodyKind.objects.create(code=code, name_zh=zh, name_en=en, words=words.strip(), rank=90)
        record(acts.BODY_KIND_ADDED, by=by, subject=("body_kind", kind.pk), data={"code": code})
    return kind


def _first_version(body: Body) -> None:
    BodyVersion.objects.create(
        body=body, since=body.since or BEGINNING, name=body.name, kind=body.kind, parent=body.parent, place=body.place
    )


def _name(name: str) -> str:
    cleaned = " ".join(name.split())
    if not cleaned:
        raise Refusal("bodies.name_missing", gettext_noop("Please give the body a name."))
    return cleaned


def _check_new(facts: BodyFacts, name: str, but: int | None = None) -> None:
    """No second body of this name and kind where it would stand."""
    rows = Body.objects.filter(standing(), kind=facts.kind, parent=facts.parent)
    if but is not None:
        rows = rows.exclude(pk=but)
    if facts.parent is None:
        rows = rows.filter(place=facts.place)
    if any(tidy(known) == tidy(name) for known in rows.values_list("name", flat=True)):
        raise Refusal("bodies.exists", gettext_noop("There is already a %(name)s here."), name=name)


def _check_standing(body: Body) -> None:
    if body.until is not None and body.until <= timezone.localdate():
        raise Refusal("bodies.ended", gettext_noop("%(name)s has ended."), name=body.name)


def _check_day(body: Body, day: date) -> None:
    """A change counts from today or earlier, and after the one before: what is written here is what holds."""
    if day > timezone.localdate():
        raise Refusal("bodies.future", gettext_noop("A change counts from today or from an earlier day."))
    last = body.versions.order_by("-since").first()
    if last is not None and day < last.since:
        raise Refusal(
            "bodies.before_history",
            gettext_noop("The last change counts from %(day)s. A later change cannot count from before it."),
            day=last.since.isoformat(),
        )


def _check_parent(body: Body, parent: Body | None) -> None:
    """No body under itself, nor under one that has ended."""
    if parent is None:
        return
    _check_standing(parent)
    above: Body | None = parent
    while above is not None:
        if above.pk == body.pk:
            raise Refusal("bodies.under_itself", gettext_noop("A body cannot belong to itself or to one under it."))
        above = above.parent


def _record(act: str, by: User | None, body: Body, data: dict[str, Any] | None = None) -> None:
    record(act, by=by, subject=("body", body.pk), neighbourhood=body.place.neighbourhood_id, data=data)
