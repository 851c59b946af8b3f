"""What an answer's process may not do: take memory and time, read or write files, start or signal
others, or reach a network. Each measure stands by itself; a system has those that it has.

Everywhere: limits of the system (`setrlimit`) and of Python (an audit hook, which says what was
refused). On Linux besides: Landlock for files, signals and other processes' memory, and seccomp for
new processes and sockets. Both hold whatever Python code does, and need no rights.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

MEMORY, PROCESSOR = 512 << 20, 6  # bytes beyond those at the start, seconds

# Numbers of the calls that are refused: on x86_64, on aarch64.
CALLS = {
    "clone": (56, 220),
    "clone3": (435, 435),
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    "kill": (62, 129),
    "tkill": (200, 130),
    "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "io_uring_setup": (425, 425),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "chroot": (161, 51),
    "setrlimit": (160, 164),
    "prlimit64": (302, 261),
    "setpriority": (141, 140),
    "memfd_create": (319, 279),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "reboot": (169, 142),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "clock_settime": (227, 112),
    "settimeofday": (164, 170),
}
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column above, AUDIT_ARCH

ALLOWED = (  # audit events beyond reading files that an honest answer causes
    "array.",
    "builtins.",
    "compile",
    "cpython.",
    "exec",
    "id",
    "import",
    "marshal.",
    "object.",
    "os.fspath",
    "os.getxattr",
    "pickle.",
    "setopencodehook",
    "sys.",
    "time.",
)
LOOKING = ("open", "os.listdir", "os.scandir", "glob.glob", "pathlib.Path.glob")

libc = ctypes.CDLL(None, use_errno=True)


def limits() -> None:
    """Of memory, processor time, files' sizes and processes."""
    statm = Path("/proc/self/statm")
    pages = int(statm.read_text().split()[0]) if statm.exists() else 0
    for name, most in (
        ("RLIMIT_AS", pages * resource.getpagesize() + MEMORY),
        ("RLIMIT_CPU", PROCESSOR),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NPROC", 0),
        ("RLIMIT_MSGQUEUE", 0),
    ):
        if hasattr(resource, name):
            try:
                resource.setrlimit(getattr(resource, name), (most, most))
            except (ValueError, OSError):  # not to be had on this system
                continue
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # then a write says that it failed


def alone() -> None:
    """End with the parent, and promise to gain no rights (what both walls below ask for)."""
    if sys.platform == "linux":
        libc.prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
        libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS


def landlock(readable: Iterable[str]) -> bool:
    """Reading in these folders and nothing else of files, from here on; no signal to, and no look
    into, other processes.
    """
    if sys.platform != "linux":
        return False
    abi = libc.syscall(444, None, 0, 1)
    if abi < 1:
        return False
    rights = (1 << (13 + (abi >= 2) + (abi >= 3))) - 1 | (abi >= 5) << 15
    attributes = struct.pack("QQQ", rights, 3, 3)[: 8 if abi < 4 else 16 if abi < 6 else 24]
    rules = libc.syscall(444, attributes, len(attributes), 0)
    if rules < 0:
        return False
    for path in filter(os.path.exists, readable):
        at = os.open(path, os.O_PATH | os.O_CLOEXEC)
        access = 0b1101 if os.path.isdir(path) else 0b0101  # execute, read; list a folder
        libc.syscall(445, rules, 1, struct.pack("=Qi", access, at), 0)
        os.close(at)
    done = libc.syscall(446, rules, 0) == 0
    os.close(rules)
    return done


def seccomp() -> bool:
    """No new process, thread, program or socket, no signal, and no other limits, from here on."""
    column, arch = MACHINES.get(platform.machine(), (0, 0))
    numbers = [row[column] for row in CALLS.values() if row[column] is not None]
    if sys.platform != "linux" or not arch:
        return False
    load, equal, above, answer = 0x20, 0x15, 0x35, 0x06
    refuse, allow, end = 0x00050000 | 1, 0x7FFF0000, 0x80000000  # EPERM, go on, end the process
    steps = [(load, 0, 0, 4), (equal, 1, 0, arch), (answer, 0, 0, end), (load, 0, 0, 0)]
    steps += [(above, len(numbers) + 1, 0, 0x40000000)]  # numbers of the x32 kind
    steps += [(equal, len(numbers) - k, 0, number) for k, number in enumerate(numbers)]
    steps += [(answer, 0, 0, allow), (answer, 0, 0, refuse)]
    program = b"".join(struct.pack("HBBI", *step) for step in steps)
    kept = ctypes.create_string_buffer(program)
    whole = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(kept))
    return bool(libc.prctl(22, 2, whole, 0, 0) == 0)  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER


def audited(readable: Iterable[str]) -> None:
    """Python's own refusal, with a sentence; it holds on every system, for code in Python."""
    allowed, real, starts, decoded = tuple(readable), os.path.realpath, str.startswith, os.fsdecode
    writes = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    reads, looks, separator, kind = ALLOWED, LOOKING, os.sep, isinstance

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        if event in looks:
            path = arguments[0]
            if kind(path, int):
                return
            place = real(decoded(path)) if path is not None else ""
            changes = event == "open" and kind(arguments[2], int) and arguments[2] & writes
            if not changes and any(place == at or starts(place, at + separator) for at in allowed):
                return
            raise PermissionError(f"an answer may not open {path!r} here")
        if not starts(event, reads):
            raise PermissionError(f"an answer may not do this here: {event}")

    sys.addaudithook(look)
