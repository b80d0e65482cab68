"""script/packages, part [image], names what the programs are linked to, and nothing else."""

import functools
import os
import re
import unittest

import tools
import verdict

PROGRAMS = [tools.PROGRAMS / name for name in ("dragoman", "router", "sip-frontend", "xmpp-frontend")]
BESIDE = {"ca-certificates"}  # xmpp.tls.trust: system
OF_DEBIAN = {"libc6"}  # there in every image


def part(name):
    """The packages of a part of script/packages."""
    text = (tools.ROOT / "script/packages").read_text()
    lines = text.split(f"\n[{name}]\n")[1].split("\n[")[0].splitlines()
    return {line for line in lines if line and not line.startswith("#")}


@functools.cache
def owner(path):
    """The package whose file that is; merged /usr has two names for it."""
    done = tools.run(["dpkg-query", "-S", path, os.path.realpath(path)])
    assert done.stdout, path
    return done.stdout.split(":")[0]


def linked():
    """The packages of the libraries that the programs name themselves; what those need, their packages bring."""
    found = set()
    for program in PROGRAMS:
        named = re.findall(r"\(NEEDED\).*\[(.*)\]", tools.run(["readelf", "-d", program]).stdout)
        assert named, program
        for library, path in re.findall(r"^\s+(\S+) => (\S+)", tools.run(["ldd", program]).stdout, re.M):
            if library in named:
                found.add(owner(path))
    return found


class Libraries(unittest.TestCase):
    def test_of_the_image_are_those_of_the_programs(self):
        self.assertEqual(sorted(linked() - OF_DEBIAN), sorted(part("image") - BESIDE))

    def test_parts_do_not_overlap(self):
        parts = [part(name) for name in ("build", "image", "test", "deploy")]
        self.assertEqual(sum(map(len, parts)), len(set().union(*parts)))


if __name__ == "__main__":
    verdict.main()
