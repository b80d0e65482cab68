"""Programs that check deploy/, kept in build/deploy/: what Debian or npm offers and this machine lacks is fetched once.

Whoever cannot have a program raises unittest.SkipTest with the reason.
"""

import fcntl
import os
import pathlib
import shutil
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "build" / "release" / "bin"
KEPT = ROOT / "build" / "deploy"
FETCH_SECONDS = 240


def run(words, **options):
    """The finished process; output as text."""
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, **{"timeout": 300, **options})


def need(program):
    """The path of a program of this machine."""
    found = shutil.which(program)
    if not found:
        raise unittest.SkipTest(f"{program} is not installed (script/setup deploy)")
    return found


def kept(name, make):
    """The folder build/deploy/`name`, filled by `make(folder)` if it is not there yet; whole or not at all."""
    KEPT.mkdir(parents=True, exist_ok=True)
    folder = KEPT / name
    with open(KEPT / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            half = KEPT / f"{name}.half"
            shutil.rmtree(half, ignore_errors=True)
            half.mkdir()
            make(half)
            half.rename(folder)
    return folder


def debian_program(package, path):
    """`path` as Debian's `package` has it: installed, or unpacked from its archive.

    Unpacked, because other vendors' packages own the same path (kubectl), or because one program of a big package is
    all that is wanted (promtool).
    """
    if path in run(["dpkg-query", "-L", package]).stdout.splitlines() and os.access(path, os.X_OK):
        return path

    def unpack(folder):
        words = ["apt-get", "-q", "download", package]
        fetched = run(words, cwd=folder, timeout=FETCH_SECONDS)
        if fetched.returncode and os.geteuid() == 0:  # the lists may be missing or old
            run(["apt-get", "-q", "update"], timeout=FETCH_SECONDS)
            fetched = run(words, cwd=folder, timeout=FETCH_SECONDS)
        archives = list(folder.glob("*.deb"))
        if fetched.returncode or not archives:
            raise unittest.SkipTest(f"{package} is not installed and cannot be had: {fetched.stderr.strip()[-300:]}")
        run(["dpkg-deb", "-x", archives[0], folder], check=True)
        archives[0].unlink()

    return str(kept(package, unpack)) + path


def schemas():
    """The folder into which npm has installed what tests/deploy/schema locks."""
    npm = need("npm")
    source = pathlib.Path(__file__).parent / "schema"

    def install(folder):
        for name in ("package.json", "package-lock.json"):
            shutil.copy(source / name, folder)
        done = run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, timeout=FETCH_SECONDS)
        if done.returncode:
            raise unittest.SkipTest(f"npm cannot install the schemas: {done.stderr.strip()[-300:]}")

    return kept("schemas", install)
