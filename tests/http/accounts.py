"""Accounts as their people meet them: invitation, password rules, lost password, sessions, states, typing it once more."""
import html
import itertools
import re
import threading
import time

import steps
from house import Account

FRESH = "girafe nuage tuile marteau orage"
OTHER = "parapluie cactus lanterne wagon miel"
AGAIN = "Is it you?"
LATER = 301  # seconds


def csrf(who, page="/account"):
    return who.get(page).hidden("csrf")


def number_of(who, name):
    found = re.search(r'href="/accounts/(\w{26})"><bdi>%s</bdi>' % re.escape(name), who.get("/accounts").text)
    return found[1] if found else None


def invite(who, login, name, role="CMF", office="PARIS"):
    reply = who.post("/accounts/invite", [("csrf", csrf(who)), ("login", login), ("name", name), ("role", role), ("office", office)])
    return reply, link_of(reply)


def link_of(reply):
    """The link that a page shows once, without its host."""
    found = re.search(r'value="(http://[^"]*)"', reply.text)
    return html.unescape(found[1]).split("/", 3)[3] if found else ""


def secrets_on(reply):
    return reply.hidden("secret"), reply.hidden("recovery")


def open_account(t, house, link, login, password=FRESH):
    """From the link to the first sign-in: the browser, the account, the printed code."""
    guest = house.visitor()
    page = guest.get("/" + link)
    t.check("the link shows whose it is", page.status == 200 and login in page.text, page.status)
    shown = guest.post("/welcome", [("invite", page.hidden("invite")), ("fresh", password)])
    secret, code = secrets_on(shown)
    t.check("phone and printed code are shown once", shown.status == 200 and len(secret) == 32 and len(code) == 31
            and "<svg" in shown.text, shown.status)
    house.accounts[login] = account = Account(login, "CMF", "PARIS", secret)
    return guest, account, code


def confirm(guest, login, password, account, code, otp=None):
    return guest.post("/confirm", [("login", login), ("password", password), ("secret", account.secret), ("recovery", code),
                                   ("code", otp or account.code())])


def invitation(t, house):
    coo = house.sign_in("coo2")
    reply, link = invite(coo, "nina", "N. Invited")
    t.check("where the link is shown once, no link leads away from it", "/language?" not in reply.text and "/language?" in coo.get("/accounts").text)
    t.check("invited: the link is shown", reply.status == 200 and link.startswith("welcome?c="), reply.status)
    reply, _ = invite(coo, "nina", "N. Other")
    t.check("the same name again: said at its field, with what was typed", reply.status == 422 and "already" in reply.text
            and "N. Other" in reply.text, reply.status)
    reply, _ = invite(coo, "Bad Name", "")
    t.check("bad input: each field says so", reply.status == 422 and reply.text.count('class="emsg"') == 2
            and 'value="Bad Name"' in reply.text, reply.status)
    guest = house.visitor()
    t.same("signing in before: refused", guest.post("/sign-in", [("login", "nina"), ("password", FRESH), ("code", "123456")]).status, 422)
    for what, bad in (("guessed", "welcome?c=" + "A" * 27), ("cut", link[:-3]), ("nonsense", "welcome?c=%00%ff")):
        page = guest.get("/" + bad)
        t.check(f"link {what}: refused", page.status in (400, 422) and "fresh" not in page.text, page.status)
    t.check("no code: one may paste the link", 'name="invite"' in guest.get("/welcome").text)
    t.check("the code leaves with no referrer", guest.get("/" + link).headers.get("referrer-policy") == "no-referrer")
    t.check("the code is in no link of its page", link[10:] not in re.sub(r'name="invite" value="[^"]*"', "", guest.get("/" + link).text))
    pasted = guest.post("/welcome", [("invite", f"http://x/{link}")])
    t.check("the whole link pasted", pasted.status == 200 and 'name="fresh"' in pasted.text, pasted.status)
    for password, why in (("Xq7-zz", "too short"), ("motdepasse motdepasse", "tried first"), ("nina nina invited 2026", "tried first"),
                          ("aaaaaaaaaaaaaaaaaaaa", "pattern"), ("x" * 3 + "é" * 130, "too long")):
        refused = guest.post("/welcome", [("invite", link[10:]), ("fresh", password)])
        t.check(f"password refused: {why}", refused.status == 422 and why in refused.text and 'id="fresh-e"' in refused.text
                and password not in refused.text, refused.status)
    guest, account, code = open_account(t, house, link, "nina")
    again = guest.post("/welcome", [("invite", link[10:]), ("fresh", OTHER)])
    t.check("the link works once", again.status == 422 and not secrets_on(again)[0], again.status)
    t.check("until confirmed: nothing", guest.get("/").status == 303 and not guest.cookies)
    wrong = confirm(guest, "nina", FRESH, account, code, "000000")
    t.check("a wrong first code: the page again, nothing lost", wrong.status == 422 and secrets_on(wrong) == (account.secret, code))
    good = confirm(guest, "nina", FRESH, account, code)
    t.check("confirmed by the first code", good.status == 303 and guest.get("/account").status == 200, good.status)
    t.check("neither link nor codes in the log", not any(s in house.log.read_text() for s in (link[10:], account.secret, code)))


