"""Small rosters for tests: people p0, p1 …, days from Monday 2 March 2020, and any mixture of everything that a problem can hold."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from linli.kernel.roster import Fixed, Load, Need, Pair, Person, Problem, Shift, Watch

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2020, 3, 2)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def at(day: int, hour: int) -> datetime:
    """The hour of a day; day 0 is Monday."""
    return datetime(2020, 3, 2, tzinfo=ZONE) + day * DAY + hour * HOUR


def shift(name: str, day: int, hour: int, hours: int = 8, *needs: Need, post: str = "gate", bars: str = "") -> Shift:
    """A shift; for one anybody, unless needs are given."""
    start = at(day, hour)
    return Shift(name, start, start + hours * HOUR, post, needs or (Need(1),), frozenset(bars.split()))


def people(number: int) -> tuple[Person, ...]:
    """That many, alike."""
    return tuple(Person(f"p{one}") for one in range(number))


def day(number: int) -> date:
    """Day 0 is Monday."""
    return MONDAY + number * DAY


TRAININGS = ("gate", "aid")
BODIES = ("branch", "owners")
EXEMPT = ("no_nights", "day_only", "no_standing")
PARTS = ("early", "afternoon", "night")
few_days = st.frozensets(st.integers(0, 3).map(day), max_size=2)


def some(values: tuple[str, ...], most: int = 2) -> st.SearchStrategy[frozenset[str]]:
    """A few of these."""
    return st.frozensets(st.sampled_from(values), max_size=most)


needs = st.builds(
    Need,
    st.integers(1, 2),
    training=st.none() | st.sampled_from(TRAININGS),
    body=st.none() | st.none() | st.sampled_from(BODIES),
    leader=st.sampled_from([False, False, True]),
)


@st.composite
def persons(draw: st.DrawFn, name: str) -> Person:
    """Anybody."""
    start = draw(st.integers(0, 3 * 24))
    return Person(
        name,
        trainings=draw(some(TRAININGS)),
        bodies=draw(some(BODIES)),
        leads=draw(st.booleans()),
        exempt=draw(some(EXEMPT, 1)),
        away=draw(few_days),
        free=draw(st.none() | st.frozensets(st.tuples(st.integers(1, 5), st.sampled_from(PARTS)), min_size=6)),
        wishes_off=draw(few_days),
        wishes_on=draw(few_days),
        taken=draw(st.sampled_from([(), (), ((at(0, start), at(0, start + 4)),)])),
        before=Load(draw(st.integers(0, 2)), draw(st.integers(0, 1)), draw(st.integers(0, 1))),
    )


@st.composite
def problems(draw: st.DrawFn, fixed: bool = True) -> Problem:
    """Any problem of up to six people and eight shifts."""
    who = tuple(draw(persons(f"p{one}")) for one in range(draw(st.integers(0, 6))))
    shifts = []
    for number in range(draw(st.integers(0, 8))):
        begins, hours = draw(st.integers(0, 3 * 24)), draw(st.sampled_from([2, 8, 12]))
        wanted = draw(st.lists(needs, min_size=1, max_size=2))
        shifts.append(shift(f"s{number}", 0, begins, hours, *wanted, bars=draw(st.sampled_from(["", "no_standing"]))))
    ids, keys = [one.id for one in who], [one.id for one in shifts]
    pairs, hand, watches = [], [], []
    if len(ids) > 1:
        for _ in range(draw(st.integers(0, 2))):
            one, other = draw(st.permutations(ids))[:2]
            pairs.append(Pair(one, other, draw(st.booleans())))
    if fixed and ids and keys:
        decided = draw(
            st.dictionaries(st.tuples(st.sampled_from(ids), st.sampled_from(keys)), st.booleans(), max_size=3)
        )
        hand = [Fixed(one, key, on) for (one, key), on in decided.items()]
    if keys:
        watches = [Watch(f"w{n}", tuple(draw(st.permutations(keys))[:2])) for n in range(draw(st.integers(0, 1)))]
    rest = draw(st.sampled_from([timedelta(), 11 * HOUR]))
    return Problem(who, tuple(shifts), tuple(pairs), tuple(hand), tuple(watches), rest)
