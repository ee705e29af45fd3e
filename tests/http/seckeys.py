"""Security keys as their people meet them: registered, signed in with, asked once more, lost; and every wrong answer."""
import datetime
import json
import re
import time
import zoneinfo

import accounts
import steps
from accounts import AGAIN, FRESH, LATER, csrf
from softkey import Key

WRONG = "security key is not right"


def origin(house):
    return f"http://localhost:{house.port}"


def asks(who, act="get"):
    reply = who.post("/account/keys/challenge", [("csrf", csrf(who)), ("act", act)])
    return json.loads(reply.text) if reply.status == 200 else None


def asks_stranger(who, login):
    reply = who.post("/sign-in/key", [("login", login), ("act", "get")])
    return json.loads(reply.text) if reply.status == 200 else None


def register(house, who, key, name="Blue key", **change):
    asked = asks(who, "create")
    return who.post("/account/keys", [("csrf", csrf(who)), ("name", name)] + key.registers(asked, origin(house), **change))


def sign_in(house, login, password, key, who=None, asked=None, **change):
    who = who or house.visitor()
    asked = asked or asks_stranger(who, login)
    fields = key.answers(asked, origin(house), **change)
    return who, who.post("/sign-in", [("login", login), ("password", password), ("code", ""), ("back", "/cases")] + fields)


def newcomer(t, house, login):
    _, link = accounts.invite(house.sign_in("coo2"), login, f"{login.upper()}. Keyholder")
    who, account, code = accounts.open_account(t, house, link, login)
    accounts.confirm(who, login, FRESH, account, code)
    who.prove = lambda: (FRESH, account.code())
    return who, account, code


def keys(t, house):
    who, account, _ = newcomer(t, house, "kira")
    page = who.get("/account/keys")
    t.check("the page of keys", page.status == 200 and "No key is registered" in page.text, page.status)
    t.check("without a script it says why not", "<noscript>" in page.text and "/assets/key.js" in page.text)
    t.same("nothing answered: said", who.post("/account/keys", [("csrf", csrf(who)), ("name", "Blue")]).status, 422)
    key, spare = Key(), Key(counter=40)
    for what, change in (("another origin", {"origin": "https://rivage.evil"}), ("another site", {"rp": "rivage.evil"}),
                         ("a signature for a registration", {"type": "webauthn.get"}), ("nobody verified", {"flags": 0x41}),
                         ("another challenge", {"challenge": "AAAA"})):
        reply = register(house, who, key, **change)
        t.check(f"not registered: {what}", reply.status == 422 and "No key is registered" in reply.text, reply.status)
    kept = register(house, who, key, "B" * 41)
    t.check("a name too long: said, and kept", kept.status == 422 and "B" * 41 in kept.text, kept.status)
    good = register(house, who, key)
    page = steps.words(who.get("/account/keys"))
    t.check("registered", good.status == 303 and "Blue key" in page, good.status)
    t.check("on the day it is in Paris", paris_day() in page, page)
    t.same("not twice", register(house, who, key).status, 409)
    other = house.sign_in("cmf2")
    t.same("nor for another account", register(house, other, key).status, 409)
    guest, reply = sign_in(house, "kira", FRESH, key)
    t.check("signed in with it", reply.status == 303 and reply.location == "/cases" and guest.get("/account").status == 200, reply.status)
    t.check("the page of keys says when", "Never" not in guest.get("/account/keys").text)
    refused(t, house, key)
    guest, reply = sign_in(house, "kira", FRESH, key)
    t.check("still good after all that", reply.status == 303, reply.status)
    code = house.visitor().post("/sign-in", [("login", "kira"), ("password", FRESH), ("code", account.code())])
    t.same("the code still opens too", code.status, 303)
    only(t, house, who, key, spare, account)


def paris_day():
    now = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Paris"))
    return f"{now.day} {now:%B} {now.year}"


def refused(t, house, key):
    wrong = [("another origin", {"origin": "https://rivage.evil"}), ("another site", {"rp": "rivage.evil"}),
             ("a registration", {"type": "webauthn.create"}), ("nobody verified", {"flags": 1}),
             ("another challenge", {"challenge": "AAAA"}), ("bytes behind", {"more": b"\xa0"})]
    for i, (what, change) in enumerate(wrong):
        who, reply = sign_in(house, "kira", FRESH, key, **change)
        t.check(f"refused: {what}", reply.status == 422 and WRONG in reply.text and 'value="kira"' in reply.text, reply.status)
        t.check(f"and not in: {what}", "rivage" not in who.cookies)
        if i % 3 == 2:  # before attempts have to wait
            t.same("a good one between", sign_in(house, "kira", FRESH, key)[1].status, 303)
    who = house.visitor()
    asked = asks_stranger(who, "kira")
    t.same("wrong password", sign_in(house, "kira", "not mine at all", key, who, asked)[1].status, 422)
    t.same("its answer counts no second time", sign_in(house, "kira", FRESH, key, who, asked)[1].status, 422)
    t.same("another's key", sign_in(house, "kira", FRESH, Key(), who)[1].status, 422)
    t.same("a good one between", sign_in(house, "kira", FRESH, key)[1].status, 303)
    key.counter -= 2
    t.same("a copy, behind in its count", sign_in(house, "kira", FRESH, key, who)[1].status, 422)
    key.counter += 2
    t.check("somebody hears of it", "may be a copy" in house.sign_in("dpo").get("/alerts").text)
    fake, again = asks_stranger(who, "nobody-of-that-name"), asks_stranger(who, "nobody-of-that-name")
    t.check("a login that does not exist is answered alike", fake and len(fake["ids"]) in (1, 2) and fake["ids"] == again["ids"]
            and set(fake) == set(asked) and fake["challenge"] != again["challenge"])


