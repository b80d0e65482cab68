"""Containers without a daemon, a registry or systemd: podman and runc on a Debian that mmdebstrap makes.

Whether this machine can is found out first; what fails afterwards is a fault of ours.
"""

import os
import pathlib
import shutil
import tempfile
import unittest

import tools

BASE = "localhost/dragoman-base:bookworm"
IMAGE = "localhost/dragoman:test"
BUILD_SECONDS = 600
# What Debian's slim image leaves out too.
NOT_IN_SLIM = ["/usr/share/doc/*", "/usr/share/info/*", "/usr/share/locale/*", "/usr/share/man/*"]
KEPT_IN_SLIM = ["/usr/share/doc/*/copyright"]

# Limits and cgroups as a machine without systemd has them.
ENGINE = """\
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""


class Engine:
    """podman with a store of its own, below `folder`; stop() ends what still runs."""

    def __init__(self, folder):
        self.podman = tools.need("podman")
        tools.need("runc")
        if os.geteuid() != 0:
            raise unittest.SkipTest("containers are tried as root only")
        self._started = []
        self.folder = pathlib.Path(folder)
        (self.folder / "engine.conf").write_text(ENGINE)
        (self.folder / "storage.conf").write_text(
            f'[storage]\ndriver = "overlay"\ngraphroot = "{self.folder}/graph"\nrunroot = "{self.folder}/run"\n')
        self._environment = {**os.environ, "CONTAINERS_CONF": str(self.folder / "engine.conf"),
                             "CONTAINERS_STORAGE_CONF": str(self.folder / "storage.conf")}

    def __call__(self, *words, **options):
        return tools.run([self.podman, *words], env=self._environment, **options)

    def import_base(self):
        """Makes BASE; SkipTest if no container can run here, or none reaches a mirror of Debian."""
        done = self("import", base() / "root.tar", BASE)
        if done.returncode == 0:
            done = self("run", "--rm", "--network", "none", BASE, "/bin/true")
        if done.returncode:
            raise unittest.SkipTest(f"this machine runs no containers: {done.stderr.strip()[-300:]}")
        done = self("run", "--rm", "--network", "host", BASE, "apt-get", "-q", "--error-on=any", "update",
                    timeout=tools.FETCH_SECONDS)
        if done.returncode:
            raise unittest.SkipTest(f"no mirror of Debian can be reached from a container: {done.stderr.strip()[-300:]}")

    def build(self):
        """IMAGE, by deploy/Dockerfile, from the programs of the release preset."""
        built = self.folder / "built"
        done = tools.run(["cmake", "--install", tools.ROOT / "build" / "release", "--prefix", "/usr", "--component", "programs",
                          "--strip"], env={**os.environ, "DESTDIR": str(built / "programs")})
        assert done.returncode == 0, done.stderr
        done = self("build", "--isolation", "oci", "--network", "host", "--build-arg", f"BASE={BASE}", "--build-context",
                    f"programs={built}", "-t", IMAGE, "-f", tools.ROOT / "deploy" / "Dockerfile", tools.ROOT,
                    timeout=BUILD_SECONDS)
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self, name, *words):
        """The process id, as this machine sees it, of the first process of a new container."""
        done = self("run", "--detach", "--name", name, *words)
        self._started.append(name)
        assert done.returncode == 0, done.stderr
        return int(self("inspect", "--format", "{{.State.Pid}}", name).stdout)

    def stop(self):
        for name in reversed(self._started):
            self("rm", "--force", "--time", "0", name)
        self("unmount", "--all")


def base():
    """The folder of root.tar, a small Debian 12."""
    mmdebstrap = tools.need("mmdebstrap")

    def make(folder):
        excluded = [f"--dpkgopt=path-exclude={path}" for path in NOT_IN_SLIM]
        included = [f"--dpkgopt=path-include={path}" for path in KEPT_IN_SLIM]
        done = tools.run([mmdebstrap, "--variant=minbase", *excluded, *included, "bookworm", folder / "root.tar"],
                         timeout=BUILD_SECONDS)
        if done.returncode:
            raise unittest.SkipTest(f"no Debian to stand on can be had: {done.stderr.strip()[-300:]}")

    return tools.kept("base", make)


def place():
    """A folder for an Engine, and what removes it."""
    folder = tempfile.mkdtemp(prefix="dragoman-containers-")
    return folder, lambda: shutil.rmtree(folder, ignore_errors=True)
