#!/usr/bin/env python3
"""Nothing that a form collects lies readable on a disk: canary.py [sqlite|postgresql]

A string of its own goes into every text, phone, e-mail and money field of every form, through the pages; more go where
people type besides: drafts, corrections, forms posted into an ended session, searches, sign-in.  (No form takes a
file.)  Every string holds a marker drawn for this run.  Then the data directory, the write-ahead log, the vault's
files, the logs, new temporary files, on SQLite a backup, its ring and what is restored from them, and with PostgreSQL
its whole directory and a dump are searched for the markers in every spelling.  At last one is planted in each of these places, and must be found there."""
import base64
import html
import os
import pathlib
import re
import sqlite3
import string
import subprocess
import sys
import tempfile
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "http"))

import fill  # noqa: E402
import steps  # noqa: E402
from doors import Town, all_doors  # noqa: E402
from fields import all_fields  # noqa: E402
from house import House, PASSWORD, program  # noqa: E402
from report import Report  # noqa: E402
from trace import DIGITS, LETTERS, MAIL, PATTERNS, SHORTEST, TEMPORARY, files_below, look, scan  # noqa: E402

class Canaries:
    def __init__(self):
        self.made = []

    def text(self, most=200):
        number = len(self.made)
        tail = "".join(string.ascii_letters[number // 52**i % 52] for i in range(3))
        self.made.append((LETTERS + tail + (f" {number} rue d’Exemple" if most >= 40 else ""))[:most])
        return self.made[-1]

    def of(self, f):
        number = len(self.made)
        if f["type"] == "phone":
            self.made.append(f"+{DIGITS}{number:04d}")
        elif f["type"] == "email":
            self.made.append(f"{MAIL}{number}@kanari.example")
        elif f["type"] == "money":
            self.made.append(f"{DIGITS}{number:03d}.00")
        else:
            return self.text(f.get("max", 200))
        return self.made[-1]


def fill_everything(t, house, town, canaries):
    short, read_back = [], 0
    for door in all_doors(town):
        for field in all_fields(door.code, door.fixed):
            f = field.f
            if f["type"] not in ("text", "phone", "email", "money"):
                continue
            if f["type"] == "text" and f.get("max", 200) < SHORTEST:
                short.append(f"{door.code}.{f['name']}")
                continue
            door.open()
            value = canaries.of(f)
            reply, accepted = door.post(field.pairs() + [(field.input, value)])
            if not accepted and (door.code in ("REC", "PAYA", "PAY", "WAIA") and reply.status == 422):
                continue  # a rule refused it: it was typed all the same
            t.count(f"{door.name}, {field.input} takes its string", accepted, f"{reply.status} {reply.errors()[:2]}")
            if accepted and door.login and any(value in text for text in door.read()):
                read_back += 1
    t.check("200 strings were filed", len(canaries.made) >= 200, len(canaries.made))
    t.check("and are read back on the pages", read_back >= 200, read_back)
    print(f"# {len(canaries.made)} strings, {read_back} read back; too short for one: {', '.join(short)}", flush=True)


def elsewhere(t, house, town, canaries):
    """Where people type besides."""
    cmf, case = town.who("cmf"), town.case_for("cmf")
    form = steps.Form(cmf, case, "NOTE")
    t.same("a draft", form.post(do="draft", only={"topic": "GENERAL", "text_plan": canaries.text()}).status, 303)
    t.same("a form that is refused", form.post(only={"text_plan": canaries.text()}).status, 422)
    steps.file_form(cmf, case, "F04")
    t.same("a correction", steps.Form(cmf, case, "F04").post({"expectations": canaries.text()}, reason=canaries.text()).status, 303)
    reply = cmf.post("/search", [("csrf", steps.token(cmf)), ("q", canaries.text())])
    t.check("a search", reply.status == 303 and cmf.get(reply.location).status == 200)
    t.check("its address is opaque", not look(reply.location.encode()))
    stranger = house.visitor()
    for login in (canaries.text(60), canaries.text()):
        reply = stranger.post("/sign-in", [("login", login), ("password", canaries.text()), ("code", "123456")])
        t.check("a name typed at sign-in", reply.status in (422, 429), reply.status)
    reply = stranger.get("/cases/" + urllib.parse.quote(canaries.text()) + "?q=" + urllib.parse.quote(canaries.text()))
    t.check("an address typed by hand", reply.status in (303, 404), reply.status)
    gone = house.sign_in("cmf", fresh=True)
    form = steps.Form(gone, case, "NOTE")
    ended = dict(gone.cookies)
    gone.post("/sign-out", [("csrf", steps.token(gone))])
    gone.cookies = ended
    t.check("a form in an ended session", "stash=" in form.post({"text_plan": canaries.text()}).location)
    t.same("where the person is, asked for", steps.reveal(cmf, case).status, 303)
    for path in ("", "/contact", "/papers"):
        cmf.get(f"/cases/{case}{path}")
    for path in sorted(set(re.findall(r'"(/cases/%s/papers/[^"]+)"' % case, cmf.get(f"/cases/{case}/papers").text))):
        cmf.get(html.unescape(path))
    cmf.get("/cases")
    cmf.get("/triage")


def places(house, since):
    """{what: paths}"""
    found = {"the data directory": files_below([house.data], 0), "the logs": [house.log, house.base / "log-commands"],
             "new temporary files": (p for p in files_below(TEMPORARY, since) if house.base not in p.parents)}
    if (house.base / "saved").exists():
        found["backup, ring, and what is restored"] = files_below([house.base / "saved"], 0)
    if house.pg:
        found["PostgreSQL's directory"] = files_below([house.pg], 0)
    return found


def save(t, house):
    """A backup while it serves, its ring, and a directory restored from both."""
    saved = house.base / "saved"
    saved.mkdir()
    house.stop()
    house.command(program(), "ceremony", "new", house.data, "--key-file", house.key, "--out", house.base / "shares")
    house.start()
    shares = [house.base / f"shares/share-{i}.txt" for i in (1, 2, 3)]
    house.command(program(), "backup", house.data, saved / "backup", "--key-file", house.key, "--with-ring", saved / "ring")
    house.command(program(), "restore", saved / "backup", saved / "restored", *shares, "--key-file", house.key, "--with-ring",
                  saved / "ring")
    t.check("a backup, a ring and a restored directory", len(list(files_below([saved], 0))) >= 9)


def printed(house):
    return {"a dump of the database": house.dump().encode("utf-8", "replace"),
            "the audit log as printed": subprocess.run([program(), "audit", "show", str(house.data)], check=False,
                                                       stdout=subprocess.PIPE).stdout}


def search(t, house, since, when):
    for what, paths in places(house, since).items():
        files, size, hits = scan(paths)
        t.check(f"{when}: {what}: {files} files, {size >> 10} KB, nothing", not hits and (files or what == "new temporary files"), hits[:5])
    for what, text in printed(house).items():
        t.check(f"{when}: {what}: {len(text) >> 10} KB, nothing", text and not look(text), look(text)[:5])


def every_spelling(t, house):
    folder = house.base / "planted"
    folder.mkdir()
    for i, text in enumerate(PATTERNS):
        (folder / str(i)).write_bytes(os.urandom(3000) + text + os.urandom(3000))
    found = scan(folder.iterdir())[2]
    t.same("control: every planted spelling is found", len({f.split(": ")[0] for f in found}), len(PATTERNS))
    for marker in (LETTERS, MAIL, DIGITS):
        (folder / "0").write_bytes(base64.b64encode(f"x{marker}y".encode()))
        t.check("control: a base64 of a whole sentence is found", scan([folder / "0"])[2])


def sql(house, statement):
    if house.database:
        subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement, house.database], check=True)
        return
    link = sqlite3.connect(house.data / "rivage.db", timeout=10)
    with link:
        link.execute(statement)
    link.close()