def lost(t, house):
    coo = house.sign_in("coo2")
    _, link = invite(coo, "olga", "O. Lost")
    guest, account, code = open_account(t, house, link, "olga")
    confirm(guest, "olga", FRESH, account, code)
    other = house.visitor()

    def recover(login, typed, fresh=OTHER):
        return other.post("/recover", [("login", login), ("recovery", typed), ("fresh", fresh)])

    wrong = "0" * 26
    replies = [recover("olga", wrong), recover("nobody-there", wrong)]
    t.check("wrong code or unknown account: one answer", replies[0].status == replies[1].status == 422
            and replies[0].text.replace("olga", "") == replies[1].text.replace("nobody-there", ""), replies[0].status)
    t.check("not a code: said at its field", 'id="recovery-e"' in recover("olga", "12345").text)
    t.check("a weak password: said at its field", 'id="fresh-e"' in recover("olga", code, "jetaime jetaime").text)
    t.same("nothing has changed", guest.get("/account").status, 200)
    shown = recover("olga", " " + code.lower().replace("-", " "))
    secret, fresh_code = secrets_on(shown)
    t.check("with the code: new secrets", shown.status == 200 and len(secret) == 32 and fresh_code != code, shown.status)
    t.same("every session has ended", guest.get("/account").status, 303)
    account.secret = secret
    old = other.post("/sign-in", [("login", "olga"), ("password", FRESH), ("code", account.code())])
    account.used -= 1
    t.same("the old password opens nothing", old.status, 422)
    t.check("where the secrets are shown once, no link leads away from them", "/language?" not in shown.text)
    shown = recover("olga", code)
    account.secret, fresh_code = secrets_on(shown)
    t.same("the page never came: the same code, once more", shown.status, 200)
    t.same("the new ones open", confirm(other, "olga", OTHER, account, fresh_code).status, 303)
    t.same("the old code opens nothing after that", recover("olga", code).status, 422)


