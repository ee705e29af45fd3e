"""Files erased for good: two people, what refuses it, what is left; and backups beside a running server."""
import re
import shutil
import sqlite3
import subprocess

import accounts
import steps
from house import PASSWORD, program


def closed(house, hold="NO", given=None):
    """A referral closed early: its id and its code."""
    cmf, coo = house.sign_in("cmf"), house.sign_in("coo2")
    case = steps.refer(cmf, given)
    steps.file_form(cmf, case, "CLO", {"reason": "NOT_ELIGIBLE", "legal_hold": hold})
    steps.wanted(steps.move(coo, case, "close-early"), 303, "close")
    return case, re.search(r'<bdi dir="ltr">([0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{2,3})</bdi>', coo.get(f"/cases/{case}").text)[1]


def one_hand(t, house):
    """Who made the account of the other could be both."""
    coo = house.sign_in("coo2")
    _, link = accounts.invite(coo, "dora", "D. Made", "DPO")
    dora, account, code = accounts.open_account(t, house, link, "dora")
    accounts.confirm(dora, "dora", accounts.FRESH, account, code)
    case, code = closed(house)
    for first, second in ((coo, dora), (dora, coo)):
        t.same("asked", ask(first, code).status, 303)
        refused = act(second, code, "confirm")
        t.check("refused, and said why", refused.status == 403 and "made the account" in refused.text, refused.status)
        t.same("the file is there", coo.get(f"/cases/{case}").status, 200)
        t.same("withdrawn", act(first, code, "withdraw").status, 303)
    t.same("asked", ask(coo, code).status, 303)
    t.same("a third person confirms", act(house.sign_in("dpo"), code, "confirm").status, 303)


def ask(who, code, reason="REQUEST"):
    return who.post("/erasures", [("csrf", steps.token(who, "/erasures")), ("code", code), ("reason", reason)])


def act(who, code, what):
    """Presses the button of that file on the page; None when it is not there."""
    page = who.get("/erasures")
    for entry in page.text.split("<li>"):
        if code in entry:
            found = re.search(r'action="(/erasures/[0-9a-z]{26}/%s)"' % what, entry)
            return found and who.post(found[1], [("csrf", page.hidden("csrf"))])
    return None


def erase(house, code):
    coo, dpo = house.sign_in("coo2"), house.sign_in("dpo")
    steps.wanted(ask(coo, code), 303, "ask")
    steps.wanted(act(dpo, code, "confirm"), 303, "confirm")


def erasing(t, house):
    cmf, coo, dpo = house.sign_in("cmf"), house.sign_in("coo2"), house.sign_in("dpo")
    case, code = closed(house)
    other, _ = closed(house)
    open_case = steps.refer(cmf)
    open_code = re.search(r'<bdi dir="ltr">([0-9A-Z-]{9,12})</bdi>', coo.get(f"/cases/{open_case}").text)[1]
    held, held_code = closed(house, hold="YES")
    t.same("not for a case manager", cmf.get("/erasures").status, 403)
    t.check("at hand on the closed file, for who may", f"/cases/{case}/erase" in coo.get(f"/cases/{case}").text and
            "/erase" not in coo.get(f"/cases/{open_case}").text and "/erase" not in cmf.get(f"/cases/{case}").text)
    t.check("its code is then there", f'value="{code}"' in coo.get(f"/cases/{case}/erase").text)
    for name, given, reason in (("an unknown code", "ZZZ-ZZZ-ZZ", "REQUEST"), ("an open file", open_code, "REQUEST"),
                                ("a legal hold", held_code, "REQUEST"), ("no reason", code, ""), ("no code", "", "ORDER")):
        refused = ask(coo, given, reason)
        t.check(f"{name}: refused, and what was typed is kept", refused.status == 422 and f'value="{given}"' in refused.text and
                'aria-invalid="true"' in refused.text, refused.status)
    t.same("asked", ask(coo, code).status, 303)
    t.same("twice: refused", ask(dpo, code).status, 422)
    t.check("who asked has no button to confirm", act(coo, code, "confirm") is None)
    address = re.search(r"/erasures/[0-9a-z]{26}", [e for e in dpo.get("/erasures").text.split("<li>") if code in e][0])[0]
    t.same("nor by hand", coo.post(f"{address}/confirm", [("csrf", steps.token(coo, "/erasures"))]).status, 403)
    t.same("withdrawn", act(coo, code, "withdraw").status, 303)
    t.same("then nothing waits", dpo.post(f"{address}/confirm", [("csrf", steps.token(dpo, "/erasures"))]).status, 404)
    t.same("the file is as it was", coo.get(f"/cases/{case}").status, 200)
    before = house.rows("record")
    t.check("its rows are there", case_bytes(case).upper() in house.dump().upper())
    t.same("asked again", ask(coo, code).status, 303)
    t.same("confirmed by another", act(dpo, code, "confirm").status, 303)
    t.same("nobody opens it", coo.get(f"/cases/{case}").status, 404)
    t.same("the other is there", coo.get(f"/cases/{other}").status, 200)
    t.check("not in a list", code not in coo.get("/cases?state=closed").text and code not in coo.get("/cases").text)
    dump = house.dump()
    raw = case_bytes(case)
    t.check("its rows are gone", raw.upper() not in dump.upper() and house.rows("record") < before, house.rows("record"))
    page = dpo.get("/erasures").text
    t.check("what is left says what figures counted", "no longer counted" in page and code in page)
    paper = dpo.get(re.search(r"/erasures/[0-9a-z]{26}/certificate", page)[0])
    t.check("a certificate", paper.status == 200 and paper.body.startswith(b"%PDF") and paper.headers["content-type"] == "application/pdf")
    said = subprocess.run(["pdftotext", "-", "-"], input=paper.body, stdout=subprocess.PIPE).stdout.decode()
    t.check("with the code and no name", code in said and "Osagie" not in said and "Test" not in said, said[:400])
    house.stop()
    house.start()
    t.same("after a restart too", house.sign_in("coo2").get(f"/cases/{case}").status, 404)
    t.check("the audit log is whole", house.audit().returncode == 0)


