"""What people asked about their own data is on the day's page of who answers it."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from linli.ground.actions.requests import Asked, answer_request, note_request
from linli.ground.testing import Cast
from linli.ground.tests.test_people_pages import english


def test_a_request_that_is_due_is_said_to_who_answers(cast: Cast) -> None:
    secretary = english(cast, "secretary")
    with cast.scope():
        note_request(by=None, person=cast.people[0], asked=Asked("see", "known"))
    assert "personal data is to be answered" not in secretary.get("/").content.decode()
    with cast.scope():
        late = timezone.localdate() - timedelta(days=31)
        row = note_request(by=None, person=cast.people[1], asked=Asked("copy", "known", on=late))
    page = secretary.get("/").content.decode()
    assert "1 request about personal data is to be answered" in page
    assert "1 of them is overdue" in page
    assert "personal data is to be answered" not in english(cast, "clerk").get("/").content.decode()
    with cast.scope():
        answer_request(by=None, request=row, outcome="done")
    assert "personal data is to be answered" not in secretary.get("/").content.decode()
