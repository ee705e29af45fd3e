#!/usr/bin/env python3
"""The disk is full: full.py [--all]

Each act that writes (a form, a referral, a draft, a new file, an assignment, a sign-in) is tried with the disk full from
its 1st write on, its 2nd, … to its last, in half a write or none, with ENOSPC and with EIO.  It must say so on a page that
keeps what was typed, write nothing in part, and succeed when it is sent again once there is room: nobody starts anything.
Without --all each third place."""
import errno
import html
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HERE / "http"), str(HERE / "abuse"), str(HERE / "crash")]

import disk  # noqa: E402
import fill  # noqa: E402
import house as houses  # noqa: E402
import steps  # noqa: E402
from doors import new_id  # noqa: E402
from report import Report  # noqa: E402

BACK = 8  # seconds until it must write again


def kept_form(reply):
    """The form that the page of the error holds: (address, pairs), or None."""
    found = re.search(r'<form method="post" action="([^"]*)"[^>]*>(.*?)</form>', reply.text.split("<main", 1)[-1], re.S)
    if not found or "Send again" not in found[2]:
        return None
    pairs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', found[2])
    return html.unescape(found[1]), [(html.unescape(n), html.unescape(v)) for n, v in pairs]


class Acts:
    def __init__(self, house):
        self.house, self.count = house, 0
        self.who = house.sign_in("cmf")
        self.coo = house.sign_in("coo2")
        self.token = steps.token(self.who)
        self.case = self.made()

    def word(self):
        self.count += 1
        return f"Words {self.count} of a full disk"

    def referral(self):
        word = self.word()
        return "/referrals/new", self.who, [("csrf", self.token), ("record", new_id()), ("do", "file")] + fill.pairs(
            steps.answers("F01", {"given_name": "Ada", "signs": word})), word

    def public(self):
        word = self.word()
        who = self.house.visitor(source=f"127.9.{self.count % 250}.9")
        return "/signaler/formulaire", who, [("record", new_id()), ("do", "file")] + fill.pairs(
            steps.answers("F01", {"given_name": "Ada", "signs": word})), word

    def note(self, do="file"):
        word = self.word()
        return f"/cases/{self.case}/forms/NOTE", self.who, [
            ("csrf", self.token), ("record", new_id()), ("based_on", "0"), ("do", do)] + fill.pairs(
            steps.answers("NOTE", {"text_story": word, "topic": "STORY"})), word

    def draft(self):
        return self.note("draft")

    def made(self):
        path, who, pairs, _ = self.referral()
        return who.post(path, pairs) and dict(pairs)["record"]


def parts(house):
    """Versions of records and how many parts each has; rows of files."""
    text = house.dump()
    rows = [line for line in text.splitlines() if line.startswith(('INSERT INTO "record"', "INSERT INTO record"))]
    return len(rows), text.count('INSERT INTO "kase"')


def good(reply):
    return reply.status in (200, 303)


def one(t, place, act, name, n, code, half):
    path, who, pairs, word = getattr(act, name)()
    label = f"{name}, full from write {n} on ({errno.errorcode[code]}{', half' if half else ''})"
    before = parts(act.house)
    place.refuse(disk.ROOM, n, code, True, half)
    reply = who.post(path, pairs)
    struck = place.refused()
    if good(reply):
        place.lift()
        return t.count(f"{label}: done, for what was refused came behind it", True) and struck > 0
    kept = kept_form(reply)
    t.count(f"{label}: says why", reply.status == 503 and re.search("(disk|database)", reply.text), (reply.status, reply.text[-400:]))
    t.count(f"{label}: keeps what was typed", kept and word in [v for _, v in kept[1]], reply.text[-600:])
    t.count(f"{label}: nothing is written in part", parts(act.house) == before, (before, parts(act.house)))
    place.lift()
    again = []

    def sent():
        time.sleep(1)  # as a person would; the public door counts
        again[:] = [who.post(*(kept or (path, pairs)))]
        return good(again[0])

    t.count(f"{label}: goes on when there is room", steps.soon(sent, BACK), again and (again[0].status, again[0].text[-300:]))
    return True


def writes_of(place, act, name):
    path, who, pairs, _ = getattr(act, name)()
    place.refuse(disk.ROOM, 0)
    reply = who.post(path, pairs)
    if not good(reply):
        raise RuntimeError(f"{name}: {reply.status} {reply.text[-300:]}")
    return place.calls()


def small_disk(t):
    """The same on a file system that really is full, where one may be mounted."""
    with tempfile.TemporaryDirectory() as folder:
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder], check=False, stderr=subprocess.DEVNULL).returncode:
            print("# no small disk can be mounted here", flush=True)
            return
        kept, tempfile.tempdir = tempfile.tempdir, folder
        try:
            with houses.House(unlimited=True) as house:
                on_small_disk(t, house, pathlib.Path(folder) / "filler")
        finally:
            tempfile.tempdir = kept
            subprocess.run(["umount", folder], check=True)


def on_small_disk(t, house, filler):
    act, refused, sure = Acts(house), None, 0
    room = os.statvfs(house.base)
    filler.write_bytes(bytes(room.f_bavail * room.f_bsize - 400000))
    for _ in range(400):
        path, who, pairs, word = act.note()
        refused = who.post(path, pairs)
        if not good(refused):
            break
        sure += 1
    kept = kept_form(refused)
    t.check(f"a small disk is full behind {sure} notes: says why, keeps what was typed",
            refused.status == 503 and kept and word in [v for _, v in kept[1]], (refused.status, refused.text[-300:]))
    filler.unlink()
    t.check("a small disk with room again: goes on", steps.soon(lambda: good(who.post(*(kept or (path, pairs)))), BACK))
    page = who.get(f"/cases/{act.case}").text
    t.same("a small disk: every note is there once", len(set(re.findall(r'/records/([0-9a-z]{26})"', page))), sure + 2)
    house.stop()
    t.check("a small disk: the audit log is whole", house.audit().returncode == 0)


def main():
    every = 1 if "--all" in sys.argv else 3
    t = Report()
    with houses.House(unlimited=True, later_start=True) as house:
        place = disk.Disk(house, houses.BUILD / "tests/libdisk.so")
        house.start()
        act = Acts(house)
        for name in ("note", "draft", "referral", "public"):
            most, tried = writes_of(place, act, name), 0
            for n in range(1, most + 1, every):
                for code, half in ((errno.ENOSPC, n % 2 == 0), (errno.EIO, n % 2 == 1)):
                    tried += one(t, place, act, name, n, code, half)
            t.check(f"{name}: {most} writes, {tried} of them refused", tried, most)
        place.lift()
        house.stop()
        said = house.audit()
        t.check("the audit log is whole", said.returncode == 0 and "the log is whole" in said.stdout, said.stdout)
        t.check("the logs name nobody", "Words " not in house.log.read_text())
    small_disk(t)
    t.end()


main()