def myself(t, house):
    coo = house.sign_in("coo2")
    _, link = invite(coo, "petra", "P. Self")
    who, account, code = open_account(t, house, link, "petra")
    confirm(who, "petra", FRESH, account, code)
    elsewhere = house.visitor()
    elsewhere.post("/sign-in", [("login", "petra"), ("password", FRESH), ("code", account.code()), ("back", "/")])
    page = who.get("/account")
    t.check("my sessions and nobody else's", page.text.count('name="session"') == 2, page.text.count('name="session"'))
    theirs = re.findall(r'name="session" value="(\w{26})"', elsewhere.get("/account").text)[0]
    cmf = house.sign_in("cmf")
    t.same("another's session is not there", cmf.post("/account/sessions/end", [("csrf", csrf(cmf)), ("session", theirs)]).status, 404)
    mine = re.findall(r'name="session" value="(\w{26})"', page.text)[0]
    done = who.post("/account/sessions/end", [("csrf", page.hidden("csrf")), ("session", mine)])
    t.check("one of mine is ended", done.status == 303 and elsewhere.get("/account").status == 303, done.status)
    wrong = who.post("/account/password", [("csrf", csrf(who)), ("old", "not this one"), ("code", account.code()), ("fresh", OTHER)])
    t.check("wrong old password: said at its field", wrong.status == 422 and 'id="old-e"' in wrong.text, wrong.status)
    weak = who.post("/account/password", [("csrf", csrf(who)), ("old", FRESH), ("code", "000000"), ("fresh", "petra petra petra")])
    t.check("weak new password: said at its field", weak.status == 422 and 'id="fresh-e"' in weak.text, weak.status)
    done = who.post("/account/password", [("csrf", csrf(who)), ("old", FRESH), ("code", account.code()), ("fresh", OTHER)])
    t.check("password changed", done.status == 303 and "done=password" in done.location, done.status)
    fresh = house.visitor()
    t.same("the old one is over", fresh.post("/sign-in", [("login", "petra"), ("password", FRESH), ("code", account.code())]).status, 422)
    account.used -= 1
    t.same("the new one is in force", fresh.post("/sign-in", [("login", "petra"), ("password", OTHER), ("code", account.code()), ("back", "/")]).status, 303)
    page = fresh.post("/account/recovery", [("csrf", csrf(fresh))])
    t.check("a new printed code, shown once", page.status == 200 and len(re.findall(r"<code>.*?</code>", page.text)) == 1
            and code not in page.text, page.status)
    t.same("the one before is over", house.visitor().post("/recover", [("login", "petra"), ("recovery", code), ("fresh", FRESH)]).status, 422)
    number = number_of(coo, "P. Self")
    done = cmf.post("/colleagues/end", [("csrf", csrf(cmf)), ("account", number)])
    t.check("a colleague ends all sessions", done.status == 303 and fresh.get("/account").status == 303, done.status)
    cmr = house.sign_in("cmr")
    t.same("not from another office", cmr.post("/colleagues/end", [("csrf", csrf(cmr)), ("account", number)]).status, 404)


