"""Who gets in, and to what: sign-in, sessions, tokens, methods, roles, headers."""
import pathlib
import re
import time

import fill
import steps
from house import PASSWORD, ROOT, TODAY

WORKER = {"SIGNED_IN", "CASE_LIST", "CASE_READ", "CASE_WRITE"}
MAY = {  # docs/reference/domain.md §2, said a second time on purpose
    "coo2": WORKER | {"TRIAGE", "CASE_CREATE", "DECIDE", "ASSIGN", "PAY", "PROGRAMME", "TRAINING_READ", "TRAINING_WRITE",
                      "ACCOUNTS_READ", "ACCOUNTS_WRITE", "ALERTS", "STAFF", "ERASE", "RIGHTS", "DESK", "COPY"},
    "cmf": WORKER | {"TRIAGE", "CASE_CREATE", "GLASS", "RIGHTS", "COPY"},
    "cmf2": WORKER | {"TRIAGE", "CASE_CREATE", "GLASS", "RIGHTS", "COPY"},
    "cmr": WORKER | {"GLASS"}, "cpf": WORKER | {"GLASS", "RIGHTS"}, "rsk": WORKER, "med": WORKER | {"GLASS"}, "trv": WORKER,
    "fin": WORKER | {"PAY", "PROGRAMME", "ACCOUNTS_READ", "ACCOUNTS_WRITE"}, "mne": {"SIGNED_IN", "CASE_LIST", "PROGRAMME"},
    "dpo": {"SIGNED_IN", "AUDIT", "ALERTS", "INSTALLATION", "ERASE", "RIGHTS", "DESK"}, "trn": {"SIGNED_IN", "TRAINING_READ", "TRAINING_WRITE"}, "adm": {"SIGNED_IN", "ADMIN", "STAFF", "INSTALLATION"},
}
NO_ID = "0" * 26


def routes():
    """(method, path, may, sealed): the rows of every table of routes in src/app."""
    found = []
    for source in sorted(pathlib.Path(ROOT / "src/app").rglob("*.c")):
        for m in re.finditer(r'\{\s*HTTP_(GET|POST),\s*"([^"]+)",\s*\w+,\s*\.may = MAY_(\w+)([^}]*)\}', source.read_text()):
            found.append((m[1], m[2], m[3], "while_sealed" in m[4]))
    return found


def at(path, case=NO_ID, record=NO_ID):
    path = path.replace(":case", case).replace(":form", "NOTE").replace(":record", record)
    return re.sub(r":\w+", NO_ID, path)


