#!/usr/bin/env python3
"""Nothing of a file stays in the memory of the processes once everybody has signed out: memory.py [sqlite|postgresql]

Strings of this run go through every kind of page: forms filed, refused and kept as drafts, read back, corrected,
searched for, printed; passwords and codes are typed.  While people work the strings must be found in the memory of web
(the control); then all sign out, one posts a form into her ended session, connections close, and the memory of web and
vault is read whole.  At last a form half sent must be found, and be gone with its connection.  Needs to be root: nobody
else may look into these processes."""
import os
import pathlib
import re
import socket
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "http"))

import canary  # noqa: E402
import steps  # noqa: E402
from doors import Town  # noqa: E402
from house import PASSWORD, House  # noqa: E402
from report import Report  # noqa: E402

WAIT = 2  # seconds after the last connection has closed


def regions(pid):
    """(name, bytes) of each mapping that can be read, in pieces that overlap by more than the longest string."""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            m = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)", line)
            if "r" not in m[3] or m[4] in ("[vvar]", "[vsyscall]") or m[4].startswith("/usr/lib/x86_64-linux-gnu/libicudata"):
                continue
            at, end = int(m[1], 16), int(m[2], 16)
            while at < end:
                memory.seek(at)
                try:
                    data = memory.read(min(end - at, 8 << 20))
                except OSError:
                    break
                yield m[4] or "anonymous", at, data
                if len(data) < 4096:
                    break
                at += len(data) if at + len(data) >= end else len(data) - 4096


def hits(pid, patterns):
    """What is found, with the words around it; and how much was read."""
    found, size = [], 0
    for name, at, data in regions(pid):
        size += len(data)
        for text, what in patterns.items():
            where = data.find(text)
            while where >= 0:
                around = data[max(0, where - 60) : where + 90]
                found.append((what, name, hex(at + where), around))
                where = data.find(text, where + 1)
    return found, size


def work(t, house, canaries):
    """A day at the desk, with strings wherever one types."""
    cmf, coo = house.sign_in("cmf"), house.sign_in("coo2")
    given = {"given_name": canaries.text(40), "family_name": canaries.text(40), "signs": canaries.text(), "ref_contact": canaries.text(80),
             "safe_contact": canaries.text(80)}
    case = steps.refer(cmf, given)
    note = steps.file_form(cmf, case, "NOTE", {"text_plan": canaries.text(), "topic": "GENERAL"})
    form = steps.Form(cmf, case, "NOTE")
    t.same("a draft", form.post(do="draft", only={"topic": "GENERAL", "text_plan": canaries.text()}).status, 303)
    t.same("a form that is refused", form.post(only={"text_plan": canaries.text()}).status, 422)
    steps.file_form(cmf, case, "F04", {"expectations": canaries.text()})
    t.same("a correction", steps.Form(cmf, case, "F04").post({"expectations": canaries.text()}, reason=canaries.text()).status, 303)
    t.same("where the person is", steps.reveal(cmf, case).status, 303)
    for who in (cmf, coo):
        for path in ("", "/contact", f"/records/{note}", f"/records/{case}", "/forms/F01", "/papers", "/papers/card"):
            who.get(f"/cases/{case}{path}")
        who.get("/cases"), who.get("/triage")
        reply = who.post("/search", [("csrf", steps.token(who)), ("q", given["family_name"])])
        t.same("a search by name", who.get(reply.location).status, 200)
    steps.refer(house.visitor(), {"family_name": canaries.text(40), "signs": canaries.text()}, public=True)
    house.visitor().post("/sign-in", [("login", canaries.text(40)), ("password", canaries.text()), ("code", "123456")])
    house.visitor().get("/cases/" + urllib.parse.quote(canaries.text()) + "?q=" + urllib.parse.quote(canaries.text()))
    return case


def half_sent(house, who, case):
    """A form whose end never comes; the connection it is held on."""
    body = f"csrf=&text_plan={canary.LETTERS}half".encode()
    link = socket.create_connection(("127.0.0.1", house.port), 5)
    link.sendall(f"POST /cases/{case}/forms/NOTE HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {who.cookie_header()}\r\nContent-Type: "
                 f"application/x-www-form-urlencoded\r\nContent-Length: {len(body) + 500}\r\n\r\n".encode() + body)
    return link


def sign_all_out(t, house, case, canaries):
    """Everybody, and one form that is sent after it; the browser that sent it."""
    gone = house.sign_in("cmf")
    form, ended = steps.Form(gone, case, "NOTE"), dict(gone.cookies)
    for login in list(house.sessions):
        who = house.sign_in(login)
        t.same(f"{login} signs out", who.post("/sign-out", [("csrf", steps.token(who))]).status, 303)
    gone.cookies = ended
    t.check("a form into an ended session", "stash=" in form.post({"text_plan": canaries.text()}).location)
    return gone


def held(pid, patterns, wait=10):
    """Whether something is found in time."""
    end = time.monotonic() + wait
    while not (found := bool(hits(pid, patterns)[0])) and time.monotonic() < end:
        time.sleep(0.2)
    return found


def main():
    database = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    t, canaries = Report(), canary.Canaries()
    if os.geteuid() != 0:
        raise SystemExit("only root may look into the processes")
    patterns = dict(canary.PATTERNS)
    with House(database, unlimited=True) as house:
        case = work(t, house, canaries)
        canary.fill_everything(t, house, Town(house), canaries)
        pids = house.children()
        found, size = hits(pids["web"], patterns)
        t.check(f"control: while people work, web holds some of it ({len(found)} places in {size >> 20} MB)", found)
        gone = sign_all_out(t, house, case, canaries)
        time.sleep(WAIT)
        patterns[PASSWORD.encode()] = "the password"
        for name, pid in sorted(pids.items()):
            found, size = hits(pid, patterns)
            t.check(f"{name}, {len(canaries.made)} strings: nothing is left in {size >> 20} MB", not found,
                    f"{len(found)} places: {found[:4]}")
        with half_sent(house, gone, case):
            t.check("control: a form half sent is found", held(pids["web"], patterns))
        time.sleep(WAIT)
        found, size = hits(pids["web"], patterns)
        t.check(f"and is gone with its connection, {size >> 20} MB", not found, found[:4])
    t.end()


if __name__ == "__main__":
    main()
