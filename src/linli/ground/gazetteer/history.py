"""The history of one place as spans, and what a list of a day adds to it: pure, in any order of lists.

A span begins on the first day of which something says so and holds until the next begins; ``until`` is a day from which the place
was gone. A list of an earlier day adds before, one of a day between adds between; nothing that another list said is lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

Said = tuple[str, str, int | None]
"""Name, code, parent's key."""


@dataclass(slots=True)
class Span:
    """One span; ``seen``: the last day of which a list says the same."""

    name: str
    code: str
    parent: int | None
    since: date
    seen: date | None = None
    until: date | None = None
    source: str = ""
    pk: int | None = None
    changed: bool = False

    @property
    def said(self) -> Said:
        """What this span says."""
        return (self.name, self.code, self.parent)


@dataclass(slots=True)
class History:
    """The spans of one place, the earliest first."""

    spans: list[Span] = field(default_factory=list)

    def at(self, day: date) -> Span | None:
        """The span that holds on a day (or held last before it); None before the first."""
        return next((span for span in reversed(self.spans) if span.since <= day), None)

    def near(self, day: date) -> Span | None:
        """The span of a day, the first one for a day before everything known."""
        return self.at(day) or (self.spans[0] if self.spans else None)

    def alive(self, day: date) -> bool:
        """Whether the place is known to have been there on a day (or not known to have been gone)."""
        span = self.at(day)
        return span is not None and (span.until is None or span.until > day)

    @property
    def ended(self) -> date | None:
        """The day from which the place is gone for good, as far as known."""
        return self.spans[-1].until if self.spans else None

    def see(self, said: Said, day: date, source: str, *, gone_by: date | None = None) -> bool:
        """A list of ``day`` says this. ``gone_by``: the next later list without the place. True if anything changed."""
        before, after = self.at(day), next((span for span in self.spans if span.since > day), None)
        if before is not None and before.said == said and (before.until is None or before.until > day):
            if before.seen is not None and before.seen >= day:
                return False
            before.seen, before.changed = day, True
            return True
        if before is not None and before.since == day and not before.until:
            before.name, before.code, before.parent = said
            before.seen, before.changed = day, True
            return True
        if after is not None and after.said == said and (before is None or before.until or before.said != said):
            after.since, after.changed = day, True
            after.seen = after.seen or day
            return True
        if before is not None and before.until is None and before.seen is not None and before.seen > day:
            self._insert(Span(*before.said, since=before.seen, seen=before.seen, source=before.source, changed=True))
            before.seen, before.changed = before.since, True
        until = gone_by if after is None and gone_by is not None and (before is None or before.until) else None
        self._insert(Span(*said, since=day, seen=day, until=until, source=source, changed=True))
        return True

    def miss(self, day: date) -> bool:
        """A complete list of ``day`` does not have the place. True if it ends (or was away for a while)."""
        span = self.at(day)
        if span is None or (span.until is not None and span.until <= day):
            return False
        if span.seen is not None and span.seen > day:
            self._insert(
                Span(*span.said, since=span.seen, seen=span.seen, until=span.until, source=span.source, changed=True)
            )
            span.seen = span.since
        if span.since >= day:
            return False
        span.until, span.changed = day, True
        return True

    def _insert(self, new: Span) -> None:
        self.spans.append(new)
        self.spans.sort(key=lambda span: span.since)
