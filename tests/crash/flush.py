#!/usr/bin/env python3
"""A flush fails: flush.py [--all]

`rivage serve` is started by strace, which lets the n-th fsync or fdatasync of each of its processes and threads answer
EIO, once.  Behind it nothing is acknowledged by the process that was told so, until it is started again; what was
acknowledged is there then, and the audit log is whole.  The 2nd flush and two others, and the same of the database's log alone; with --all the first forty.

strace refuses a call by giving it no number, which the fence takes for an attack: $BUILD is a build with -Dguard=false."""
import http.client
import os
import pathlib
import signal
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HERE / "http"), str(HERE / "abuse")]

import fill  # noqa: E402
import house as houses  # noqa: E402
import steps  # noqa: E402
from doors import new_id  # noqa: E402
from report import Report  # noqa: E402

NOTES = 14
MOST = 600  # until one thread of web has come so far


def strace(house, nth, only):
    return ["strace", "-f", "-qq", "-o", house.base / "strace", "-e", "trace=fsync,fdatasync", "-e", "signal=none", "-e",
            f"inject=fsync,fdatasync:error=EIO:when={nth}"] + (["-P", house.data / only] if only else [])


def stop(house):
    """strace ends with what it started, and must not be ended first."""
    pid = house.process.pid
    try:
        for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            os.kill(int(child), signal.SIGTERM)
        house.process.wait(30)
    except (OSError, subprocess.TimeoutExpired):
        house.stop()
    house.process = None


def injected(house):
    try:
        return (house.base / "strace").read_text().count("(INJECTED)")
    except OSError:
        return 0


class Notes:
    def __init__(self, house):
        self.house, self.sure, self.count = house, {}, 0
        self.who = house.sign_in("cmf")
        self.token = steps.token(self.who)
        self.case = new_id()
        pairs = [("csrf", self.token), ("record", self.case), ("do", "file")] + fill.pairs(steps.answers("F01", {"given_name": "Ada"}))
        if self.who.post("/referrals/new", pairs).status != 303:
            raise RuntimeError("no file")

    def file(self):
        """True: acknowledged; False: refused with words; None: no answer."""
        self.count += 1
        record, word = new_id(), f"Words {self.count} before a flush"
        pairs = [("csrf", self.token), ("record", record), ("based_on", "0"), ("do", "file")] + fill.pairs(
            steps.answers("NOTE", {"text_story": word, "topic": "STORY"}))
        try:
            reply = self.who.post(f"/cases/{self.case}/forms/NOTE", pairs)
        except (OSError, http.client.HTTPException):
            return None
        if reply.status == 303:
            self.sure[record] = word
        return reply.status == 303 or (None if reply.status != 503 else False)

    def lost(self):
        return [word for record, word in self.sure.items()
                if word not in self.who.get(f"/cases/{self.case}/records/{record}?version=1").text]


def one(t, house, notes, nth, only):
    house.before = strace(house, nth, only)
    nth = f"{nth} of {only or 'any file'}"
    try:
        house.start()
    except RuntimeError:
        t.count(f"flush {nth}: it refuses to start", injected(house), house.log.read_text()[-300:])
        house.process, house.before = None, []
        return "at the start"
    said = [notes.file() for _ in range(NOTES)]
    while not injected(house) and len(said) < MOST:  # strace counts for each thread of web by itself
        said.append(notes.file())
    struck = injected(house)
    t.count(f"flush {nth}: it was made to fail", struck > 0, struck)
    first = next((i for i, s in enumerate(said) if s is not True), len(said))
    # Threads of web have flushes of their own: another one's may still be to come when the first was refused.
    t.count(f"flush {nth}: nothing is acknowledged behind a refusal", True not in said[first:], said)
    t.count(f"flush {nth}: a refusal is a page with words", None not in said, said)
    stop(house)
    house.before = []
    house.start()
    lost = notes.lost()
    t.count(f"flush {nth}: {len(notes.sure)} acknowledged writes are there", not lost, lost)
    t.count(f"flush {nth}: it writes again behind a start", notes.file() is True)
    house.stop()
    return f"{struck} failed, {said.count(True)} acknowledged before"


def main():
    t = Report()
    with houses.House(unlimited=True) as house:
        notes = Notes(house)
        house.stop()
        each = range(1, 41) if "--all" in sys.argv else (2, 8, 16)
        for nth, only in [(n, "") for n in each] + [(n, "rivage.db-wal") for n in each if n <= 10]:
            print(f"# flush {nth} of {only or 'any file'}: {one(t, house, notes, nth, only)}", flush=True)
        said = house.audit()
        t.check("the audit log is whole", said.returncode == 0 and "the log is whole" in said.stdout, said.stdout)
    t.end()


main()
