"""The table of docs/gate-cases.md as the cases say it: a row a case."""

from __future__ import annotations

from typing import Any

from linli.gates.tests.story import expected

HEAD = (
    "| | situation | pretix | at the gate | on the server | exception | tests |",
    "|---|---|---|---|---|---|---|",
)


def table(cases: list[dict[str, Any]]) -> str:
    """All groups, each under its heading."""
    lines: list[str] = []
    for case in cases:
        heading = f"## {case['group']}"
        if heading not in lines:
            lines += ["", heading, "", *HEAD]
        lines.append(row(case))
    return "\n".join(lines).lstrip("\n") + "\n"


def row(case: dict[str, Any]) -> str:
    """One case; several passages are joined by an arrow, in the order in which they reach the server."""
    passages = [step for step in case["story"] if "do" not in step]
    tests = [f"`[{case['id']}]`", *(f"`{name.rpartition('/')[2]}`" for name in case.get("also", []))]
    cells = (
        case["id"],
        case["title"],
        case["pretix"],
        " → ".join(map(_at_the_gate, passages)),
        _joined([_on_the_server(one) for one in passages]),
        ", ".join(dict.fromkeys(f"`{kind}`" for one in passages for kind in expected(one)["exceptions"])),
        " ".join(tests),
    )
    return f"| {' | '.join(cells)} |"


def _joined(words: list[str]) -> str:
    return words[0] if len(set(words)) == 1 else " → ".join(words)


def _said(decision: list[str]) -> str:
    return f"{decision[0]} `{decision[1]}`"


def _at_the_gate(passage: dict[str, Any]) -> str:
    if "again" in passage:
        return "sent again"
    where = passage.get("phone_at", "")
    told = {"free": "asked, free: ", "used": "asked, used: "}.get(passage.get("asked", ""), "")
    way = "offline" if passage.get("offline") else "online"
    out = " out" if passage.get("direction") == "out" else ""
    return f"{way}{out}{f', {where}' if where else ''}: {told}{_said(passage['phone'])}"


def _on_the_server(passage: dict[str, Any]) -> str:
    found = expected(passage)
    words = [] if found["status"] == "stored" else [found["status"]]
    if found["overridden"]:
        words.append(f"would have been {_said(found['decision'])}")
    elif found["status"] == "stored":
        words.append("the same")
    if found["consumed"]:
        words.append("entry booked")
    return ", ".join(words)