def only(t, house, who, key, spare, account):
    early = who.post("/account/keys/only", [("csrf", csrf(who)), ("only", "YES")])
    t.check("keys only: not with one", early.status == 409 and "two keys" in early.text, early.status)
    t.same("a second one", register(house, who, spare, "مفتاح أحمر").status, 303)
    t.check("its name in its script", "مفتاح أحمر" in who.get("/account/keys").text)
    t.same("keys only", who.post("/account/keys/only", [("csrf", csrf(who)), ("only", "YES")]).status, 303)
    code = house.visitor().post("/sign-in", [("login", "kira"), ("password", FRESH), ("code", account.code_at(int(time.time()) // 30 + 1))])
    t.same("no codes any more", code.status, 422)
    ids = re.findall(r'name="key" value="(\w{26})"', who.get("/account/keys").text)
    t.check("two are listed", len(ids) == 2, len(ids))
    stranger = house.sign_in("cmf2")
    t.same("another's cannot be removed", stranger.post("/account/keys/remove", [("csrf", csrf(stranger)), ("key", ids[0])]).status, 404)
    t.same("one removed", who.post("/account/keys/remove", [("csrf", csrf(who)), ("key", ids[0])]).status, 303)
    last = who.post("/account/keys/remove", [("csrf", csrf(who)), ("key", ids[1])])
    t.check("the last not", last.status == 409 and "last key" in last.text, last.status)
    t.same("the lost one opens nothing", sign_in(house, "kira", FRESH, key)[1].status, 422)
    t.same("the other does", sign_in(house, "kira", FRESH, spare)[1].status, 303)
    t.same("codes again", who.post("/account/keys/only", [("csrf", csrf(who)), ("only", "NO")]).status, 303)


def lost(t, house):
    """Back with the printed code: keys begin anew, and somebody hears of it."""
    who, _, code = newcomer(t, house, "lena")
    key = Key()
    t.same("registered", register(house, who, key).status, 303)
    reply = house.visitor().post("/recover", [("login", "lena"), ("recovery", code), ("fresh", accounts.OTHER)])
    t.same("back with the printed code", reply.status, 200)
    t.same("the key of before opens nothing", sign_in(house, "lena", accounts.OTHER, key)[1].status, 422)
    for login in ("coo2", "dpo"):
        t.check(f"{login} hears of it", "came back with the printed recovery code" in house.sign_in(login).get("/alerts").text)


def once_more(t, house):
    """Five minutes later a copy of the cookie gives nothing; the key does, and what was entered is kept."""
    who, _, _ = newcomer(t, house, "mara")
    key, theirs = Key(), Key()
    t.same("registered", register(house, who, key).status, 303)
    house.stop()
    house.start(later=LATER)
    try:
        who.prove = None
        asked = asks(who, "create")
        form = [("csrf", csrf(who)), ("name", "Not hers")] + theirs.registers(asked, origin(house))
        first = who.post("/account/keys", form)
        t.check("asked once more", first.status == 422 and AGAIN in first.text and 'data-key="/account/keys/challenge"' in first.text, first.status)
        t.check("nothing was registered", "Not hers" not in who.get("/account/keys").text)
        kept = [p for p in who.again(first, ("", "")) if not p[0].startswith("again_")]
        answer = lambda password, **change: who.post("/account/keys", kept + [("again_password", password), ("again_code", "")]
                                                     + key.answers(asks(who), origin(house), "again_", **change))
        t.same("the key beside a wrong password", answer("not mine at all").status, 422)
        wrong = answer(FRESH, flags=1)
        t.check("a key that asked nobody", wrong.status == 422 and WRONG in wrong.text, wrong.status)
        done = answer(FRESH)
        t.check("password and key: done as entered", done.status == 303 and "Not hers" in who.get("/account/keys").text, done.status)
        old, new = FRESH, accounts.OTHER
        page = who.get("/account/password")
        t.check("the page of the password has the button", 'data-key="/account/keys/challenge"' in page.text)
        changed = who.post("/account/password", [("csrf", csrf(who)), ("old", old), ("code", ""), ("fresh", new)]
                           + key.answers(asks(who), origin(house)))
        t.check("the password changed with a key", changed.status == 303, changed.status)
    finally:
        house.stop()
        house.start()
