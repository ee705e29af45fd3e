#!/usr/bin/env python3
"""In place of the supervisor, its two processes under valgrind: apart.py FOLDER RIVAGE serve OPTIONS…

(The supervisor starts them from /proc/self/exe, which under valgrind is valgrind.)  What valgrind finds stands in
FOLDER/valgrind.PID; a process without findings leaves an empty file."""
import pathlib
import re
import signal
import socket
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
VALGRIND = ["valgrind", "--quiet", "--leak-check=full", "--show-leak-kinds=definite", "--fair-sched=try", "--num-callers=30",
            f"--suppressions={ROOT}/tools/valgrind.supp"]


def main():
    folder, program, _, *options = sys.argv[1:]
    threads = int(re.search(r"#define WEB_THREADS (\d+)", (ROOT / "src/cli/serve.h").read_text())[1])
    pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(threads + 1)]
    started = []
    for name, ends in (("_vault", [a.fileno() for a, _ in pairs]), ("_web", [b.fileno() for _, b in pairs])):
        started.append(subprocess.Popen([*VALGRIND, f"--log-file={folder}/valgrind.%p", program, name, "--fds",
                                         ",".join(map(str, ends)), *options], pass_fds=ends))
    for pair in pairs:
        for end in pair:
            end.close()
    vault, web = started
    signal.signal(signal.SIGTERM, lambda *_: web.terminate())
    codes = [web.wait()]
    vault.terminate()
    codes.append(vault.wait())
    sys.exit(max(abs(code) for code in codes))


main()