def states(t, house):
    coo, adm = house.sign_in("coo2"), house.sign_in("adm")
    _, link = invite(coo, "rosa", "rosa Test")
    who, account, code = open_account(t, house, link, "rosa")
    confirm(who, "rosa", FRESH, account, code)
    names = re.findall(r'<th scope="row"><a [^>]*><bdi>([^<]+)</bdi>', coo.get("/accounts").text)
    letters = [re.sub(r"[^a-z0-9]", "", n.lower()) for n in names]
    t.check("accounts stand by name", len(names) > 8 and names[0].startswith("A") and
            sum(a[0] > b[0] for a, b in zip(letters, letters[1:])) == 0, names)
    number = number_of(coo, "rosa Test")
    base = f"/accounts/{number}"

    def tries():
        browser = house.visitor()
        reply = browser.post("/sign-in", [("login", "rosa"), ("password", FRESH), ("code", account.code()), ("back", "/")])
        return browser, reply

    def act(name, pairs=(), by=coo):
        return by.post(f"{base}/{name}", [("csrf", csrf(by)), *pairs])

    t.check("locked: out with the next request", act("lock").status == 303 and who.get("/account").status == 303)
    browser, reply = tries()
    t.check("locked: refused like any mistake", reply.status == 422 and "is not right" in reply.text, reply.status)
    account.used -= 1
    t.same("locked twice: said", act("lock").status, 409)
    t.same("unlocked", act("unlock").status, 303)
    who, reply = tries()
    t.same("in again", reply.status, 303)
    t.same("travel mode without days", act("travel", [("from", ""), ("until", "2018-06-01")]).status, 422)
    bad = act("travel", [("from", "2018-06-01"), ("until", "2018-05-20")])
    t.check("travel mode backwards: days kept", bad.status == 422 and 'value="2018-06-01"' in bad.text, bad.status)
    t.same("travel mode from today", act("travel", [("from", "2018-05-14"), ("until", "2018-05-20")]).status, 303)
    t.check("travelling: out at once, shown to the supervisor", who.get("/account").status == 303 and "Travelling" in coo.get(base).text)
    browser, reply = tries()
    t.same("travelling: refused", reply.status, 422)
    account.used -= 1
    t.same("lifted by the supervisor", act("travel", [("lift", "1")]).status, 303)
    who, reply = tries()
    t.same("in again after the journey", reply.status, 303)
    t.same("nobody's own account", coo.post(f"/accounts/{number_of(coo, own_name(coo))}/lock", [("csrf", csrf(coo))]).status, 403)
    t.same("a case manager: not hers to do", who.post(f"{base}/lock", [("csrf", csrf(who))]).status, 403)
    t.same("an administrator takes no keys", act("revoke", by=adm).status, 403)
    t.check("nor makes any", "CMF" not in adm.get("/accounts/invite").text and
            invite(adm, "made", "M. Made", "COO")[0].status == 422)
    steps.assign(coo, steps.refer(house.sign_in("cmf")), "rosa")
    page = coo.get(f"{base}/revoke")
    t.check("withdrawing says first what it does", page.status == 200 and "cannot be undone" in page.text
            and "1 file is now in her hands" in page.text)
    t.same("withdrawn", act("revoke").status, 303)
    t.same("withdrawn: out at once", who.get("/account").status, 303)
    browser, reply = tries()
    t.same("withdrawn: refused", reply.status, 422)
    t.check("withdrawn for good", "Withdrawn" in coo.get(base).text and "/unlock" not in coo.get(base).text
            and act("renew").status in (409, 422))
    cmf = house.sign_in("cmf")
    t.same("colleagues go on", cmf.get("/cases").status, 200)


def own_name(who):
    return html.unescape(re.search(r'href="/account"><bdi>([^<]*)</bdi>', who.get("/account").text)[1])