def sign_in(t, house):
    who, account = house.visitor(), house.accounts["mne"]
    said = "Account, password or code is not right"

    def try_it(password, code, login="mne"):
        return who.post("/sign-in", [("login", login), ("password", password), ("code", code), ("back", "/cases")])

    t.same("the page is there", who.get("/sign-in").status, 200)
    for what, reply in (("wrong password", try_it("wrong password", account.code())),
                        ("unknown account", try_it(PASSWORD, account.code(), "nobody")),
                        ("no account", try_it(PASSWORD, "123456", ""))):
        t.check(f"{what}: refused", reply.status == 422 and said in reply.text and not who.cookies, reply.status)
    account.used -= 1  # neither took the code
    code = account.code()
    good = try_it(PASSWORD, code)
    t.check("right: on to where one wanted to go", good.status == 303 and good.location == "/cases", good.location)
    cookie = good.headers.get("set-cookie", "")
    for part in ("rivage=", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=36000"):
        t.check(f"the session's cookie has {part}", part in cookie, cookie)
    t.check("nothing is said of the session in the page", who.cookies["rivage"] not in who.get("/").text)
    again = house.visitor().post("/sign-in", [("login", "mne"), ("password", PASSWORD), ("code", code)])
    t.check("a code works only once", again.status == 422 and said in again.text, again.status)
    for back in ("//evil.example/", "https://evil.example/", "/\\evil.example", "/a b"):
        page = house.visitor().get("/sign-in?back=" + back.replace("\\", "%5C").replace(" ", "%20"))
        t.same(f"back to {back}: no", page.hidden("back"), "/")
    other = house.visitor()
    other.cookies = dict(who.cookies)
    page = other.get("/")
    t.same("the same cookie elsewhere is the same session", page.status, 200)
    gone = other.post("/sign-out", [("csrf", page.hidden("csrf"))])
    t.check("signing out clears the cookie", gone.status == 303 and "rivage=;" in gone.headers.get("set-cookie", ""))
    t.same("and ends the session everywhere", who.get("/").status, 303)


def until_refused(who, login, most=14):
    """Wrong tries until the account waits: the wait doubles with each, so that a slow machine meets it too."""
    replies = []
    while len(replies) < most and 429 not in replies:
        replies.append(who.post("/sign-in", [("login", login), ("password", "not it"), ("code", "000000")]).status)
    return replies


def lockout(t, house):
    account, who = house.accounts["med"], house.visitor()

    def right():
        return who.post("/sign-in", [("login", "med"), ("password", PASSWORD), ("code", account.code_at(account.used))])

    replies = until_refused(who, "med")
    t.check("after five failures the account waits", replies[:5] == [422] * 5 and replies[-1] == 429, replies)
    account.code()
    reply = right()
    t.check("the right password waits too, and the page says so",
            reply.status == 429 and "Too many attempts. Wait a little before you try again." in reply.text, reply.status)
    others = house.visitor().post("/sign-in", [("login", "dpo"), ("password", "not it"), ("code", "000000")])
    t.same("other accounts do not wait", others.status, 422)

    def opens():
        time.sleep(0.5)
        if int(time.time()) // 30 > account.used + 1:
            account.code()
        return right().status == 303

    t.check("after the wait it opens", steps.soon(opens, 60))
    replies = until_refused(house.visitor(), "ghost")
    t.check("an account that does not exist waits likewise", replies[:5] == [422] * 5 and replies[-1] == 429, replies)


def signed_out(t, house, case):
    rows, who = routes(), house.visitor()
    t.check("routes are found in the sources", len(rows) >= 25, len(rows))
    forged = house.visitor()
    forged.cookies["rivage"] = "A" * 43 + "="
    for method, path, may, _ in rows:
        for browser, kind in ((who, ""), (forged, " with a made-up cookie")):
            reply = browser.request(method, at(path, case), pairs=[("a", "b")] if method == "POST" else None)
            if may == "PUBLIC":
                good = reply.status in (200, 303, 400, 403, 404, 422) and "/sign-in?back" not in reply.location
            else:
                good = reply.status == 303 and reply.location.startswith("/sign-in?back=") and not reply.body
            t.check(f"{method} {path}{kind}", good, f"{reply.status} {reply.location}")
            if may == "PUBLIC":
                break


def tokens(t, house, case):
    coo, cmf = house.sign_in("coo2", fresh=True), house.sign_in("cmf")
    mine, theirs = steps.token(coo), steps.token(cmf)
    host = f"127.0.0.1:{house.port}"
    before = house.dump()
    t.check("the token differs in every reply", steps.token(coo) != mine)
    for method, path, may, _ in routes():
        if method != "POST":
            continue
        url = at(path, case)
        if may == "PUBLIC":
            tries = {}
        else:
            tries = {"no token": ([], {}), "a made-up token": ([("csrf", "A" * 43 + "=")], {}),
                     "another session's token": ([("csrf", theirs)], {})}
        own = [("csrf", mine)] if may != "PUBLIC" else []
        tries |= {"another site": (own, {"Sec-Fetch-Site": "cross-site"}), "a sister site": (own, {"Sec-Fetch-Site": "same-site"}),
                  "another origin": (own, {"Origin": "http://evil.example"}), "no origin": (own, {"Origin": "null"}),
                  "an origin that ends alike": (own, {"Origin": f"http://evil{host}"}),
                  "an origin beside": (own, {"Origin": f"http://user@{host}"})}
        for what, (pairs, headers) in tries.items():
            reply = coo.post(url, pairs, headers=headers)
            t.check(f"POST {path} from {what}: refused", reply.status == 403, reply.status)
        if may == "PUBLIC":
            reply = house.visitor().post(url, [], headers={"Origin": f"http://{host}"})
            t.check(f"POST {path} from our own pages: read", reply.status in (200, 303, 400, 422), reply.status)
    t.check("nothing was changed by all that", house.dump() == before)
    t.same("and nobody signed out", coo.get("/").status, 200)


def methods(t, house, case, record):
    coo, rows = house.sign_in("coo2"), routes()
    before = house.dump()
    gets = {p for m, p, _, _ in rows if m == "GET"}
    for path in sorted(gets):
        if path == "/quick-exit":
            continue
        url = at(path, case, record)
        full, head = coo.get(url), coo.request("HEAD", url)
        t.check(f"GET {path} is answered", full.status in (200, 303, 403, 404, 422), full.status)
        t.check(f"HEAD {path}: the same without a body", head.status == full.status and not head.body, head.status)
    t.check("GET and HEAD changed nothing", house.dump() == before)
    for method, path, may, _ in rows:
        if method == "POST" and path not in gets:
            t.same(f"GET {path}: not this way", coo.get(at(path, case)).status, 405)
        if method == "GET" and ("POST", path) not in {(m, p) for m, p, _, _ in rows}:
            reply = coo.post(at(path, case, record), [("csrf", "x")])
            t.same(f"POST {path}: not this way", reply.status, 405)
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW"):
        reply = coo.request(method, "/cases")
        t.check(f"{method}: refused", reply.status in (400, 405, 501), reply.status)
    for path in ("/no-such-page", "/cases/", "/cases/x", "/cases/" + "z" * 26, "//cases", "/cases/../cases", "/%2e%2e/etc",
                 "/cases/%00", "/assets/../key", "/assets/%2e%2e%2fkey"):
        reply = coo.get(path)
        t.check(f"GET {path}: absent", reply.status in (400, 404), reply.status)
    t.check("all that changed nothing", house.dump() == before)


def other_peoples(t, house, case, record):
    """A file that is not mine answers as one that does not exist, word for word."""
    for login in ("cmf2", "cmr", "cpf", "med"):
        who = house.sign_in(login)
        key = steps.token(who)
        for method, path, may, _ in routes():
            if ":case" not in path or may not in MAY[login]:
                continue
            pairs = [("csrf", key), ("to", "screen")] if method == "POST" else None
            theirs = who.request(method, at(path, case, record), pairs=pairs)
            absent = who.request(method, at(path, "1" * 26, record), pairs=pairs)
            same = (theirs.status, steps.masked(theirs.text).replace(case, "")) == \
                   (absent.status, steps.masked(absent.text).replace("1" * 26, ""))
            t.check(f"{login}: {method} {path} of another's file", theirs.status == 404 and same,
                    f"{theirs.status}, absent {absent.status}")
        t.check(f"{login}: not in the list", case not in who.get("/cases").text)
        if "TRIAGE" in MAY[login]:
            t.check(f"{login}: not among the referrals", case not in who.get("/triage").text)


def roles(t, house, case, record):
    for login, may in MAY.items():
        who = house.sign_in(login)
        for method, path, wanted, _ in routes():
            if method != "GET" or wanted == "PUBLIC":
                continue
            reply = who.get(at(path, case, record))
            if wanted in may:
                good = reply.status in (200, 303, 404, 422) or (reply.status == 403 and re.search(
                    "Your role does not|Who opened a file is shown to its case manager", reply.text))
            else:
                good = reply.status == 403 and "Not allowed" in reply.text
            t.check(f"{login} at {path}", good, reply.status)


def abroad(t, house):
    """The country of return never sees the French file, not even once the case is hers."""
    coo, cmf = house.sign_in("coo2"), house.sign_in("cmf")
    secret = {"signs": "Sentence told in Lyon only", "ref_contact": "Sister Agathe", "family_name": "Osagie"}
    case = steps.refer(cmf, secret)
    french = [steps.file_form(cmf, case, "NOTE", {"topic": "STORY", "text_story": "Said in Paris in confidence"})]
    french += [steps.file_form(cmf, case, "F04"), steps.file_form(cmf, case, "F02", )]
    steps.open_abroad(cmf, case)
    there = steps.file_form(coo, case, "NOTEC")
    cmr = house.sign_in("cmr")
    t.same("before assignment: absent", cmr.get(f"/cases/{case}").status, 404)
    steps.assign(coo, case, "cmr", abroad=True)
    page = cmr.get(f"/cases/{case}")
    t.same("assigned: the file is there", page.status, 200)
    t.same("a note of her side opens", cmr.get(f"/cases/{case}/records/{there}").status, 200)
    t.same("another officer of that office sees nothing", house.sign_in("cmr2").get(f"/cases/{case}").status, 404)
    texts = ["Sentence told in Lyon only", "Sister Agathe", "Said in Paris in confidence", "+33 1 99 00 22 33"]
    steps.reveal(cmr, case)
    read = page.text + cmr.get(f"/cases/{case}/contact").text + cmr.get("/").text + cmr.get("/cases").text
    for record in [case, *french]:
        reply = cmr.get(f"/cases/{case}/records/{record}")
        read += reply.text
        t.check("a French record: absent, or every part masked", reply.status == 404 or not any(s in reply.text for s in texts),
                reply.status)
    for form in ("F01", "F02", "F04", "NOTE", "F05"):
        reply = cmr.get(f"/cases/{case}/forms/{form}")
        read += reply.text
        t.check(f"she cannot open {form}", reply.status in (403, 404), reply.status)
        reply = cmr.post(f"/cases/{case}/forms/{form}", [("csrf", steps.token(cmr)), ("record", case), ("based_on", "1"), ("do", "file")])
        t.check(f"nor post it", reply.status in (403, 404), reply.status)
    for text in texts:
        t.check(f"no page of hers holds “{text}”", text not in read)
    t.check("an emergency and a lost contact are hers to tell", f"{case}/forms/EMERC" in page.text and f"{case}/forms/LOSTC" in page.text)
    steps.file_form(cmr, case, "EMERC", {"level": fill.codes("EMER_LEVEL")[0]})
    there = steps.words(cmf.get(f"/cases/{case}"))
    t.check("France sees it at once, and what to do", "Emergency" in there and "Act on the emergency, then record how it ended" in there)


def languages(t, house):
    who = house.visitor(language="de")
    t.check("an unknown language falls back to French", 'lang="fr"' in who.get("/sign-in").text)
    for tag, way in (("ar", "rtl"), ("en", "ltr"), ("fr", "ltr")):
        reply = who.get(f"/language?to={tag}&back=/signaler")
        t.check(f"{tag}: chosen, and back", reply.status == 303 and reply.location == "/signaler", reply.location)
        page = who.get("/signaler")
        t.check(f"{tag}: the page is {way}", f'lang="{tag}"' in page.text and f'dir="{way}"' in page.text)
    t.same("back elsewhere: no", who.get("/language?to=fr&back=//evil.example").location, "/")
    t.check("a language that is none is refused or ignored", who.get("/language?to=%22%3E&back=/").status in (303, 404))
    t.check("Accept-Language is followed", 'lang="ar"' in house.visitor(language="ar-EG,ar;q=0.9,en;q=0.1").get("/sign-in").text)


def headers(t, house, case):
    coo = house.sign_in("coo2")
    wanted = {"content-security-policy": ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'",
                                          "require-trusted-types-for 'script'"],
              "x-frame-options": ["DENY"], "x-content-type-options": ["nosniff"], "referrer-policy": ["no-referrer"], "cache-control": ["no-store"],
              "cross-origin-opener-policy": ["same-origin"], "cross-origin-resource-policy": ["same-origin"]}
    for who, path in ((coo, "/"), (coo, f"/cases/{case}"), (coo, "/no-such-page"), (house.visitor(), "/signaler"),
                      (house.visitor(), "/cases"), (coo, "/cases/x/forms/F01")):
        reply = who.get(path)
        for name, parts in wanted.items():
            t.check(f"{path}: {name}", all(p in reply.headers.get(name, "") for p in parts), reply.headers.get(name))
        t.check(f"{path}: no word about the server", "server" not in reply.headers and "x-powered-by" not in reply.headers)
        t.check(f"{path}: no inline script or style", not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=", reply.text))
    page = coo.get(f"/cases/{case}")
    title = re.search(r"<title>(.*?)</title>", page.text)[1]
    t.check("a title names nobody", "Blessing" not in title and "Osagie" not in title, title)
    for url in re.findall(r'(?:href|src)="(/assets/[^"]+)"', page.text):
        reply = coo.get(url)
        t.check(f"{url.split('?')[0]}: kept by browsers", reply.status == 200 and "immutable" in reply.headers["cache-control"])
    t.check("today is the day of the clock", TODAY[:4] in page.text)
