"""The real server: started, asked, stopped; plain on this machine and over TLS on the office network."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from linli.site import certificates, lan, serve
from linli.site.lan_helper import start_helper
from linli.site.management.commands.serve import pages_of
from linli.site.tests.conftest import Office
from linli.site.tests.helpers import refused


@contextmanager
def serving(office: Office, log: Path, port: int, *words: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """``linli serve`` as a process of its own until the block ends; it must then stop by itself within 20 s of SIGTERM."""
    command = [sys.executable, "-m", "linli.site.cli", "serve", "--port", str(port), *words]
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=office.environment(**more), stdout=out, stderr=subprocess.STDOUT)
    try:
        wait_for(process, log, 1 if "--workers" in words else 2)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert code == 0, log.read_text()


def wait_for(process: subprocess.Popen[bytes], log: Path, workers: int) -> None:
    for _ in range(400):
        assert process.poll() is None, log.read_text()
        if log.read_text().count("Started worker-") >= workers:
            return
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def get(connection: http.client.HTTPConnection, path: str) -> tuple[int, dict[str, str], bytes]:
    connection.request("GET", path, headers={"Connection": "close"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def test_serve_answers_on_this_machine_and_logs_no_query(
    office: Office, tmp_path: Path, free_port: Callable[[], int]
) -> None:
    port, log = free_port(), tmp_path / "log"
    with serving(office, log, port, "--workers", "1") as process:
        status, headers, body = get(http.client.HTTPConnection("127.0.0.1", port), "/healthz?name=zhangsan")
        assert (status, json.loads(body)["ok"]) == (200, True)
        assert "strict-transport-security" not in headers
        status, _, body = get(http.client.HTTPConnection("127.0.0.1", port), "/static/ui/tokens.css")
        assert status == 200
        assert b"--accent" in body
        assert serve.running(office.data) == process.pid
        assert "The server is running" in office.run("upgrade", code=1)
        strange = http.client.HTTPConnection("127.0.0.1", port)
        strange.request("GET", "/healthz", headers={"Host": "evil.example.com"})
        assert strange.getresponse().status == 400
        other = office.run("serve", "--port", str(port), code=1)
        assert f"Port {port} on 127.0.0.1 cannot be opened" in other
    text = log.read_text()
    assert "GET /healthz 200" in text
    assert "zhangsan" not in text
    assert "127.0.0.1 " not in text.replace("http://127.0.0.1", "")
    assert "Setup code" in text
    assert serve.running(office.data) is None


def test_lan_serves_https_that_a_phone_trusts_after_the_sheet(
    office: Office, tmp_path: Path, free_port: Callable[[], int]
) -> None:
    port, plain, log = free_port(), free_port(), tmp_path / "log"
    with serving(office, log, port, "--lan", "--install-port", str(plain)):
        status, headers, der = get(http.client.HTTPConnection("127.0.0.1", plain), "/linli.crt")
        assert (status, headers["content-type"]) == (200, "application/x-x509-ca-cert")
        pem = ssl.DER_cert_to_PEM_cert(der)
        trusting = ssl.create_default_context(cadata=pem)
        with (
            socket.create_connection(("127.0.0.1", port)) as raw,
            trusting.wrap_socket(raw, server_hostname="localhost") as secured,
        ):
            assert secured.version() == "TLSv1.3"
        status, headers, _ = get(http.client.HTTPSConnection("127.0.0.1", port, context=trusting), "/accounts/login/")
        assert status in {200, 302}
        assert "strict-transport-security" not in headers
        status, headers, _ = get(http.client.HTTPSConnection("localhost", port, context=trusting), "/setup/")
        cookies = headers.get("set-cookie", "")
        assert "Secure" in cookies or not cookies
        distrusting = ssl.create_default_context()
        with socket.create_connection(("127.0.0.1", port)) as raw, pytest.raises(ssl.SSLCertVerificationError):
            distrusting.wrap_socket(raw, server_hostname="localhost")
        sheet = get(http.client.HTTPConnection("127.0.0.1", plain), "/")[2].decode()
        pairs = certificates.fingerprint(pem.encode()).split(":")
        assert " ".join(pairs[:8]) in sheet
        inside = get(http.client.HTTPSConnection("127.0.0.1", port, context=trusting), "/install/")[2].decode()
        assert " ".join(pairs[:8]) in inside
        for path in ("/healthz", "/accounts/login/", "/ca.key", "/../data.keys/tls/ca.key"):
            assert get(http.client.HTTPConnection("127.0.0.1", plain), path)[0] == 404
        assert certificates.fingerprint(pem.encode()) in log.read_text()
    assert (office.keys / "tls" / "ca.key").stat().st_mode & 0o777 == 0o600
    assert not (office.data / "tls").exists()


def test_a_real_domains_certificate_brings_hsts(office: Office, tmp_path: Path, free_port: Callable[[], int]) -> None:
    now = dt.datetime.now(dt.UTC)
    authority = certificates.make_authority("linli-pc", now=now)
    pair = certificates.make_server(authority, ["gate.internal"], now=now)
    (tmp_path / "a.crt").write_bytes(pair.certificate)
    (tmp_path / "a.key").write_bytes(pair.key)
    port = free_port()
    files = ("--cert", str(tmp_path / "a.crt"), "--key", str(tmp_path / "a.key"))
    with serving(office, tmp_path / "log", port, "--lan", "--workers", "1", *files):
        trusting = ssl.create_default_context(cadata=authority.certificate.decode())
        request = f"GET /healthz HTTP/1.1\r\nHost: gate.internal:{port}\r\nConnection: close\r\n\r\n"
        with (
            socket.create_connection(("127.0.0.1", port)) as raw,
            trusting.wrap_socket(raw, server_hostname="gate.internal") as secured,
        ):
            secured.sendall(request.encode())
            answer = b""
            while block := secured.recv(4096):
                answer += block
    assert b" 200 " in answer.splitlines()[0]
    assert b"max-age=31536000" in answer.lower()
    assert not (office.keys / "tls").exists()


def test_the_plans_settings_fit_the_way_it_is_served(own_folders: Path) -> None:
    now = dt.datetime.now(dt.UTC)
    tls = lan.ensure_tls(None, now=now)
    plan = serve.Plan(address="0.0.0.0", port=8443, tls=tls, helper=8080, host="192.168.1.20")
    wanted = serve.environment(plan)
    assert wanted["LINLI_TLS"] == "1"
    assert wanted["LINLI_HSTS"] == "0"
    assert "localhost" in wanted["LINLI_HOSTS"].split(",")
    assert "https://localhost:8443" in wanted["LINLI_ORIGINS"].split(",")
    assert plan.origin == "https://192.168.1.20:8443"
    assert plan.first_address == "http://192.168.1.20:8080/"
    assert serve.Plan(address="0.0.0.0", port=443, tls=tls, host="fd00::2").origin == "https://[fd00::2]"
    assert serve.environment(serve.Plan()) == {"LINLI_HOSTS": "127.0.0.1,localhost,[::1]"}
    assert "%(query_string)s" not in serve.LOG_FORMAT
    assert "%(addr)s" not in serve.LOG_FORMAT


def test_another_address_brings_another_certificate_sheet_and_settings(
    own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = dt.datetime.now(dt.UTC)
    monkeypatch.setattr(lan, "addresses", lambda: ["192.168.1.20"])
    plan = serve.Plan(port=8443, tls=lan.ensure_tls(None, now=now), helper=8080)
    helper = start_helper("127.0.0.1", 0, pages_of(plan))
    monkeypatch.setattr(os, "environ", dict(os.environ))
    try:
        assert not serve.follow(plan, helper, pages_of, now=now)
        monkeypatch.setattr(lan, "addresses", lambda: ["192.168.7.7"])
        assert serve.follow(plan, helper, pages_of, now=now)
        assert "192.168.7.7" in os.environ["LINLI_HOSTS"].split(",")
        assert "https://192.168.7.7:8443" in os.environ["LINLI_ORIGINS"].split(",")
        sheet = get(http.client.HTTPConnection("127.0.0.1", helper.port), "/")[2].decode()
        assert "http://192.168.7.7:8080/" in sheet
        assert plan.tls is not None
        assert "192.168.7.7" in certificates.names_of(plan.tls.certificate.read_bytes())
        assert serve.follow(plan, helper, pages_of, now=now + dt.timedelta(days=380))
    finally:
        helper.stop()


def test_the_helper_reads_nothing_and_says_so(own_folders: Path) -> None:
    helper = start_helper("127.0.0.1", 0, {"/": ("text/plain", b"a"), "wechat:/": ("text/plain", b"w")})
    try:
        status, headers, body = get(http.client.HTTPConnection("127.0.0.1", helper.port), "/?x=1")
        assert (status, body) == (200, b"a")
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "python" not in headers["server"].lower()
        inside = http.client.HTTPConnection("127.0.0.1", helper.port)
        inside.request("GET", "/", headers={"User-Agent": "Mozilla/5.0 MicroMessenger/8.0"})
        assert inside.getresponse().read() == b"w"
        for method, expected in (("HEAD", 200), ("POST", 501), ("PUT", 501)):
            asked = http.client.HTTPConnection("127.0.0.1", helper.port)
            asked.request(method, "/")
            assert asked.getresponse().status == expected
    finally:
        helper.stop()


def test_impossible_plans_get_a_sentence(own_folders: Path, free_port: Callable[[], int]) -> None:
    now = dt.datetime.now(dt.UTC)
    with refused("lan.both_files"):
        serve.lan_plan(host=None, port=1, helper=None, certificate=Path("a"), key=None, now=now)
    with socket.create_server(("127.0.0.1", 0)) as taken, refused("serve.port_taken"):
        lan.require_free_port("127.0.0.1", taken.getsockname()[1])


def test_a_pid_file_of_a_dead_server_means_nothing(own_folders: Path) -> None:
    (own_folders / "serve.pid").write_text("999999999")
    assert serve.running(own_folders) is None
    (own_folders / "serve.pid").write_text(str(os.getpid()))
    assert serve.running(own_folders) == os.getpid()


def test_a_second_server_on_the_same_data_is_told_so(office: Office, free_port: Callable[[], int]) -> None:
    """The refusal ``serve.running``."""
    (office.data / serve.PID_FILE).write_text(str(os.getpid()))
    command = [str(Path(sys.executable).with_name("linli")), "serve", "--port", str(free_port())]
    environment = {name: value for name, value in office.environment().items() if name != "LINLI_LANG"}
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60, env=environment)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "邻里已经在为这些数据服务" in done.stderr
