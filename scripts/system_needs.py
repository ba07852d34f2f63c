"""What the browser suite needs from the system: Chromium and a CJK font.

As root on Debian it installs them; otherwise it says exactly what to install and ends with code 1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PACKAGES = {"browser": "chromium", "font": "fonts-noto-cjk", "fontconfig": "fontconfig"}


def browser() -> str | None:
    """The browser's path: `LINLI_CHROMIUM`, or the first one found; None if there is none."""
    given = os.environ.get("LINLI_CHROMIUM")
    if given:
        return given if os.access(given, os.X_OK) else None
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def has_cjk_font() -> bool:
    """Whether the system has a font with Simplified Chinese."""
    if not shutil.which("fc-list"):
        return False
    listed = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip())


def missing() -> list[str]:
    """The Debian packages that would bring what is missing."""
    needs = []
    if browser() is None:
        needs.append(PACKAGES["browser"])
    if not shutil.which("fc-list"):
        needs.append(PACKAGES["fontconfig"])
    if not has_cjk_font():
        needs.append(PACKAGES["font"])
    return needs


def install(packages: list[str]) -> bool:
    """Install Debian packages as root; False if apt said no."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    commands = (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages])
    return all(subprocess.call(command, env=environment, stdout=subprocess.DEVNULL) == 0 for command in commands)


def main() -> int:
    """Exit code 0 when everything is there."""
    needs = missing()
    if needs and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing for the browser suite: {' '.join(needs)} …", flush=True)
        install(needs)
        needs = missing()
    if not needs:
        return 0
    print("The browser suite needs Chromium and a CJK font from the system. Missing here; on Debian or Ubuntu:")
    print(f"\n    sudo apt-get install --no-install-recommends {' '.join(needs)}\n")
    print("A browser elsewhere: LINLI_CHROMIUM=/path/to/chromium make test")
    return 1


if __name__ == "__main__":
    sys.exit(main())
