"""From a batch's rows to a PDF: what each card shows, the job beside the server, and what came of it."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.utils import timezone

from linli import vault
from linli.accounts.models import User
from linli.gates import cards_faces, printed_files
from linli.gates.cards_actions import record_printed
from linli.gates.cards_queries import GOOD, Line, cards_now
from linli.gates.cards_staff import holders_of
from linli.gates.models import Card, Klass, PrintBatch
from linli.gates.printing import CardFace, Face, PrintResult, Sheet, job, print_cards
from linli.ground.models import Place
from linli.kernel import permit_code

NAMES = ("masked", "full", "none")
"""What of the name a card shows; the office decides for each batch (`PrintBatch.data["names"]`)."""


def faces(batch: PrintBatch) -> list[CardFace]:
    """What each card of a batch shows, in the order of doors at the time of the order. The same batch gives the same codes.

    Left out: a card whose holder is no longer on the register at a door here, one that is waste, lost or returned, one whose permit was
    cancelled or whose key was withdrawn. None of them would open a gate.
    """
    alive = {card.id for card in cards_now(Card.objects.filter(batch=batch)) if card.worth in GOOD}
    if not alive:
        return []
    private = vault.keyring().ensure_signing(batch.kid)
    looks = {
        face.area_id: Face(face.area.name, face.hex, face.shape) for face in cards_faces.faces(batch.neighbourhood_id)
    }
    doors = _doors(batch)
    cards = Card.objects.filter(batch=batch).select_related("permit__area", "permit__person").order_by("serial")
    how = batch.data.get("names", NAMES[0])
    found = []
    for card in cards:
        permit, person = card.permit, card.permit.person
        line = doors.get((permit.klass, person.merged_into_id or person.pk))
        if line is None or card.pk not in alive or permit.cancelled_at is not None:
            continue
        claims = permit_code.PermitClaims(
            card=card.pk,
            permit=permit.pk,
            neighbourhood=batch.neighbourhood_id,
            gates=permit.area_id,
            klass=permit.klass,
            not_before=int(permit.since.timestamp()),
            expires=int(permit.until.timestamp()),
        )
        found.append(
            CardFace(
                id=str(card.pk),
                code=permit_code.encode(claims, kid=card.kid, private_key=private),
                number=permit.number,
                place=line.place,
                room=line.room,
                name={"masked": line.masked, "full": line.name}.get(how, ""),
                klass=permit.klass,
                valid_from=timezone.localdate(permit.since),
                valid_until=timezone.localdate(permit.until - timedelta(seconds=1)),
                serial=card.serial,
                group=permit.area.name if permit.area else "",
                face=looks.get(permit.area_id),
            )
        )
    return found


def _doors(batch: PrintBatch) -> dict[tuple[str, UUID], Line]:
    """Class and holder → the door, or the firm, that stands on the card."""
    classes = (Klass.RESIDENT, Klass.STAFF)
    return {(klass, line.person): line for klass in classes for line in holders_of(klass, batch.neighbourhood)}


def sheet(batch: PrintBatch) -> Sheet:
    """What the batch's cards share."""
    place: Place = batch.neighbourhood
    review = batch.data.get("review") or "请到居委会 Ask at the office"
    made = timezone.localtime(batch.made_at).strftime("%Y-%m-%d %H:%M")
    small = bool(batch.data.get("small"))
    return Sheet(place.name, place.name_en, review, f"{batch.title} {made}".strip(), small=small)


def folder(batch: PrintBatch) -> Path:
    """Where the batch's job and file lie, in the data folder's tmp, which no backup takes along; it may not exist yet."""
    return printed_files.root() / str(batch.pk)


def start(batch: PrintBatch) -> None:
    """Begin to print in a process of its own; a job that is running is left alone."""
    sweep()
    now = job.progress(folder(batch))
    if now is not None and not now.done and not now.failed and (folder(batch) / job.JOB).exists():
        return
    job.write(folder(batch), faces(batch), sheet(batch))
    subprocess.Popen(
        [sys.executable, "-m", "linli.gates.printing", str(folder(batch))],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def settle(batch: PrintBatch, *, by: User | None) -> PrintResult | None:
    """Write down what came of the job, once; returns it when it is done. Called by every page that shows the batch."""
    sweep()
    found = job.result(folder(batch))
    if found is not None and batch.data.get("settled") != len(found.printed):
        batch.data = {**batch.data, "settled": len(found.printed)}
        record(batch, found, by=by)
    return found


def record(batch: PrintBatch, found: PrintResult, *, by: User | None) -> int:
    """Write down which cards are on paper and which are not; returns how many are new."""
    refused = [(one.id, one.reason.value) for one in found.refused]
    return record_printed(by=by, batch=batch, printed=[UUID(one) for one in found.printed], refused=refused)


def print_to(batch: PrintBatch, out: Path, *, by: User | None) -> PrintResult:
    """Print a batch into `out` here and now (the command line), and write down what came of it."""
    found = print_cards(faces(batch), out=out, sheet=sheet(batch))
    record(batch, found, by=by)
    return found


def file_of(batch: PrintBatch) -> Path | None:
    """The printed file, while it is there."""
    path = folder(batch) / job.PDF
    return path if path.is_file() else None


def sweep() -> None:
    """Delete printed files that are older than a day; the hourly job does the same without a visit."""
    printed_files.erase(timezone.now())
