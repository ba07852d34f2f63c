"""Chromium for the browser suite: where it is, how it is started, what it must never complain about."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Page

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MISSING = (
    "No Chromium for the browser suite. On Debian or Ubuntu: sudo apt-get install --no-install-recommends chromium "
    "fonts-noto-cjk. A browser elsewhere: LINLI_CHROMIUM=/path/to/chromium"
)
# An installed page that is offline says so in the console; that is the situation under test, not a fault of the page.
OFFLINE = ("net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED", "net::ERR_CONNECTION_REFUSED")

# A second `--disable-features` replaces the first, so what Playwright switches off stands here again; then the address bar's
# pop-ups, which nobody sees: Chromium makes them a renderer in every new window, for longer than most of our pages take.
FEATURES_OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch",
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
)  # fmt: skip


class BrowserMissing(RuntimeError):
    """There is no Chromium; says how to install one."""


def executable() -> str:
    """The path of Chromium: `LINLI_CHROMIUM` or the first found. Raises BrowserMissing; never a skipped test."""
    given = os.environ.get("LINLI_CHROMIUM")
    if given:
        if os.access(given, os.X_OK):
            return given
        raise BrowserMissing(f"LINLI_CHROMIUM={given} is not a program. {MISSING}")
    for name in NAMES:
        if path := shutil.which(name):
            return path
    raise BrowserMissing(MISSING)


def arguments(camera: Path | None = None) -> list[str]:
    """Command-line switches; with `camera` an MJPEG file plays as the phone's camera and is allowed without asking."""
    switches = ["--no-sandbox", "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required"]
    switches.append(f"--disable-features={','.join(FEATURES_OFF)}")
    if camera is not None:
        switches += [
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={camera}",
        ]
    return switches


@dataclass
class Complaints:
    """What the browser complained about: console errors (CSP violations are among them) and uncaught exceptions."""

    texts: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, *parts: str) -> None:
        """Allow messages that contain one of these parts: for a test that provokes them (a 403 page, no server)."""
        self.expected += parts

    def unexpected(self) -> list[str]:
        """The messages no test asked for."""
        return [text for text in self.texts if not any(part in text for part in self.expected)]

    def watch(self, context: BrowserContext) -> None:
        """Listen to every page of the context."""
        context.on("page", self._watch_page)
        for page in context.pages:
            self._watch_page(page)

    def _watch_page(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.texts.append(f"uncaught: {error}"))

    def _console(self, message: ConsoleMessage) -> None:
        policy = "Content Security Policy" in message.text or "Content-Security-Policy" in message.text
        if policy or message.type == "error":
            where = message.location.get("url", "") if isinstance(message.location, dict) else ""
            self.texts.append(f"{message.type}: {message.text} ({where})")
