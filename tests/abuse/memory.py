#!/usr/bin/env python3
"""Nothing that people typed or read stays in the memory of the processes: memory.py [sqlite|postgresql]

Markers drawn for this run go through the pages (a referral, forms filed and refused, drafts, corrections, searches, papers,
names typed at sign-in, a form into an ended session); everybody signs out, every connection closes, and then all memory of
`web` and `vault` that can be written is searched, in every spelling.  Controls: what a process still holds is found there."""
import html
import os
import pathlib
import re
import socket
import struct
import sys
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "http"))

import steps  # noqa: E402
from canary import Canaries  # noqa: E402
from house import House  # noqa: E402
from report import Report  # noqa: E402
from trace import LETTERS, PATTERNS, look  # noqa: E402

PAGE = os.sysconf("SC_PAGE_SIZE")
THERE = 3 << 62  # in memory, or on the swap: pagemap's two highest bits


def maps(pid):
    """(from, to, name) of what can be written."""
    for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
        where, how, _, _, _, *name = line.split(None, 5)
        if "w" in how:
            yield *(int(x, 16) for x in where.split("-")), name[0] if name else "anonymous"


def runs(pagemap, begin, end):
    """Stretches of pages that are there: a stack of 8 MB is mostly a promise."""
    held = struct.unpack(f"<{(end - begin) // PAGE}Q", os.pread(pagemap, (end - begin) // PAGE * 8, begin // PAGE * 8))
    at = None
    for i, page in enumerate((*held, 0)):
        if page & THERE and at is None:
            at = i
        elif not page & THERE and at is not None:
            yield begin + at * PAGE, (i - at) * PAGE
            at = None


def memory(pid):
    """(bytes read, what was found, each once and where)."""
    size, hits = 0, []
    mem, pagemap = (os.open(f"/proc/{pid}/{name}", os.O_RDONLY) for name in ("mem", "pagemap"))
    try:
        for begin, end, name in maps(pid):
            for at, length in runs(pagemap, begin, end):
                part = os.pread(mem, length, at)
                size += len(part)
                hits += [f"{name} {at + part.index(text):x}: {what}: {around(part, text)}" for text, what in PATTERNS.items() if text in part]
    finally:
        os.close(mem)
        os.close(pagemap)
    return size, hits


def around(part, text):
    """What stands beside a hit: only to see which buffer it is; the marker means nobody."""
    at = part.index(text)
    return re.sub(rb"[^ -~]+", b".", part[max(0, at - 60):at + len(text) + 60]).decode()


def live(t, house):
    """Through the pages as people go; their browsers, to be signed out."""
    canaries, cmf, coo = Canaries(), house.sign_in("cmf"), house.sign_in("coo2")
    given = {"given_name": canaries.text(30), "family_name": canaries.text(30), "safe_contact": canaries.of({"type": "phone"}),
             "ref_contact": canaries.text(30), "ref_email": canaries.of({"type": "email"})}
    case = steps.refer(cmf, given)
    steps.refer(house.visitor(), {**given, "given_name": canaries.text(30)}, public=True)
    steps.wanted(steps.Form(cmf, case, "NOTE").post(only={"topic": "GENERAL", "text_plan": canaries.text()}, do="draft"), 303, "draft")
    steps.wanted(steps.Form(cmf, case, "NOTE").post(only={"text_plan": canaries.text()}), 422, "refused")
    steps.file_form(cmf, case, "F04", {"expectations": canaries.text()})
    steps.wanted(steps.Form(cmf, case, "F04").post({"expectations": canaries.text()}, reason=canaries.text()), 303, "correction")
    steps.file_form(cmf, case, "EMER", {"actions": ["FUND"], "fund_amount": canaries.of({"type": "money"})})
    steps.reveal(cmf, case)
    for who in (cmf, coo):
        reply = who.post("/search", [("csrf", steps.token(who)), ("q", given["given_name"])])
        t.check("the search finds her", given["given_name"] in who.get(reply.location).text)
        for path in ("", "/contact", "/papers"):
            who.get(f"/cases/{case}{path}")
        for path in sorted(set(re.findall(r'"(/cases/%s/(?:papers|records)/[^"]+)"' % case,
                                          who.get(f"/cases/{case}").text + who.get(f"/cases/{case}/papers").text))):
            who.get(html.unescape(path), headers={"Accept-Encoding": "gzip"})
        who.get("/cases")
    stranger = house.visitor()
    stranger.post("/sign-in", [("login", canaries.text(60)), ("password", canaries.text()), ("code", "123456")])
    stranger.get("/cases/" + urllib.parse.quote(canaries.text()) + "?q=" + urllib.parse.quote(canaries.text()))
    gone = house.sign_in("cmf2")
    form, ended = steps.Form(gone, steps.refer(gone, given), "NOTE"), dict(gone.cookies)
    return canaries, case, cmf, [cmf, coo], (gone, form, ended)


def half_sent(house, case, cmf):
    """A form whose end never comes; the connection it is held on."""
    body = f"csrf=&text_plan={LETTERS}half".encode()
    link = socket.create_connection(("127.0.0.1", house.port), 5)
    link.sendall(f"POST /cases/{case}/forms/NOTE HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cmf.cookie_header()}\r\nContent-Type: "
                 f"application/x-www-form-urlencoded\r\nContent-Length: {len(body) + 500}\r\n\r\n".encode() + body)
    return link


def nothing_in(t, name, pid, what):
    clean = steps.soon(lambda: not memory(pid)[1])
    size, hits = memory(pid)
    t.check(f"{name}: {what} in {size >> 10} KB", clean and not hits and size > 1 << 20, hits[:6])


def main():
    t = Report()
    with House(sys.argv[1] if len(sys.argv) > 1 else None) as house:
        canaries, case, cmf, browsers, (gone, form, ended) = live(t, house)
        web, vault = house.children()["web"], house.children()["vault"]
        t.check("control: names are in web's memory while their office works", steps.soon(lambda: memory(web)[1]))
        for who in [*browsers, gone]:
            steps.wanted(who.post("/sign-out", [("csrf", steps.token(who))]), 303, "sign out")
        gone.cookies = ended
        t.check("a form in an ended session", "stash=" in form.post({"text_plan": canaries.text()}).location)
        for name, pid in (("web", web), ("vault", vault)):
            nothing_in(t, name, pid, f"of {len(canaries.made)} strings, when all have signed out, nothing")
        with half_sent(house, case, cmf):
            t.check("control: a form half sent is found", steps.soon(lambda: memory(web)[1]))
        nothing_in(t, "web", web, "and no more once its connection is closed")
    t.end()


if __name__ == "__main__":
    main()