def planted(t, house, since):
    """What a fault of the program would leave, left on purpose while it serves."""
    name = tempfile.mkstemp(prefix="rivage-planted-")[1]
    try:
        pathlib.Path(name).write_text(f"{LETTERS}")
        with open(house.log, "a") as log:
            log.write(f"info: {MAIL}0@kanari.example\n")
        sql(house, "CREATE TABLE planted (name text)")
        sql(house, f"INSERT INTO planted VALUES ('{LETTERS}aaa')")
        if house.database:
            (house.data / "planted").write_bytes(base64.b64encode(f"a{LETTERS}aaa".encode()))
        if (house.base / "saved").exists():
            (house.base / "saved/restored/planted").write_text(f"x{LETTERS}aaa")
        for what, paths in places(house, since).items():
            t.check(f"control: planted, it is found: {what}", scan(paths)[2])
        t.check("control: planted, it is found: a dump", look(printed(house)["a dump of the database"]))
    finally:
        os.unlink(name)


def main():
    database = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    since = time.time() - 1
    t, canaries = Report(), Canaries()
    with House(database, unlimited=True) as house:
        town = Town(house)
        fill_everything(t, house, town, canaries)
        elsewhere(t, house, town, canaries)
        t.check("all strings differ", len(set(canaries.made)) == len(canaries.made))
        if not house.database:
            save(t, house)
        search(t, house, since, "while it serves")
        house.stop()
        search(t, house, since, "after it stopped")
        t.check("the password is nowhere either", PASSWORD.encode() not in b"".join(
            p.read_bytes() for p in files_below([house.data], 0)))
        every_spelling(t, house)
        house.start()
        planted(t, house, since)
    t.end()


if __name__ == "__main__":
    main()