def cut_short(t, house):
    """The process died between the vault, which destroyed the key, and the database: the rows of before come back."""
    if house.pg:
        return
    case, code = closed(house)
    coo, dpo = house.sign_in("coo2"), house.sign_in("dpo")
    t.same("asked", ask(coo, code).status, 303)
    house.stop()
    kept = house.base / "rows-before"
    shutil.copy(house.data / "rivage.db", kept)
    house.start()
    t.check("in the list until then", code in house.sign_in("coo2").get("/cases?state=closed").text)
    t.same("confirmed", act(house.sign_in("dpo"), code, "confirm").status, 303)
    house.stop()
    for end in ("-wal", "-shm"):
        (house.data / f"rivage.db{end}").unlink(missing_ok=True)
    shutil.move(kept, house.data / "rivage.db")
    t.check("the rows are there again", case_bytes(case).upper() in house.dump().upper())
    house.start()
    coo = house.sign_in("coo2")
    t.check("in no list, though nobody looked at the erasures", code not in coo.get("/cases?state=closed").text and
            code not in coo.get("/cases").text)
    t.check("the rows are gone", case_bytes(case).upper() not in house.dump().upper())
    t.check("and it is done", code in house.sign_in("dpo").get("/erasures").text and act(dpo, code, "confirm") is None)


def in_clear(t, house):
    """What the other checks rely on: a word that stands in clear in the database is found, in a blob too."""
    t.check("nobody has planted it", "Planted" not in house.dump())
    blob, lines = "\x00\n\x85é Planted word\u2028".encode() + b"\xff", len(house.dump().splitlines())
    if house.pg:
        house.command("psql", "-q", house.database, "-c", "CREATE TABLE planted (b bytea)", "-c",
                      f"INSERT INTO planted VALUES ('\\x{blob.hex()}')")
        drop = lambda: house.command("psql", "-q", house.database, "-c", "DROP TABLE planted")
    else:
        link = sqlite3.connect(house.data / "rivage.db", timeout=10)
        link.execute("CREATE TABLE planted (b BLOB)")
        link.execute("INSERT INTO planted VALUES (?)", (blob,))
        link.commit()
        drop = lambda: (link.execute("DROP TABLE planted"), link.commit(), link.close())
    dump = house.dump()
    drop()
    t.check("found", "é Planted word" in dump and blob.hex().upper() in dump.upper(), [r for r in dump.splitlines() if "planted" in r])
    t.check("in the line of its row", house.pg or len(dump.splitlines()) == lines + 2, (lines, len(dump.splitlines())))
    t.check("and gone", "Planted" not in house.dump())


def case_bytes(case):
    """The id as the database writes it."""
    digits, v = "0123456789abcdefghjkmnpqrstvwxyz", 0
    for ch in case:
        v = v << 5 | digits.index(ch)
    return (v >> 2).to_bytes(16, "big").hex()
