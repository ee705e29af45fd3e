#!/usr/bin/env python3
"""Nothing of a file stays in a browser's profile, after signing out and after the quick exit: profile.py

Chromium with a profile of its own: somebody reads a file, searches, types a note and signs out; somebody fills the
public referral and leaves by the quick exit; each with scripts and without.  The whole profile is then searched for the
strings in every spelling (also in what the browser compressed).  The control: an address with such a string, which
browsers keep, must be found."""
import json
import pathlib
import subprocess
import sys
import tempfile
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "http"))

import canary  # noqa: E402
import steps  # noqa: E402
from house import PASSWORD, ROOT, House  # noqa: E402
from report import Report  # noqa: E402


def unpacked(data):
    """What zlib finds compressed in a file: caches keep replies as they came."""
    for head in (b"\x1f\x8b\x08", b"\x78\x9c", b"\x78\xda", b"\x78\x01"):
        at = data.find(head)
        while at >= 0:
            try:
                yield zlib.decompressobj(47).decompress(data[at:], 4 << 20)
            except zlib.error:
                pass
            at = data.find(head, at + 1)


def left(profile, patterns):
    found, files = [], 0
    for path in canary.files_below([profile], 0):
        files += 1
        data = path.read_bytes()
        for text in (data, *unpacked(data)):
            found += [f"{path.relative_to(profile)}: {what}" for sought, what in patterns.items() if sought in text]
    return found, files


def browse(house, profile, job):
    said = subprocess.run(["node", ROOT / "tests/browser/profile.mjs", str(house.port), profile, json.dumps(job)], check=True, text=True,
                          stdout=subprocess.PIPE, timeout=180).stdout
    return json.loads(said.splitlines()[-1])


def main():
    t, canaries = Report(), canary.Canaries()
    patterns = canary.PATTERNS | {PASSWORD.encode(): "the password", PASSWORD.replace(" ", "+").encode(): "the password in a form"}
    with House(unlimited=True) as house:
        cmf = house.sign_in("cmf")
        case = steps.refer(cmf, {"given_name": canaries.text(40), "family_name": canaries.text(40), "signs": canaries.text()})
        note = steps.file_form(cmf, case, "NOTE", {"text_plan": canaries.text(), "topic": "GENERAL"})
        pages = ["/cases", f"/cases/{case}", f"/cases/{case}/records/{note}", f"/cases/{case}/records/{case}", f"/cases/{case}/forms/F01"]
        for scripts in (True, False):
            with tempfile.TemporaryDirectory(prefix="rivage-profile-") as profile:
                end = browse(house, profile, {"scripts": scripts, "login": "cmf", "password": PASSWORD, "code": house.accounts["cmf"].code(),
                                              "pages": pages, "words": canaries.text(40), "form": f"/cases/{case}/forms/F04",
                                              "typed": {"expectations": canaries.text()}})
                what = f"signed out, scripts {scripts}"
                t.check(f"{what}: it had been read", canaries.made[0] in end["said"] and canaries.made[3] in end["said"])
                t.same(f"{what}: account, password, code, words and a form were typed", end["typed"], 5)
                t.check(f"{what}: out", "/sign-in" in end["url"], end["url"])
                found, files = left(profile, patterns)
                t.check(f"{what}: {files} files of the profile, nothing", files > 20 and not found, found[:6])
            with tempfile.TemporaryDirectory(prefix="rivage-profile-") as profile:
                end = browse(house, profile, {"scripts": scripts, "typed": {"given_name": canaries.text(40), "signs": canaries.text(),
                                                                            "ref_contact": canaries.text(60)}})
                what = f"quick exit, scripts {scripts}"
                t.same(f"{what}: three answers were typed", end["typed"], 3)
                t.check(f"{what}: elsewhere", "signaler" not in end["url"], end["url"])
                found, files = left(profile, patterns)
                t.check(f"{what}: {files} files of the profile, nothing", files > 20 and not found, found[:6])
        with tempfile.TemporaryDirectory(prefix="rivage-profile-") as profile:
            browse(house, profile, {"scripts": True, "login": "cmf", "password": PASSWORD, "code": house.accounts["cmf"].code(),
                                    "pages": ["/cases?q=" + canary.MAIL + "1"], "words": "x", "form": f"/cases/{case}/forms/F04", "typed": {}})
            t.check("control: what stands in an address is found", left(profile, patterns)[0])
    t.end()


main()
