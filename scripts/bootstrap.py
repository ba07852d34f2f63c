"""Makes `.venv` with `.venv/bin/linli`: `python3 scripts/bootstrap.py [--roster] [--dev]`.

Standard library only, and in a syntax an old Python can read, so that it can say it is too old. Runs again in well
under a second: every step is keyed on the hash of what it installs, kept in `.venv/linli-stamps.json`.
"""

import hashlib
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
BIN = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
PYTHON = os.path.join(BIN, "python.exe" if os.name == "nt" else "python")
STAMPS = os.path.join(VENV, "linli-stamps.json")
OLDEST = (3, 11)


def stop(text):
    """End with a sentence a person can act on."""
    sys.stderr.write("\n" + text.strip() + "\n\n")
    sys.exit(1)


def check_python():
    """Refuse a Python that is too old, or one without venv, and say what to install."""
    if sys.version_info < OLDEST:
        stop(
            "Linli needs Python 3.11 or later; this is %d.%d (%s).\n"
            "Debian 12 and Ubuntu 24.04 bring it: apt-get install python3 python3-venv.\n"
            "If you have another Python: make setup PYTHON=/path/to/python3.11"
            % (sys.version_info[0], sys.version_info[1], sys.executable)
        )
    try:
        # Debian splits both off; only by trying can we say so.
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop(
            "This Python has no venv. On Debian or Ubuntu: apt-get install python3-venv\n(Python: %s)" % sys.executable
        )


def clean_environment():
    """The environment without what would lead pip to another place than our own `.venv`."""
    drop = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_REQUIRE_VIRTUALENV")
    return {k: v for k, v in os.environ.items() if k not in drop}


def run(arguments, doing):
    """Run one command of the set-up; a failure ends with what it was doing."""
    if subprocess.call(arguments, cwd=ROOT, env=clean_environment()) != 0:
        stop(
            "Could not %s. The messages above say why.\n"
            "Packages come from the package index that pip is set up for; without a network, point pip at a folder\n"
            "of wheels (PIP_FIND_LINKS, PIP_NO_INDEX)." % doing
        )


def make_venv():
    """Create `.venv`, or keep the one that is there if its Python runs and is new enough."""
    if os.path.exists(PYTHON):
        question = "import sys; sys.exit(0 if sys.version_info >= %r else 1)" % (OLDEST,)
        if subprocess.call([PYTHON, "-c", question], env=clean_environment(), stderr=subprocess.DEVNULL) == 0:
            return
    print("Creating .venv with Python %d.%d …" % sys.version_info[:2], flush=True)
    run([sys.executable, "-m", "venv", "--clear", VENV], "create .venv")


def digest(*names):
    """SHA-256 of the interpreter's version and the named files."""
    sums = hashlib.sha256(sys.version.encode())
    for name in names:
        with open(os.path.join(ROOT, name), "rb") as handle:
            sums.update(name.encode() + b"\0" + handle.read())
    return sums.hexdigest()


def read_stamps():
    """What was installed at the last run: step → digest."""
    try:
        with open(STAMPS, encoding="utf-8") as handle:
            return dict(json.load(handle))
    except (OSError, ValueError):
        return {}


def step(name, wanted, doing, *commands):
    """Run the commands unless the same files were already installed; remember the digest only when all succeeded."""
    stamps = read_stamps()
    if stamps.get(name) == wanted:
        return
    for command in commands:
        run(command, doing)
    stamps[name] = wanted
    with open(STAMPS, "w", encoding="utf-8") as handle:
        json.dump(stamps, handle, indent=1)


def main():
    """Set up for running; with `--roster` the solver for rosters as well, with `--dev` that and what testing needs."""
    check_python()
    make_venv()
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-input"]
    locked = pip + ["--require-hashes", "--no-deps", "-r"]
    if read_stamps().get("runtime") is None:
        print("Installing what Linli runs on (a minute or two the first time) …", flush=True)
    step("build", digest("requirements/build.txt"), "install the build tool", locked + ["requirements/build.txt"])
    step("runtime", digest("requirements/runtime.txt"), "install the packages", locked + ["requirements/runtime.txt"])
    if "--dev" in sys.argv[1:] or "--roster" in sys.argv[1:]:
        step("roster", digest("requirements/roster.txt"), "install the solver", locked + ["requirements/roster.txt"])
    if "--dev" in sys.argv[1:]:
        step("dev", digest("requirements/dev.txt"), "install the test tools", locked + ["requirements/dev.txt"])
    here = digest("pyproject.toml") + ROOT
    step("linli", here, "install Linli itself", pip + ["--no-deps", "--no-build-isolation", "--editable", "."])
    run([PYTHON, os.path.join("scripts", "compile_messages.py"), "--quiet"], "compile the translations")
    if "--quiet" not in sys.argv[1:]:
        print("Ready: .venv/bin/linli")


if __name__ == "__main__":
    main()
