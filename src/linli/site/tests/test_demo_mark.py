"""A demo that an older program built is built again: its new rooms would stand empty."""

from __future__ import annotations

from pathlib import Path

import pytest

from linli.accounts.models import User
from linli.site.demo.build import ROLES
from linli.site.management.commands import demo

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("mark", "usable"),
    [(f"{demo.RECIPE} 2026-11-22", True), ("2026-11-21T12:00:00", False), ("", False), (None, False)],
)
def test_only_a_demo_of_this_recipe_is_used_again(
    mark: str | None, usable: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if mark is not None:
        (tmp_path / demo.MARK).write_text(mark)
    monkeypatch.setattr(demo, "data_folder", lambda: tmp_path)
    monkeypatch.setattr(demo.new_database, "migrate", lambda: None)
    monkeypatch.setattr(demo, "active_operations", lambda: User.objects.all())
    User.objects.create(username=ROLES[0][0], display_name="林书记")
    assert demo.Command()._usable() is usable
