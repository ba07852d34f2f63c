"""From a file to the register and back: read, ask, apply, apply again, undo; interrupted anywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from linli import vault
from linli.ground.actions.mandates import give_mandate
from linli.ground.actions.people import DOCUMENT_CONTEXT
from linli.ground.models import (
    Document,
    DwellingState,
    Household,
    Mandate,
    Person,
    PersonKey,
    Phone,
    Place,
    Residence,
    Responsibility,
    Tie,
)
from linli.ground.testing import Cast, client_as
from linli.journal.models import Entry
from linli.kernel.refusal import Refusal
from linli.register import retention, writing
from linli.register.actions import apply
from linli.register.actions.apply import apply_step, begin_apply
from linli.register.actions.choose import answer_question, leave_kinds, set_columns
from linli.register.actions.read import read_run
from linli.register.actions.start import discard, start_import
from linli.register.actions.undo import begin_undo, undo_step
from linli.register.models import ImportProblem, ImportQuestion, ImportRow, ImportRun
from linli.register.packing import unpack
from linli.register.queries import verdict_counts
from linli.register.tests import layouts
from linli.register.tests.test_interpret import HEAD, book, number, person

TABLES = (Place, Person, PersonKey, Document, Phone, Household, Residence, Tie, DwellingState, Responsibility)


def everything() -> dict[str, int]:
    """How many rows each table of the ground has."""
    return {model.__name__: model.objects.count() for model in TABLES}  # type: ignore[attr-defined]


SMALL = [
    HEAD,
    person("1号", "某甲", number(), phone="19900000001"),
    person("1号", "某乙", number("19850101"), rel="妻", remark="在日本，未定"),
    person("2号", "某丙", number("19700101"), state="出租", rel="房东"),
    person("2号", "某丁", number("19910101"), state="出租", rel="租客", phone="19900000002/021-00001234"),
    person("3号", "", "", state="空置"),
    person("4号", "某甲", number(), rel="子"),
    person("5号", "某戊", "", phone="19900000003"),
    person("6号", "某戊", "", phone="19900000003", remark="已故"),
    person("7号", "某己", number("19700101", 703)[:-1], state=""),
]


def start(cast: Cast, data: bytes | None = None, name: str = "x.xlsx") -> ImportRun:
    """A run in preview."""
    run = start_import(by=cast.users["clerk"], neighbourhood=cast.neighbourhood, content=data or book(SMALL), name=name)
    return read_run(by=cast.users["clerk"], run=run)


def finish(cast: Cast, run: ImportRun, seconds: float = 60) -> ImportRun:
    """Apply to the end."""
    run = begin_apply(by=cast.users["clerk"], run=run)
    while run.state == ImportRun.State.APPLYING:
        run = apply_step(by=cast.users["clerk"], run=run, seconds=seconds)
    return run


def take_back(cast: Cast, run: ImportRun) -> ImportRun:
    """Undo to the end."""
    run = begin_undo(by=cast.users["clerk"], run=run)
    while run.state == ImportRun.State.UNDOING:
        run = undo_step(by=cast.users["clerk"], run=run, seconds=60)
    return run


@pytest.fixture
def here(cast: Cast) -> Any:
    """The cast inside its scope."""
    with cast.scope():
        yield cast


def refused(act: Callable[[], object]) -> str:
    """The code of the refusal."""
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value.code


def test_reading_changes_nothing_of_the_register(here: Cast) -> None:
    before = everything()
    run = start(here)
    assert run.state == ImportRun.State.PREVIEW
    assert everything() == before
    assert verdict_counts(run) == {"new": 9}
    assert (run.totals["persons"], run.questions.filter(certain=False).count()) == (7, 1)
    assert set(ImportProblem.objects.values_list("kind", flat=True)) >= {"id_17_digits", "id_missing", "phone_two"}


def test_what_was_read_becomes_people_homes_and_states(here: Cast) -> None:
    before = everything()
    run = finish(here, start(here))
    assert run.state == ImportRun.State.DONE
    assert verdict_counts(run) == {"new": 8, "listed": 1}
    grown = {name: count - before[name] for name, count in everything().items()}
    assert (grown["Person"], grown["Document"], grown["Phone"], grown["Tie"]) == (7, 4, 5, 2)
    assert (grown["Household"], grown["Responsibility"], grown["DwellingState"], grown["Place"]) == (7, 7, 7, 8)
    first = Person.objects.get(name="某甲")
    assert vault.unseal_text(first.documents.get().sealed, context=DOCUMENT_CONTEXT) == number()
    assert first.residences.get().household.dwelling.name == "1号"
    assert first.ties.get().kind == Tie.Kind.LISTED
    assert Person.objects.get(name="某乙").residences.get().presence == Residence.Presence.AWAY
    assert Person.objects.get(name="某丙").ties.get().kind == Tie.Kind.OWNER
    assert not Person.objects.get(name="某丙").residences.exists()
    assert Residence.objects.get(presence=Residence.Presence.DIED).household is None
    assert not Person.objects.get(name="某己").documents.exists()
    estate = Place.objects.get(name="东苑")
    assert estate.estate_type == "villa"
    states = DwellingState.objects.filter(dwelling__parent=estate).values_list("dwelling__name", "state")
    assert dict(states) == {
        "1号": "owner",
        "2号": "let",
        "3号": "vacant",
        "4号": "owner",
        "5号": "owner",
        "6号": "owner",
        "7号": "blank",
    }
    assert Entry.objects.filter(act="register.imported").get().data == {"new": 8, "listed": 1}


def test_the_journal_holds_no_name_and_no_number(here: Cast) -> None:
    finish(here, start(here))
    told = str(list(Entry.objects.filter(act__startswith="register.").values_list("data", "subject")))
    assert "某" not in told
    assert number() not in told


def test_the_same_file_twice_changes_nothing(here: Cast) -> None:
    finish(here, start(here))
    before = everything()
    again = start(here)
    assert verdict_counts(again) == {"same": 9}
    assert verdict_counts(finish(here, again)) == {"same": 9}
    assert everything() == before


def test_a_run_that_waits_is_found_again_and_can_be_put_aside(here: Cast) -> None:
    data = book(SMALL)  # a second book would say a second later when it was made
    run = start(here, data)
    assert start(here, data).pk == run.pk
    discard(by=here.users["clerk"], run=run)
    assert ImportRow.objects.count() == 0
    assert refused(lambda: discard(by=None, run=run)) == "register.not_open"
    assert start(here).pk != run.pk


def test_undo_leaves_the_register_as_it_was(here: Cast) -> None:
    before = everything()
    run = finish(here, start(here))
    assert take_back(here, run).state == ImportRun.State.UNDONE
    assert everything() == before
    assert finish(here, start(here)).state == ImportRun.State.DONE


def test_whom_something_else_needs_stays_when_an_import_is_undone(here: Cast) -> None:
    run = finish(here, start(here))
    needed = Person.objects.get(name="某乙")
    give_mandate(by=None, capacity="volunteer", place=here.neighbourhood, person=needed)
    take_back(here, run)
    assert list(Person.objects.filter(name__startswith="某").values_list("name", flat=True)) == ["某乙"]
    assert needed.residences.get().household.dwelling.name == "1号"
    assert ImportRow.objects.filter(run=run, effects__has_key="kept").count() == 1


def test_an_import_cannot_be_undone_under_a_later_one(here: Cast) -> None:
    first = finish(here, start(here))
    more = [*SMALL, person("1号", "某庚", number("20100101"), rel="子")]
    second = finish(here, start(here, book(more), "y.xlsx"))
    assert verdict_counts(second) == {"same": 9, "new": 1}
    assert refused(lambda: begin_undo(by=None, run=first)) == "register.later_import"
    take_back(here, second)
    assert take_back(here, first).state == ImportRun.State.UNDONE
    assert refused(lambda: begin_undo(by=None, run=first)) == "register.not_done"


def test_a_changed_state_is_a_new_finding(here: Cast) -> None:
    finish(here, start(here))
    changed = [HEAD, person("3号", "", "", state="空关"), person("1号", "某甲", number(), phone="19900000001")]
    run = finish(here, start(here, book(changed), "y.xlsx"))
    assert verdict_counts(run) == {"state": 1, "same": 1}
    latest = DwellingState.objects.filter(dwelling__name="3号").order_by("-happened_at").first()
    assert latest is not None
    assert latest.state == "closed"


def test_somebody_who_is_known_at_another_door_is_left_to_a_person(here: Cast) -> None:
    finish(here, start(here))
    run = finish(here, start(here, book([HEAD, person("5号", "某丁", number("19910101"), state="")]), "y.xlsx"))
    assert verdict_counts(run) == {"changed": 1}
    assert run.changes.get(kind="moved").outcome == "left", "his old home is not in the file"
    assert Residence.objects.filter(person__name="某丁").count() == 1


def test_answers_join_or_part_and_can_be_changed_until_the_import_begins(here: Cast) -> None:
    run = start(here)
    question = ImportQuestion.objects.get(run=run, certain=False)
    answer_question(by=here.users["clerk"], question=question, answer="other")
    assert question.run.totals["persons"] == 7
    answer_question(by=here.users["clerk"], question=question, answer="same")
    assert (question.run.totals["persons"], question.run.totals["questions"]) == (6, 0)
    assert refused(lambda: answer_question(by=None, question=question, answer="perhaps")) == "register.answer"
    run.refresh_from_db()
    finish(here, run)
    assert Person.objects.filter(name="某戊").count() == 1
    question.run.refresh_from_db()
    assert refused(lambda: answer_question(by=None, question=question, answer="same")) == "register.not_preview"


def test_rows_with_a_kind_of_problem_can_be_left_out(here: Cast) -> None:
    run = leave_kinds(by=here.users["clerk"], run=start(here), kinds=["id_17_digits", "no_such_kind"])
    assert run.left_kinds == ["id_17_digits"]
    run = finish(here, run)
    assert verdict_counts(run) == {"new": 7, "listed": 1, "left": 1}
    assert not Person.objects.filter(name="某己").exists()
    assert DwellingState.objects.filter(dwelling__name="7号", state="blank").exists(), "the home is known all the same"
    assert refused(lambda: leave_kinds(by=None, run=run, kinds=[])) == "register.not_preview"


def test_a_row_without_a_door_is_left_out_and_says_so(here: Cast) -> None:
    run = start(here, book([HEAD, person("", "某甲", number()), person("门卫室旁边", "某乙", number("19800101"))]))
    assert verdict_counts(run) == {"left": 1, "new": 1}
    assert run.problems.filter(kind="address_unclear").count() == 2
    finish(here, run)
    assert Person.objects.get(name="某乙").residences.get().household.dwelling.name == "门卫室旁边"


def test_a_column_can_be_corrected_and_the_file_is_read_again(here: Cast) -> None:
    run = start(here)
    column = next(column["at"] for column in run.mapping[0]["columns"] if column["field"] == "phone")
    assert (
        refused(lambda: set_columns(by=None, run=run, sheet="东苑", columns={column: "shoe size"})) == "register.field"
    )
    run = set_columns(by=here.users["clerk"], run=run, sheet="东苑", columns={column: ""})
    assert run.state == ImportRun.State.READING
    finish(here, read_run(by=None, run=run))
    assert not Phone.objects.filter(person__name__startswith="某").exists()


def test_an_import_that_overtakes_another_makes_it_read_again(here: Cast) -> None:
    slow = start(here)
    finish(here, start(here, book(SMALL[:3]), "y.xlsx"))
    assert refused(lambda: begin_apply(by=None, run=slow)) == "register.changed_meanwhile"
    slow.refresh_from_db()
    slow = read_run(by=None, run=slow)
    assert verdict_counts(slow) == {"same": 2, "new": 6, "changed": 1}
    assert verdict_counts(finish(here, slow)) == {"same": 2, "new": 6, "changed": 1}
    assert Person.objects.get(name="某甲").ties.get().kind == Tie.Kind.LISTED
    assert Person.objects.filter(name="某甲").count() == 1
    assert refused(lambda: begin_apply(by=None, run=slow)) == "register.not_preview"


def test_without_a_secretary_nobody_would_answer_for_the_homes(here: Cast) -> None:
    run = start(here)
    Mandate.objects.filter(capacity="secretary").update(until=timezone.localdate() - timedelta(days=1))
    assert refused(lambda: begin_apply(by=None, run=run)) == "ground.no_secretary"


@pytest.mark.parametrize("at", [1, 2, 3])
def test_an_import_that_is_killed_goes_on_where_it_stopped(
    here: Cast, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    office = layouts.merged_columns()
    whole = writing.Chunk.write
    written = []

    def dies(self: writing.Chunk) -> None:
        whole(self)
        written.append(1)
        if len(written) == at:
            raise KeyboardInterrupt

    monkeypatch.setattr(writing.Chunk, "write", dies)
    run = begin_apply(by=None, run=start(here, office.data, office.filename))
    with pytest.raises(KeyboardInterrupt):
        apply_step(by=None, run=run, seconds=60)
    done = ImportRow.objects.filter(run=run, done=True).count()
    assert done < run.rows_total
    while run.state != ImportRun.State.DONE:
        run = apply_step(by=None, run=run, seconds=60)
    people = [truth for truth in office.truth if truth.name]
    assert Person.objects.count() == len(here.people) + len(people)
    assert ImportRow.objects.filter(run=run, done=False).count() == 0


def test_two_pages_that_drive_one_import_write_no_row_twice(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    office = layouts.merged_columns()
    build = writing.Chunk.build
    inside: list[bool] = []

    def overtaken(self: writing.Chunk, rows: list[ImportRow], doors: Any) -> None:
        build(self, rows, doors)
        if not inside:
            inside.append(True)
            apply_step(by=None, run=ImportRun.objects.get(pk=self.run.pk), seconds=0)

    monkeypatch.setattr(writing.Chunk, "build", overtaken)
    finish(here, start(here, office.data, office.filename))
    assert Person.objects.count() == len(here.people) + sum(1 for truth in office.truth if truth.name)


def test_an_undo_that_is_killed_goes_on(here: Cast) -> None:
    office = layouts.merged_columns()
    before = everything()
    run = begin_undo(by=None, run=finish(here, start(here, office.data, office.filename)))
    steps = 0
    while run.state == ImportRun.State.UNDOING:
        run = undo_step(by=None, run=ImportRun.objects.get(pk=run.pk), seconds=0)
        steps += 1
    assert steps > 3
    assert everything() == before


def test_a_reading_that_is_killed_is_done_again(here: Cast) -> None:
    run = start_import(by=None, neighbourhood=here.neighbourhood, content=book(SMALL), name="x.xlsx")
    ImportRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() + timedelta(minutes=2))
    assert read_run(by=None, run=run).state == ImportRun.State.READING, "somebody else is reading it"
    ImportRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert read_run(by=None, run=run).state == ImportRun.State.PREVIEW


def test_a_file_that_cannot_be_read_says_why(here: Cast) -> None:
    run = start(here, b"PK\x03\x04 cut off")
    assert (run.state, run.problem) == (ImportRun.State.BROKEN, "import.broken")
    assert (
        refused(lambda: start_import(by=None, neighbourhood=here.neighbourhood, content=b"", name="x"))
        == "import.empty"
    )


def test_chunks_follow_their_measured_time() -> None:
    assert apply.SMALLEST < apply.BEGIN < apply.LARGEST
    assert apply.TARGET_MS < 200


def test_rows_and_cells_are_erased_with_the_file(here: Cast) -> None:
    run = start(here)
    later = timezone.now() + timedelta(days=31)
    assert set(retention.due(timezone.now()).values()) == {0}
    counts = retention.due(later)
    assert counts["import_rows"] == 9
    assert retention.erase(later) == counts
    run.refresh_from_db()
    assert run.state == ImportRun.State.BROKEN
    assert not ImportRow.objects.filter(sealed__isnull=False).exists()


def test_what_an_old_backup_brings_back_of_an_import_cannot_be_read(here: Cast) -> None:
    run = start(here)
    row, cell = ImportRow.objects.filter(run=run).first(), ImportProblem.objects.filter(run=run).first()
    assert row is not None
    assert cell is not None
    sealed, problem = bytes(row.sealed), bytes(cell.sealed)
    assert unpack(sealed).name
    retention.erase(timezone.now() + timedelta(days=31))
    assert f"import:{run.pk}" not in vault.keyring().names()
    ImportRow.objects.filter(pk=row.pk).update(sealed=sealed)
    ImportProblem.objects.filter(pk=cell.pk).update(sealed=problem)
    with pytest.raises(vault.KeyMissing):
        unpack(sealed)
    client = client_as(here.users["secretary"])
    for page in ("rows", "cells", "questions"):
        assert client.get(f"/register/import/{run.pk}/{page}").status_code == 200


def test_each_import_has_a_key_of_its_own_and_discarding_destroys_it(here: Cast) -> None:
    run = start(here)
    sealed = bytes(ImportRow.objects.filter(run=run)[0].sealed)
    assert f"import:{run.pk}" in vault.keyring().names()
    discard(by=None, run=run)
    with pytest.raises(vault.KeyMissing):
        unpack(sealed)
