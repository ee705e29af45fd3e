#!/usr/bin/env python3
"""The attacks of this folder against `rivage serve` on a real page: attack.py [--all] [PATH]

Starts a house of its own; framing.py and slow.py run against it, then downloads that are given up half-way.  The sample
sees slow heads cut; --all waits for slow bodies too (three minutes)."""
import pathlib
import re
import socket
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "http"))

import steps  # noqa: E402
from house import House  # noqa: E402
from report import Report  # noqa: E402

ABORTED = 100
ROUNDS = 5


def outside(t, house, script, path, *more):
    """A script that counts for itself; its lines are shown when it fails."""
    said = subprocess.run([sys.executable, str(HERE / script), str(house.port), path, *more], check=False, text=True, timeout=400,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    closing = re.search(r"(?m)^(\d+) passed, (\d+) failed$", said.stdout)
    for line in said.stdout.splitlines():
        if line.startswith(("FAIL", "slow:", "honest:", "closed:")) or not closing:
            print(f"# {line}", flush=True)
    good, bad = map(int, closing.groups()) if closing else (0, 1)
    t.passed += good - 1 if good and not bad else good
    t.check(f"{script}: {good} probes of {path} refused or outlasted", not bad and said.returncode == 0, f"{bad} failed")


def state(house):
    """(descriptors, threads, resident KB, descriptors of the database) of the web process.  Each thread opens its
    reader of the database at its first request, and keeps it: those are counted apart."""
    pid = house.children()["web"]
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    open_files = []
    for fd in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            open_files.append(str(fd.readlink()))
        except FileNotFoundError:
            pass  # closed in the meantime
    database = sum("rivage.db" in name for name in open_files)
    return (len(open_files) - database, int(re.search(r"Threads:\s+(\d+)", status)[1]),
            int(re.search(r"VmRSS:\s+(\d+)", status)[1]), database)


def settled(house):
    """The same, once connections that were given up are put away: a busy machine takes its time."""
    least, until = state(house), time.monotonic() + 15
    while time.monotonic() < until:
        time.sleep(0.5)
        now = state(house)
        if now[0] >= least[0]:
            break
        least = now
    return least


def abort(house, head):
    with socket.create_connection(("127.0.0.1", house.port), 5, ("127.0.0.2", 0)) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset, not a farewell
        s.sendall(head)
        s.recv(1)


def aborted(t, house):
    cmf = house.sign_in("cmf")
    case = steps.refer(cmf)
    cookie = "; ".join(f"{k}={v}" for k, v in cmf.cookies.items())
    heads = [f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode()
             for path in (f"/cases/{case}", f"/cases/{case}/forms/F05", "/assets/app.css", "/signaler/formulaire")]
    seen = []
    for _ in range(ROUNDS):
        for i in range(ABORTED):
            abort(house, heads[i % len(heads)])
        seen.append(settled(house))
    print(f"# web after each round (descriptors, threads, resident KB, of the database): {seen}", flush=True)
    before, after = seen[1], seen[-1]  # the first rounds fill what is kept for reuse
    t.check(f"{ROUNDS} times {ABORTED} downloads given up: no descriptor stays open", after[0] <= before[0], seen)
    t.check("of the database, two for each thread at most", after[3] <= 2 * after[1] + 2, seen)
    t.check("no thread is lost", after[1] <= before[1], seen)
    t.check("memory stays", after[2] <= before[2] + 8192, seen)
    began = time.monotonic()
    t.same("others are served", cmf.get(f"/cases/{case}").status, 200)
    t.check("at once", time.monotonic() - began < 1)


def main():
    path = next((w for w in sys.argv[1:] if w != "--all"), "/signaler")
    t = Report()
    with House(unlimited=True) as house:
        outside(t, house, "framing.py", path)
        outside(t, house, "slow.py", path, "500", "80" if "--all" in sys.argv else "18")
        t.run("aborted", aborted, house)
        t.check("the logs tell of no fault", " error " not in house.log.read_text(), house.log.read_text()[-300:])
    t.end()


main()
