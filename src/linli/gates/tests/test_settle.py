"""Annulments, exceptions and reviews: each by a person, once, with a sentence that is sealed."""

from __future__ import annotations

import pytest

from linli.gates.actions.settle import annul, answer_review, ask_review, sentence_of, settle
from linli.gates.models import Annulment, Check, GateException
from linli.gates.testing import Issued, Phone, check, refused
from linli.ground.testing import Cast
from linli.journal.models import Entry
from linli.operations.models import Operation
from linli.vault import keyring

HELD = {"outcome": "held", "reason": "fever_home"}


@pytest.fixture
def held(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> Check:
    """A resident with fever, held."""
    phone.send(check(issued, temperature=381, decision=HELD))
    with cast.scope():
        row: Check = Check.objects.select_related("operation").get()
    return row


def test_annul_keeps_the_row(cast: Cast, held: Check) -> None:
    with cast.scope():
        first = annul(by=cast.users["secretary"], check=held, reason="double", text="同一个人扫了两次")
        assert annul(by=cast.users["secretary"], check=held, reason="test").pk == first.pk
        assert Check.objects.count() == Annulment.objects.count() == 1
        assert sentence_of(first.sealed) == "同一个人扫了两次"
        with refused("gates.annul_reason"):
            annul(by=cast.users["secretary"], check=held, reason="mood")
    assert Entry.objects.filter(act="gates.check_annulled").count() == 1


def test_settle_once_with_a_sentence(cast: Cast, held: Check) -> None:
    with cast.scope():
        row = settle(by=cast.users["secretary"], exception=GateException.objects.get(), text="已联系家属，送医")
        assert row.settled_at is not None
        again = settle(by=cast.users["gate_captain"], exception=row, text="x")
        assert (again.settled_by, sentence_of(again.sealed)) == (cast.users["secretary"].pk, "已联系家属，送医")
        with refused("gates.sentence_too_long"):
            settle(by=cast.users["secretary"], exception=row, text="长" * 301)
    assert Entry.objects.filter(act="gates.exception_settled").count() == 1


def test_the_sentence_ends_with_the_operations_key(cast: Cast, held: Check) -> None:
    with cast.scope():
        row = settle(by=cast.users["secretary"], exception=GateException.objects.get(), text="已联系家属")
        keyring().destroy(held.operation.key_name)
        assert sentence_of(row.sealed) == ""


def test_a_review_has_an_answer(cast: Cast, held: Check) -> None:
    with cast.scope():
        review = ask_review(by=cast.users["guard"], check=held, text="体温枪刚从车里拿出来")
        assert ask_review(by=cast.users["guard"], check=held).pk == review.pk
        with refused("gates.answer_empty"):
            answer_review(by=cast.users["secretary"], review=review, answer="changed", text=" ")
        with refused("gates.answer_unknown"):
            answer_review(by=cast.users["secretary"], review=review, answer="maybe", text="x")
        answered = answer_review(by=cast.users["secretary"], review=review, answer="changed", text="复测正常")
        assert (answered.answer, sentence_of(answered.answer_text)) == ("changed", "复测正常")
        with refused("gates.already_answered"):
            answer_review(by=cast.users["secretary"], review=review, answer="stands", text="x")
    assert Entry.objects.filter(act__startswith="gates.review").count() == 2


def test_who_was_let_through_has_nothing_to_review(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    phone.send(check(issued))
    with cast.scope(), refused("gates.nothing_to_review"):
        ask_review(by=cast.users["guard"], check=Check.objects.get())
