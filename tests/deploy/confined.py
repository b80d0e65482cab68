"""confined.py UNIT COMMAND...: becomes COMMAND under the SystemCallFilter= and NoNewPrivileges= of a systemd unit, where
no systemd runs. x86-64 only: the numbers of system calls are the machine's.
"""

import ctypes
import errno
import os
import pathlib
import re
import struct
import subprocess
import sys

NUMBERS = ("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h")
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
AUDIT_ARCH_X86_64 = 0xC000003E
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET|K
ALLOW, FAIL = 0x7FFF0000, 0x00050000 | errno.EPERM


def members(group):
    """The system calls of a group such as @system-service, groups within it followed."""
    said = subprocess.run(["systemd-analyze", "syscall-filter", group], capture_output=True, text=True, check=True).stdout
    for line in said.splitlines()[1:]:
        word = line.strip()
        if word.startswith("@"):
            yield from members(word)
        elif word and not word.startswith("#"):
            yield word


def allowed(unit):
    """The names that the unit's SystemCallFilter= lines leave."""
    names = set()
    for line in re.findall(r"^SystemCallFilter=(.*)$", unit, re.M):
        said = {name for word in line.lstrip("~").split() for name in (members(word) if word.startswith("@") else [word])}
        names = names - said if line.startswith("~") else names | said
    return names


def program(names):
    """A BPF program that fails everything else with EPERM, as SystemCallErrorNumber= says."""
    header = next(text for text in map(pathlib.Path, NUMBERS) if text.exists()).read_text()
    numbers = {name: int(number) for name, number in re.findall(r"#define __NR_(\w+) (\d+)", header)}
    code = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, AUDIT_ARCH_X86_64), (RETURN, 0, 0, FAIL), (LOAD, 0, 0, 0)]
    for name in sorted(names & numbers.keys()):
        code += [(EQUAL, 0, 1, numbers[name]), (RETURN, 0, 0, ALLOW)]
    code.append((RETURN, 0, 0, FAIL))
    return b"".join(struct.pack("HBBI", *instruction) for instruction in code)


def confine(unit):
    code = program(allowed(unit))
    buffer = ctypes.create_string_buffer(code, len(code))
    filter_ = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_ulong]
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, None, 0, 0) or libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter_, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


if __name__ == "__main__":
    confine(pathlib.Path(sys.argv[1]).read_text())
    os.execv(sys.argv[2], sys.argv[2:])
