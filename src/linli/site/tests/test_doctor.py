"""The doctor finds what was broken on purpose, says what to do, and is quiet about a healthy installation."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import shutil
import socket
import sqlite3
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from linli.care import failing
from linli.gates.models import Device
from linli.ground.models import Place
from linli.site import backup_keys, certificates, doctor, doctor_clock, doctor_data, doctor_host, lan
from linli.site.backup_sheet import make_sheet
from linli.site.tests.conftest import Office
from linli.vault import keyring

NOW = dt.datetime.now(dt.UTC)


def ask(office: Office, *, code: int, **more: str) -> dict[str, dict[str, Any]]:
    """The doctor's findings by their codes; it must end with ``code``."""
    answer = json.loads(office.run("doctor", "--json", code=code, **more))
    assert answer["level"] == {0: "ok", 1: "warn", 2: "bad"}[code]
    return {finding["code"]: finding for finding in answer["findings"]}


def test_a_healthy_installation_needs_nobody(office: Office, tmp_path: Path) -> None:
    office.run("recovery-sheet")
    office.run("backup", "--keys", str(tmp_path / "stick"))
    office.run("backup", "--to", str(tmp_path / "backups"))
    found = ask(office, code=0)
    assert set(found) >= {
        "python", "data", "keys", "disk", "fonts", "clock", "tls", "database", "migrations", "triggers", "backup", "static",
    }  # fmt: skip
    said = office.run("doctor", "--lang", "zh")
    assert "一切正常" in said
    assert "All is well." in office.run("doctor")


def test_a_new_installation_is_told_what_is_missing(office: Office) -> None:
    found = ask(office, code=1)
    assert {code for code, finding in found.items() if finding["level"] != "ok"} == {
        "keys.sheet",
        "keys.copy",
        "backup.none",
    }
    assert all(finding["way_out"] for finding in found.values() if finding["level"] != "ok")


def test_everything_that_was_broken_is_found(office: Office) -> None:
    with contextlib.closing(sqlite3.connect(office.database)) as connection:
        connection.execute("DROP TRIGGER journal_entry_no_update")
        connection.execute("DELETE FROM django_migrations WHERE app = 'journal'")
        connection.commit()
    (office.keys / "master.key").chmod(0o644)
    office.data.chmod(0o755)
    (office.data / "last-backup.json").write_text(json.dumps({"at": "2026-01-01T00:00:00+00:00", "path": "/gone"}))
    (office.data / "tmp" / "backup-cut").mkdir(parents=True)
    later = dt.datetime.now(dt.UTC).timestamp() + 3600
    os.utime(office.database, (later, later))
    found = ask(office, code=2)
    bad = {code for code, finding in found.items() if finding["level"] == "bad"}
    assert bad == {"triggers", "migrations", "keys.mode", "clock.back"}
    assert {"data.open", "backup.gone", "backup.broken"} <= set(found)
    assert "journal_entry" in found["triggers"]["sentence"]
    assert found["triggers"]["way_out"] == "linli upgrade puts them back; ask who took them away."


def test_a_damaged_database_is_a_finding_not_a_stack_trace(office: Office) -> None:
    content = bytearray(office.database.read_bytes())
    content[4096 * 3 : 4096 * 6] = os.urandom(4096 * 3)
    office.database.write_bytes(content)
    found = ask(office, code=2)
    assert any(code.startswith("database") and finding["level"] == "bad" for code, finding in found.items())
    assert "python" in found


def test_an_empty_place_and_lost_keys_are_told_apart(office: Office, tmp_path: Path) -> None:
    shutil.rmtree(office.keys)
    found = ask(office, code=2)
    assert found["keys.missing"]["level"] == "bad"
    assert not office.keys.exists()
    empty = Office(tmp_path / "nothing")
    found = ask(empty, code=2)
    assert {"data.missing", "keys.missing", "database.missing"} <= set(found)
    assert not empty.data.exists()


@pytest.fixture
def time_server() -> Iterator[Any]:
    """A time server on this machine whose clock is off by the seconds set in its list."""
    offset = [0.0]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(0.2)
        stop = threading.Event()

        def answer() -> None:
            while not stop.is_set():
                try:
                    _, asker = listening.recvfrom(512)
                except TimeoutError:
                    continue
                at = dt.datetime.now(dt.UTC).timestamp() + offset[0] + 2_208_988_800
                stamp = struct.pack("!II", int(at), int((at % 1) * 2**32))
                listening.sendto(b"\x24" + 39 * b"\0" + stamp, asker)

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}", offset
        stop.set()
        thread.join(5)


