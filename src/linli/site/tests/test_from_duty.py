"""An issue that came from a shift says so (P10): the rounds keep an opaque source, the site knows what a shift is."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from linli.duties.models import Post, Shift
from linli.ground.testing import Cast, client_as
from linli.kernel.ids import uuid7
from linli.rounds.actions.visits import Found, record_finding


def test_an_issue_says_from_which_shift_it_came(cast: Cast) -> None:
    now = timezone.now()
    post = Post.objects.create(
        neighbourhood=cast.neighbourhood,
        place=cast.gates[0],
        kind=Post.Kind.GATE,
        title="东门志愿岗",
        since="2020-01-01",
    )
    shift = Shift.objects.create(post=post, starts_at=now, ends_at=now + timedelta(hours=4), wanted=2, changed_at=now)
    found = Found("路灯不亮", cast.mandates["secretary"], timezone.localdate())
    with cast.scope():
        issue = record_finding(by=None, place=cast.gates[0], found=found, source=f"shift:{shift.pk}")
        other = record_finding(by=None, place=cast.gates[0], found=found, source=f"shift:{uuid7()}")
    office = client_as(cast.users["secretary"])
    page = office.get(f"/rounds/findings/{issue.pk}/").content.decode()
    assert "东门志愿岗" in page
    assert f"/duties/shifts/{shift.pk}/" in page
    assert "东门志愿岗" not in office.get(f"/rounds/findings/{other.pk}/").content.decode()
