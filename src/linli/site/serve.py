"""Start the server: granian (WSGI, 2 workers × 4 threads), plain on this machine or HTTPS on the office network.

The log has time, method, path, status and milliseconds: no query string, no address, no cookie, nothing about a person.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from linli.kernel.refusal import Refusal
from linli.site import lan, work
from linli.site.lan_helper import HelperServer, Pages, start_helper
from linli.vault.keyring import data_folder

TARGET = "linli.site.wsgi:application"
LOG_FORMAT = "%(time)s %(method)s %(path)s %(status)d %(dt_ms).0f ms"
PID_FILE = "serve.pid"
WATCH_SECONDS = 300
#: A real domain keeps HTTPS for a year (RFC 6797). The office's own authority may be gone tomorrow: no such promise there.
DOMAIN_HSTS_SECONDS = 365 * 24 * 3600
_SET_BY_OPERATOR = frozenset(name for name in os.environ if name.startswith("LINLI_"))


@dataclass(frozen=True)
class Plan:
    """How to serve. ``helper`` is the port of the plain-HTTP install sheet, None without one."""

    address: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    threads: int = 4
    access_log: bool = True
    tls: lan.Tls | None = None
    helper: int | None = None
    host: str | None = None

    @property
    def origin(self) -> str:
        """The address to open in a browser."""
        name = self.host or (self.tls.names[0] if self.tls else self.address)
        name = f"[{name}]" if ":" in name else name
        usual = 443 if self.tls else 80
        return f"{'https' if self.tls else 'http'}://{name}" + ("" if self.port == usual else f":{self.port}")

    @property
    def first_address(self) -> str:
        """The plain-HTTP address of the install sheet; empty without a helper."""
        name = self.host or (self.tls.names[0] if self.tls else self.address)
        return f"http://{f'[{name}]' if ':' in name else name}:{self.helper}/" if self.helper else ""


def lan_plan(
    *,
    host: str | None,
    port: int,
    helper: int | None,
    certificate: Path | None,
    key: Path | None,
    now: dt.datetime,
    **rest: Any,
) -> Plan:
    """A plan for the office network, with the local authority or with a real domain's certificate.

    Raises :class:`Refusal` ``lan.both_files`` or what :mod:`linli.site.lan` raises.
    """
    if (certificate is None) != (key is None):
        raise Refusal("lan.both_files", "A certificate of your own needs both --cert and --key.")
    if certificate and key:
        tls, helper = lan.own_certificate(certificate, key, now=now), None
    else:
        tls = lan.ensure_tls(host, now=now)
    return Plan(address="0.0.0.0", port=port, tls=tls, helper=helper, host=host, **rest)


def environment(plan: Plan) -> dict[str, str]:
    """What the workers' settings read (docs/settings.md): hosts, origins, cookies and HSTS that fit the plan.

    What the operator had set before the start stays as it is.
    """
    wanted: dict[str, str] = {}
    if plan.tls:
        names = [f"[{name}]" if ":" in name else name for name in dict.fromkeys([*plan.tls.names, "localhost"])]
        port = "" if plan.port == 443 else f":{plan.port}"
        wanted = {
            "LINLI_TLS": "1",
            "LINLI_HOSTS": ",".join(name.replace("*.", ".", 1) if name.startswith("*.") else name for name in names),
            "LINLI_ORIGINS": ",".join(f"https://{name}{port}" for name in names),
            "LINLI_ORIGIN": plan.origin,
            "LINLI_HSTS": "0" if plan.tls.authority else str(DOMAIN_HSTS_SECONDS),
            "LINLI_INSTALL": plan.first_address,
        }
    elif plan.address in {"127.0.0.1", "localhost", "::1"}:
        wanted = {"LINLI_HOSTS": "127.0.0.1,localhost,[::1]"}
    return {name: value for name, value in wanted.items() if name not in _SET_BY_OPERATOR}


def run(plan: Plan, *, pages: Callable[[Plan], Pages] | None = None) -> None:
    """Serve until SIGTERM or SIGINT. ``pages`` renders the helper's pages when the plan has a helper.

    Raises :class:`Refusal` ``serve.port_taken`` before anything was started.
    """
    from granian import Granian  # the server is loaded only by the process that serves
    from granian.constants import Interfaces
    from granian.errors import PidFileError

    lan.require_free_port(plan.address, plan.port)
    os.environ.update(environment(plan))
    (data_folder() / "static").mkdir(mode=0o700, parents=True, exist_ok=True)
    # Workers are started afresh so that they read the settings above; a fork would keep ours.
    multiprocessing.set_start_method("spawn", force=True)
    helper: HelperServer | None = None
    if plan.helper and pages:
        lan.require_free_port(plan.address, plan.helper)
        helper = start_helper(plan.address, plan.helper, pages(plan))
    server = Granian(
        TARGET,
        address=plan.address,
        port=plan.port,
        interface=Interfaces.WSGI,
        workers=plan.workers,
        blocking_threads=plan.threads,
        backpressure=plan.threads * 16,
        websockets=False,
        log_access=plan.access_log,
        log_access_format=LOG_FORMAT,
        log_dictconfig=quiet_logging(),
        ssl_cert=plan.tls.certificate if plan.tls else None,
        ssl_key=plan.tls.key if plan.tls else None,
        respawn_failed_workers=True,
        workers_kill_timeout=20,
        pid_file=data_folder() / PID_FILE,
        **_tls_options(plan),
    )
    if plan.tls and plan.tls.authority:
        watch = threading.Thread(target=_watch, args=(plan, helper, pages), daemon=True, name="certificate")
        watch.start()
    work.start()
    try:
        server.serve()
    except PidFileError:
        raise Refusal(
            "serve.running", "Linli already serves these data. Stop that one first, or open it in a browser."
        ) from None
    finally:
        if helper:
            helper.stop()


def running(folder: Path) -> int | None:
    """The process id of the server that works on this data folder, or None."""
    try:
        pid = int((folder / PID_FILE).read_text())
        os.kill(pid, 0)
    except (OSError, ValueError):
        return None
    return pid


def quiet_logging() -> dict[str, Any]:
    """Granian's log on stdout, one line each, with the access line as it is."""
    return {
        "formatters": {
            "generic": {"format": "%(asctime)s %(levelname)s %(message)s"},
            "access": {"format": "%(message)s"},
        },
    }


def _tls_options(plan: Plan) -> dict[str, Any]:
    from granian.constants import SSLProtocols  # as in run

    return {"ssl_protocol_min": SSLProtocols.tls12} if plan.tls else {}


def _watch(plan: Plan, helper: HelperServer | None, pages: Callable[[Plan], Pages] | None) -> None:
    """Every five minutes: is the certificate due, has this machine another address? Then new workers read the new one."""
    sleeper = threading.Event()
    while not sleeper.wait(WATCH_SECONDS):
        if follow(plan, helper, pages, now=dt.datetime.now(dt.UTC)):
            os.kill(os.getpid(), signal.SIGHUP)


def follow(plan: Plan, helper: HelperServer | None, pages: Callable[[Plan], Pages] | None, *, now: dt.datetime) -> bool:
    """Make what is due: certificate, the next workers' settings, the helper's sheet. Returns whether workers must start afresh."""
    tls = lan.ensure_tls(plan.host, now=now)
    if not tls.renewed:
        return False
    current = replace(plan, tls=tls)
    os.environ.update(environment(current))
    if helper and pages:
        helper.replace(pages(current))
    return True
