"""Every action and every refusal has a test that names it; and one without is noticed."""

from __future__ import annotations

from pathlib import Path

from tests.shape.paths import CODE, ROOT, nothing, tree
from tests.support import proofs


def test_every_action_and_refusal_is_named_by_a_test() -> None:
    nothing(proofs.unproven(CODE, [ROOT / "tests"]))


def test_an_unproven_action_and_refusal_are_noticed(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        {
            "gates/actions.py": (
                "def admit(*, by):\n    raise Refusal('gates.full', 'Full.')\n"
                "def turn_away(*, by):\n    raise Refusal('gates.late', 'Late.')\ndef _help(*, by): ...\ndef hour(): ...\n"
            ),
            "gates/tests/test_x.py": "def test_x():\n    admit()\n    assert code == 'gates.full'\n",
        },
    )
    assert sorted(finding.text for finding in proofs.unproven(root, [])) == [
        "no test names the action turn_away",
        "no test names the refusal gates.late",
    ]
