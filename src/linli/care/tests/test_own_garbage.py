"""What nobody would type: no page of errands, of a guardian or of one's own ends in an error of ours."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from linli.care.actions.errands import ask_errand, take_errand
from linli.care.models import Errand
from linli.care.tests.own_stage import code_for, operation_of, phone, quarantined
from linli.ground.testing import Cast, client_as
from linli.kernel.ids import uuid7

GARBAGE = ("\x00", "²", "99999999999999999999", "9999-12-31")
FIELDS = (
    "code", "key", "temperature", "symptoms", "words", "limit", "kind", "form", "fen", "no_receipt", "contactless", "what", "way",
    "why", "home", "relation", "given_by", "witness", "given_on", "state", "taker", "q", "sort", "page",
)  # fmt: skip


def tried(client: Client, path: str) -> list[str]:
    """What of an address answers with an error, read and posted to; nothing stays of it."""
    client.raise_request_exception = False
    bad = []
    for n, value in enumerate(GARBAGE):
        said = {**dict.fromkeys(FIELDS, value), "key": str(uuid7()) if n else value}
        for method in ("get", "post") if n == 0 else ("post",):
            with transaction.atomic():
                answer: Any = getattr(client, method)(path, said)
                transaction.set_rollback(True)
            if answer.status_code >= 500:
                bad.append(f"{method} {path} {value!r}")
    return bad


@pytest.mark.parametrize("whose", ["mine", "office"])
def test_no_page_breaks_on_garbage(cast: Cast, whose: str) -> None:
    with cast.scope():
        operation_of(cast)
        case = quarantined(cast)
        errand: Errand = ask_errand(by=None, household=case.household, case=case, words="盐")
        code = code_for(cast, case)
        leader = cast.users["building_leader"]
        take_errand(by=leader, errand=errand, mandate=cast.mandates["building_leader"])
    if whose == "mine":
        client, paths = (
            phone(code),
            ["", "reading/", "errands/", f"errands/{errand.pk}/received/", "data/", "data/copy/", "data/opened/"],
        )
        found = [text for path in paths for text in tried(client, f"/mine/{path}")]
    else:
        steps = [
            f"errands/{errand.pk}/{one}/"
            for one in ("take", "form/buy", "form/deliver", "form/money", "form/cancel", "step/settle")
        ]
        paths = ["errands/", "errands/new/", "errands/mine/", f"errands/{errand.pk}/", *steps, f"own/{case.pk}/"]
        client = client_as(leader)
        found = [text for path in paths for text in tried(client, f"/care/{path}")]
    assert found == []