def test_the_clock_is_compared_with_the_offices_time_server(
    time_server: Any, own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, offset = time_server
    monkeypatch.setenv("LINLI_NTP", address)
    assert {finding.code: finding.level for finding in doctor_host.check_clock(dt.datetime.now(dt.UTC))}[
        "clock.ntp"
    ] == doctor.OK
    offset[0] = 90.0
    drift = {finding.code: finding for finding in doctor_host.check_clock(dt.datetime.now(dt.UTC))}["clock.drift"]
    assert drift.level == doctor.BAD
    assert abs(float(drift.data["offset"]) - 90) < 2
    monkeypatch.setenv("LINLI_NTP", "127.0.0.1:1")
    assert [finding.level for finding in doctor_host.check_clock(dt.datetime.now(dt.UTC))] == [doctor.OK, doctor.WARN]
    assert doctor_clock.ask_time_server("127.0.0.1:x", now=NOW) is None


def test_a_clock_that_was_set_back_is_noticed_without_any_network(own_folders: Path) -> None:
    assert doctor_clock.clock_evidence(dt.datetime.now(dt.UTC)) is None
    evidence = doctor_clock.clock_evidence(NOW - dt.timedelta(hours=3))
    assert evidence is not None
    assert evidence.seconds > 3 * 3600 - 120
    lan.ensure_tls(None, now=NOW)
    (finding,) = [f for f in doctor_host.check_clock(NOW - dt.timedelta(days=3)) if f.level == doctor.BAD]
    assert finding.code == "clock.back"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("skews", "level"),
    [((400_000, 410_000, 395_000), "warn"), ((400_000, -3_000), "ok"), ((100, -900), "ok"), ((900_000,), None)],
)
def test_phones_that_agree_put_this_clock_in_doubt(cast: Any, skews: tuple[int, ...], level: str | None) -> None:
    gate = Place.objects.filter(kind__code="gate").first()
    assert gate is not None
    for number, skew in enumerate(skews):
        Device.objects.create(
            neighbourhood_id=gate.neighbourhood_id,
            gate=gate,
            name=f"phone {number}",
            public_key=b"-",
            shift_start=NOW,
            shift_end=NOW + dt.timedelta(hours=12),
            enrolled_at=NOW,
            enrolled_by=0,
            last_seen_at=NOW,
            skew_ms=skew,
        )
    found = [finding.level for finding in doctor_data.check_phones(NOW)]
    assert found == ([level] if level else [])


@pytest.mark.django_db
def test_what_the_worker_could_not_do_for_a_case_is_counted(cast: Any) -> None:
    (before,) = doctor_data.check_care(timezone.now())
    turn = failing.Turn("due", timezone.now())
    with cast.scope():
        turn.tried(cast.neighbourhood, lambda: 1 // 0)
    (found,) = doctor_data.check_care(timezone.now())
    assert (before.level, found.level, found.data["count"]) == ("ok", "warn", 1)


def test_certificates_are_watched(own_folders: Path) -> None:
    def levels(days: int) -> dict[str, str]:
        return {f.code: f.level for f in doctor_host.check_certificates(NOW + dt.timedelta(days=days))}

    assert levels(0) == {"tls": "ok"}
    tls = lan.ensure_tls(None, now=NOW)
    assert levels(0) == {"tls.ca": "ok", "tls.server": "ok"}
    assert levels(380) == {"tls.ca": "ok", "tls.server": "warn"}
    assert levels(400) == {"tls.ca": "ok", "tls.server": "bad"}
    assert tls.authority is not None
    authority = certificates.Pair(tls.authority.read_bytes(), (lan.tls_folder() / "ca.key").read_bytes())
    tls.certificate.write_bytes(certificates.make_server(authority, ["localhost"], now=NOW).certificate)
    assert ("tls.address" in levels(0)) == bool(
        [a for a in lan.addresses() if certificates.permits(authority.certificate, a)]
    )


def test_keys_inside_the_data_and_stale_copies_are_found(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backup_keys.copy_keys(own_folders / "stick", now=NOW)
    make_sheet("txt", now=NOW, again=False, place="")
    assert {f.code for f in doctor_host.check_keys(NOW)} == {"keys"}
    keyring().ensure("operation:2")
    assert {f.code for f in doctor_host.check_keys(NOW)} == {"keys", "keys.stale"}
    shutil.copytree(own_folders / "data.keys", own_folders / "data" / "keys")
    monkeypatch.setenv("LINLI_KEYS", str(own_folders / "data" / "keys"))
    assert "keys.inside" in {f.code for f in doctor_host.check_keys(NOW)}


@pytest.mark.parametrize(("free", "level"), [(10_000, "ok"), (1_000, "warn"), (100, "bad")])
def test_disk_space_has_two_limits(own_folders: Path, monkeypatch: pytest.MonkeyPatch, free: int, level: str) -> None:
    usage = type("Usage", (), {"free": free * 1_000_000})
    monkeypatch.setattr("linli.site.doctor_host.shutil.disk_usage", lambda _: usage)
    assert [finding.level for finding in doctor_host.check_disk(NOW)] == [level]


def test_lost_fonts_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [finding.level for finding in doctor_host.check_fonts(NOW)] == [doctor.OK]
    (tmp_path / "fonts").mkdir()
    shutil.copy(doctor_host.FONTS / "VENDORED.json", tmp_path / "fonts" / "VENDORED.json")
    monkeypatch.setattr(doctor_host, "FONTS", tmp_path / "fonts")
    (finding,) = doctor_host.check_fonts(NOW)
    assert finding.level == doctor.BAD
    assert "LinliSans-Regular.otf" in finding.sentence


def test_a_check_that_fails_is_a_finding_and_the_others_go_on() -> None:
    def check_broken(now: dt.datetime) -> Iterator[doctor.Finding]:
        raise RuntimeError("no such thing")
        yield doctor.ok("never", "never")

    findings = doctor.examine([check_broken, doctor_host.check_python], now=NOW)
    assert [finding.code for finding in findings] == ["broken.failed", "python"]
    assert doctor.exit_code(findings) == 2
    assert doctor.exit_code([]) == 0