def once_more(t, house):
    """Five minutes after the last time, a grant asks for password and code; nothing typed is lost."""
    _, link = invite(house.sign_in("coo2"), "vera", "V. Later", "COO")
    who, account, code = open_account(t, house, link, "vera")
    confirm(who, "vera", FRESH, account, code)
    house.stop()
    house.start(later=LATER)
    try:
        asked_once_more(t, who, lambda step: account.code_at(int(time.time() + LATER) // 30 + step))
    finally:
        house.stop()
        house.start()


def asked_once_more(t, who, code):
    path = "/accounts/invite"
    typed = [("login", "sina"), ("name", "S. <Typed> & kept"), ("role", "MNE"), ("office", "PARIS")]
    may, leaves, end, way = "changes what somebody may do", "takes data out of here", "cannot be undone", "how you sign in"
    for what, other, word in (("raising limits", "/limits", may), ("confirming an erasure", f"/erasures/{'a' * 26}/confirm", end),
                              ("assigning, before a file is looked for", f"/cases/{'a' * 26}/assign", may),
                              ("a copy of a file, before it is looked for", f"/cases/{'a' * 26}/copy", leaves),
                              ("a new recovery code", "/account/recovery", way), ("a security key", "/account/keys", way)):
        reply = who.post(other, [("csrf", csrf(who))])
        t.check(f"asked once more: {what}", reply.status == 422 and AGAIN in reply.text, reply.status)
        t.check(f"in words that are true of it: {what}", word in reply.text, reply.status)
    first = who.post(path, [("csrf", csrf(who)), *typed])
    t.check("asked once more", first.status == 422 and AGAIN in first.text, first.status)
    t.check("with all that was typed", all(p in who.again(first, ("", "")) for p in typed))
    wrong = who.post(path, who.again(first, ("not mine at all", code(-1))))
    t.check("wrong: asked again, still kept", wrong.status == 422 and AGAIN in wrong.text and "&lt;Typed&gt; &amp; kept" in wrong.text)
    t.check("wrong: nothing was made", "sina" not in who.get("/accounts").text)
    t.same("without the token of the form", who.post(path, typed + [("again_password", FRESH), ("again_code", code(0))]).status, 403)
    good = who.post(path, who.again(first, (FRESH, code(0))))
    t.check("right: done as typed", good.status == 200 and "/welcome?c=" in good.text and "sina" in who.get("/accounts").text, good.status)
    second = who.post(path, [("csrf", csrf(who)), ("login", "tina"), ("name", "T. Second"), ("role", "MNE"), ("office", "PARIS")])
    t.check("good for five minutes", second.status == 200 and "/welcome?c=" in second.text, second.status)


class Crowd:
    """Strangers who keep the slow function of passwords busy, each from an address and with a name of his own."""

    def __init__(self, house, people=14):
        self.house, self.over, self.n = house, threading.Event(), itertools.count()
        self.threads = [threading.Thread(target=self.knock) for _ in range(people)]

    def knock(self):
        while not self.over.is_set():
            n = next(self.n)
            who = self.house.visitor(source=f"127.0.{2 + n // 200 % 200}.{1 + n % 200}")
            who.post("/sign-in", [("login", f"stranger{n}"), ("password", "not mine at all"), ("code", "123456")])

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        time.sleep(0.5)

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()


def until_busy(act, tries=4):
    """The first answer that says that the house is busy; or the last."""
    for _ in range(tries):
        reply = act()
        if reply.status == 503:
            break
    return reply


def busy(t, house):
    """Too many at once: one's own page, a sentence, what was typed but for passwords, and when to come back."""
    coo, cmf, guest = house.sign_in("coo2"), house.sign_in("cmf"), house.visitor(source="127.0.1.9")
    _, link = invite(coo, "oda", "O. Waits")
    invitation_code = guest.get("/" + link).hidden("invite")
    printed = "-".join(["ABCD"] * 6 + ["AB"])
    words = "Many people are signing in"
    with Crowd(house):
        signing = until_busy(lambda: guest.post("/sign-in", [("login", "some.body"), ("password", "not mine at all"), ("code", "123456"),
                                                             ("back", "/cases")]))
        lost_it = until_busy(lambda: guest.post("/recover", [("login", "some.body"), ("recovery", printed), ("fresh", OTHER)]))
        taking = until_busy(lambda: guest.post("/welcome", [("invite", invitation_code), ("fresh", OTHER)]), 1)
        page = cmf.get("/account/password").hidden("csrf")
        changing = until_busy(lambda: cmf.post("/account/password", [("csrf", page), ("old", "not mine at all"), ("code", "123456"),
                                                                     ("fresh", OTHER)]))
    for what, reply, kept in (("sign-in", signing, ('value="some.body"', 'value="/cases"')),
                              ("recovery", lost_it, ('value="some.body"', f'value="{printed}"')),
                              ("a new password", changing, ('name="old"',))):
        t.check(f"{what}: 503 with the same page", reply.status == 503 and words in reply.text and all(k in reply.text for k in kept),
                f"{reply.status} {reply.text[-300:]}")
        t.check(f"{what}: when to come back", reply.headers.get("retry-after", "").isdigit(), reply.headers)
        t.check(f"{what}: no password comes back", OTHER not in reply.text and "not mine at all" not in reply.text)
    if taking.status == 503:
        t.check("an invitation: the link is still good", words in taking.text and taking.hidden("invite") == invitation_code)
    t.same("afterwards the house is as before", house.sign_in("cmf2", fresh=True).get("/account").status, 200)
