"""What must never stand in clear: documents, telephones and readings, in what the suite logs, answers with an error, hands out as a
file, and writes into the journal.

The suite's people have numbers that cannot be mistaken: identity numbers that pass GB 11643, telephones 199-0000-xxxx, readings such as
38.37. Whatever a test makes the product write there is looked at as it is written; a hit fails that very test. Left out are exports with
whole numbers, which are journaled as such, and what is printed for calling people.
"""

from __future__ import annotations

import io
import json
import logging
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.db.models.signals import post_save
from django.http import HttpResponseBase
from django.test.client import ClientHandler

from linli.kernel.identity import is_valid

NUMBERS = re.compile(r"(?<![\dA-Za-z.])(?:\d{17}[\dX]|1990000\d{4}|199[- ]0000[- ]\d{4})(?![\dA-Za-z])")
READINGS = re.compile(r"(?<![\d:.])(?:38\.37|39\.73)(?!\d)")
"""What tests say somebody's temperature is, in places where nothing else is such a number; the seconds of a moment are none."""

WHOLE = frozenset(("register.numbers_shown", "duties.numbers_shown", "ground.copy_given"))
"""Acts by which somebody named took whole numbers out; of an export of the register the row says whether it was such a one."""


CALL_LISTS = frozenset(("/notices/waiting/",))
"""Lists by which people are called by hand, when nothing else reaches them: with their numbers, for who calls."""

GIVEN_BACK = frozenset((409, 422))
"""Answers that give a form back with what its own writer typed: no error page, his alone."""


def found_in(text: str) -> list[str]:
    """What stands in a text in clear."""
    numbers = [one for one in NUMBERS.findall(text) if len(one) != 18 or is_valid(one)]
    return numbers + READINGS.findall(text)


class Watch(logging.Handler):
    """Looks at everything that is written while the suite runs."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.hits: list[str] = []
        self.acts: list[str] = []  # of whole numbers that somebody named took out
        self._respond = ClientHandler.get_response

    def start(self) -> None:
        """Begin to look. Django is set up by then."""
        # reason: models can be imported only after Django is set up
        from linli.journal.models import Entry

        logging.getLogger().addHandler(self)
        post_save.connect(self._journaled, sender=Entry, dispatch_uid="in_clear", weak=False)
        watch, respond = self, self._respond

        def answered(handler: ClientHandler, request: WSGIRequest) -> HttpResponseBase:
            before = len(watch.acts)
            response = respond(handler, request)
            watch.look_at(request, response, watch.acts[before:])
            return response

        ClientHandler.get_response = answered  # type: ignore[method-assign, assignment]

    def emit(self, record: logging.LogRecord) -> None:
        """A line of a log, with its traceback."""
        try:
            self.say("log", self.format(record))
        except (TypeError, ValueError):
            return  # a record that cannot be formatted is a matter of the test that makes it

    def _journaled(self, instance: Any, **_more: Any) -> None:
        if instance.act in WHOLE or (instance.act == "register.exported" and instance.data.get("clear")):
            self.acts.append(instance.act)
        self.say(f"journal {instance.act}", json.dumps([instance.subject, instance.data], default=str))

    def look_at(self, request: WSGIRequest, response: HttpResponseBase, acts: Sequence[str]) -> None:
        """An answer: a page that tells of an error, or a file."""
        is_file = "attachment" in response.headers.get("Content-Disposition", "")
        is_error = response.status_code >= 400 and response.status_code not in GIVEN_BACK
        if not (is_file or is_error) or getattr(response, "streaming", False):
            return
        if is_file and (acts or request.path in CALL_LISTS):
            return
        for text in _texts(getattr(response, "content", b"")):
            self.say(f"{response.status_code} {request.path}", text)

    def say(self, where: str, text: str) -> None:
        """Note what stands in a text."""
        self.hits += [f"{where}: {one}" for one in found_in(text)]

    def taken(self) -> list[str]:
        """What was found since the last time."""
        found, self.hits, self.acts = self.hits, [], []
        return found


def _texts(content: bytes) -> Iterator[str]:
    """The texts of an answer; of a workbook those of its sheets."""
    if content[:2] != b"PK":
        yield content.decode("utf-8", "replace")
        return
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        for name in book.namelist():
            yield book.read(name).decode("utf-8", "replace")
