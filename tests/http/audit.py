"""The audit log for people: who did what, when and why; filters; a copy taken out; who opened one's file."""
import csv
import datetime
import html
import io
import json
import re
import time
import zoneinfo

import reach
import steps
from house import PASSWORD, program


def person(who, name):
    return re.search(r'<option value="([0-9a-z]{26})"[^>]*>%s Test<' % name, who.get("/audit").text)[1]


def ask(who, code="", name="", kind="all", first="", last=""):
    """Fills the form of filters, as typed."""
    page = who.get("/audit")
    return who.post("/audit", [("csrf", page.hidden("csrf")), ("who", person(who, name) if name else ""), ("kind", kind),
                               ("code", code), ("from", first), ("to", last)])


def rows(reply):
    """Lines of the table: (who, what, about, why), as read."""
    found = []
    for line in re.findall(r"(?s)<tr><th scope=\"row\"[^>]*>(.*?)</tr>", reply.text):
        cells = [steps.words(type("", (), {"text": c})).split() for c in re.findall(r"(?s)<td[^>]*>(.*?)</td>", line)]
        found.append([" ".join(c) for c in cells])
    return found


def page(t, house):
    cmf, other, dpo = house.sign_in("cmf"), house.sign_in("cmf2"), house.sign_in("dpo")
    case = steps.refer(cmf)
    code = reach.code_of(cmf, case)
    steps.file_form(cmf, case, "NOTE", {"text_plan": "A note"})
    steps.wanted(steps.reveal(cmf, case), 303, "reveal")
    other.post("/glass", [("csrf", steps.token(other)), ("code", code), ("reason", reach.REASON)])
    other.get(f"/cases/{case}")
    for login in ("cmf", "coo2", "adm", "mne", "trv"):
        who = house.sign_in(login)
        t.same(f"not for {login}", [who.get("/audit").status, who.get("/audit/export").status,
                                    who.post("/audit", [("csrf", steps.token(who)), ("kind", "all")]).status], [403] * 3)
    reply = ask(dpo, code.lower())
    t.check("a code becomes an id: nothing typed stands in the address", reply.status == 303 and reply.location == f"/audit?case={case}",
            reply.location)
    seen = rows(dpo.get(reply.location))
    t.check("everything about the file, newest first", all(r[2] in (code, "") for r in seen) and len(seen) >= 5, seen)
    t.check("who, what and why in words", ["cmf2 Test", "Opened a file", code, "to read it"] in [r[:4] for r in seen]
            and ["cmf Test", "Opened a file", code, "to see how to reach the person"] in [r[:4] for r in seen]
            and ["cmf Test", "Opened a file", code, "to write in it"] in [r[:4] for r in seen], seen)
    t.check("with the reason of the broken glass", any(r[0] == "cmf2 Test" and reach.REASON in r[3] for r in seen), seen)
    for kind, good in (("revealed", lambda r: r[3].startswith("to see how")), ("reach", lambda r: "Opened a file" != r[1]),
                       ("opened", lambda r: r[1].startswith("Opened a file"))):
        found = rows(dpo.get(ask(dpo, code, kind=kind).location))
        t.check(f"only {kind}", found and all(good(r) for r in found), found)
    found = rows(dpo.get(ask(dpo, code, "cmf2").location))
    t.check("only what one person did", found and all(r[0] == "cmf2 Test" for r in found), found)
    today = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Paris")).date()  # days begin in Paris
    of = lambda first, last: rows(dpo.get(ask(dpo, code, first=f"{first}", last=f"{last}").location))
    found = of(today - datetime.timedelta(1), today)
    t.check("of these days", len(found) >= len(seen), found)
    tomorrow = today + datetime.timedelta(1)
    t.same("of days that have not come", of(tomorrow, tomorrow), [])
    none = dpo.get(ask(dpo, code, first="2001-01-01", last="2001-01-02").location)
    t.check("nothing on others, and it is said", none.status == 200 and not rows(none) and "Nothing of that has been recorded" in none.text)
    house.visitor().post("/sign-in", [("login", "fin"), ("password", "not it"), ("code", "000000")])
    refused = rows(dpo.get(ask(dpo, kind="refused").location))
    t.check("whatever was refused", refused and all("refused" in r[1] for r in refused), refused[:3])


def wrong(t, house):
    dpo = house.sign_in("dpo")
    for what, more, field in (("an unknown code", {"code": "ZZZ-ZZZ-ZZ"}, "code"), ("no date", {"first": "14 May"}, "from"),
                              ("no last date", {"last": "2018-02-30"}, "to"),
                              ("backwards", {"first": "2018-05-02", "last": "2018-05-01"}, "to")):
        reply = ask(dpo, **more)
        typed = list(more.values())[-1]
        t.check(f"{what}: said at its field, what was typed is kept", reply.status == 422 and f'id="{field}-e"' in reply.text
                and f'value="{typed}"' in reply.text, reply.status)
    for address in ("?who=x", "?case=../x", "?kind=everything", "?from=yesterday", "?before=-1", "?before=x", "?who=" + "z" * 26):
        t.same(f"GET /audit{address}", dpo.get("/audit" + address).status, 404)
    t.same("a kind that is none", ask(dpo, kind="x").status, 400)
    t.same("an id of nobody: an empty log", dpo.get("/audit?who=" + "1" * 25 + "0").status, 200)


def paging(t, house):
    dpo = house.sign_in("dpo")
    cmf = house.sign_in("cmf")
    for _ in range(110):
        cmf.get("/cases")
    where, seen, pages = "/audit", [], 0
    while where and pages < 4:
        reply = dpo.get(where)
        seen.append(reply.text.count('<tr><th scope="row"'))
        found = re.search(r'href="([^"]+)" rel="next"', reply.text)
        where = found and found[1].replace("&amp;", "&")
        pages += 1
    t.check("pages of a hundred", seen[0] == 100 and pages > 1, seen)
    first = dpo.get(ask(dpo, name="cmf", kind="lists").location)
    older = re.search(r'href="([^"]+)" rel="next"', first.text)
    t.check("older ones keep the filter", older and "who=" in older[1] and "kind=lists" in older[1], older)
    found = rows(dpo.get(html.unescape(older[1]))) if older else []
    t.check("and are what was asked for", found and all(r[0] == "cmf Test" for r in found), found[:3])


def empty(t, house):
    """A page with nothing on it says so, and why, and leads back."""
    dpo, cmf = house.sign_in("dpo"), house.sign_in("cmf")
    case = steps.refer(cmf)
    path = f"/cases/{case}/opened"
    for who, address, said, back in (
            (dpo, "/audit?kind=lists&before=1", "There is nothing older than this.", "/audit?kind=lists"),
            (dpo, "/audit?from=2001-01-01&to=2001-01-02", "Nothing of that has been recorded.", "/audit"),
            (dpo, "/audit?before=99999999999", None, None),
            (cmf, f"{path}?before=1", "There is nothing older than this.", path)):
        page = who.get(address)
        if said is None:
            t.check(f"{address}: the newest", page.status == 200 and rows(page))
            continue
        main = html.unescape(page.text[page.text.index("<main"):])
        t.check(f"{address.replace(case, 'ID')}: says so", page.status == 200 and not rows(page) and said in main and
                "Nothing has been recorded." not in main, steps.words(page)[-300:])
        t.check(f"{address.replace(case, 'ID')}: leads back", f'<a class="btn sec" href="{back}">' in main, main[-500:])
    for _ in range(101):
        cmf.get(path)
    page = cmf.get(path)
    t.check("only looks at the log: said, with the way on", not rows(page) and "looks at this list" in page.text and
            "Nothing has been recorded." not in page.text and 'rel="next"' in page.text, steps.words(page)[-300:])
    older = html.unescape(re.search(r'href="([^"]+)" rel="next"', page.text)[1])
    page = cmf.get(older)
    t.check("which leads to the openings, and back", rows(page) and f'<a class="btn sec" href="{path}">' in page.text, older)


def export(t, house):
    dpo, cmf = house.sign_in("dpo", fresh=True), house.sign_in("cmf")
    case = steps.refer(cmf)
    code = reach.code_of(cmf, case)
    page = dpo.get(f"/audit/export?case={case}&kind=opened")
    t.check("what will be in it is said", page.status == 200 and code in page.text and "Files opened" in page.text)
    sent = [(n, page.hidden(n)) for n in ("csrf", "who", "case", "kind", "from", "to")]
    t.check("ids, codes and days only", dict(sent)["case"] == case and dict(sent)["kind"] == "opened", sent)
    reason = "The supervisory authority asks for it."

    def take(reason, form="csv", by=dpo):
        return by.post("/audit/export", sent + [("format", form), ("reason", reason)])

    refused = take("short")
    t.check("a reason is needed, what was chosen is kept", refused.status == 422 and 'id="reason-e"' in refused.text
            and refused.hidden("case") == case and "short</textarea>" in refused.text, refused.status)
    t.same("not for the case manager", cmf.post("/audit/export", [("csrf", steps.token(cmf)), ("kind", "all"), ("reason", reason)]).status, 403)
    reply = take(reason)
    t.check("a table", reply.status == 200 and reply.headers["content-type"].startswith("text/csv") and
            reply.headers["content-disposition"] == 'attachment; filename="copy.csv"', reply.headers)
    lines = list(csv.DictReader(io.StringIO(reply.text)))
    t.check("with who, what, when and why", lines and all(l["about"] == code and l["act"] == "case.open" for l in lines)
            and {"cmf Test"} == {l["who"] for l in lines} and re.fullmatch(r"\d{4}-\d\d-\d\dT.*Z", lines[0]["time"]), lines[:2])
    reply = take(reason, "jsonl")
    told = [json.loads(line) for line in reply.text.splitlines()]
    t.check("the same as lines of JSON", told == lines, reply.text[:200])
    seen = rows(dpo.get(ask(dpo, kind="taken").location))
    t.check("itself an act of the log, with its reason", any(r[1] == f"Took a copy of the audit log: Files opened, the file {code}" and reason in r[3] for r in seen), seen)
    said = reach.waiting(house, "coo2")
    t.check("the coordinator is told", "dpo Test took a copy" in said, said)
    t.check("and reads why", reason in house.sign_in("coo2").get("/alerts").text)
    left = [take(reason).status for _ in range(20)]
    t.check("it counts as a paper of the day", left[:3] == [200] * 3 and left[-1] == 429 and left.count(200) <= 18, left)
    t.check("the reason stands in no log and not in the database", reason not in house.log.read_text() and reason not in house.dump())


def ended(t, house):
    """The session ends while a copy is asked for: after sign-in reason, filters and shape are there, no password is kept."""
    dpo, cmf = house.sign_in("dpo", fresh=True), house.sign_in("cmf")
    case = steps.refer(cmf)
    who, today = person(dpo, "cmf"), time.strftime("%Y-%m-%d", time.gmtime())
    page = dpo.get(f"/audit/export?case={case}&who={who}&kind=opened&from=2018-01-02&to={today}")
    sent = [(n, page.hidden(n)) for n in ("csrf", "record", "who", "case", "kind", "from", "to")]
    reason = "The authority of <Lyon> asks for it & soon."
    before = dict(dpo.cookies)
    dpo.post("/sign-out", [("csrf", page.hidden("csrf"))])
    dpo.cookies = before
    reply = dpo.post("/audit/export", sent + [("format", "jsonl"), ("reason", reason), ("again_password", PASSWORD)])
    t.check("a place for what was typed", reply.status == 303 and "stash=" in reply.location, reply.location)
    stash = reply.location.partition("stash=")[2]
    on = house.sign_in("dpo").get(f"/waiting/{stash}")
    t.check("which leads back", on.status == 303 and on.location.startswith("/audit/export?"), on.location)
    dpo = house.sign_in("dpo")
    page = dpo.get(on.location)
    t.same("with the filters", [page.hidden(n) for n in ("record", "who", "case", "kind", "from", "to")], [v for _, v in sent[1:]])
    t.check("the reason and the shape", html.escape(reason) in page.text.replace("&#39;", "'") and 'value="jsonl" selected' in page.text
            and "Your session had ended" in page.text, page.status)
    t.check("no password", PASSWORD not in page.text)
    action = html.unescape(re.search(r'action="(/audit/export[^"]*)"', page.text)[1])
    reply = dpo.post(action, [(n, page.hidden(n)) for n in ("csrf", "record", "who", "case", "kind", "from", "to")] +
                     [("format", "jsonl"), ("reason", reason)])
    t.check("and it is taken", reply.status == 200 and "attachment" in reply.headers.get("content-disposition", ""), reply.status)
    t.check("afterwards it is offered no more", f"/waiting/{stash}" not in dpo.get("/").text)
    # what was taken stands in the log and in the alert
    seen = [r for r in rows(dpo.get(ask(dpo, kind="taken").location)) if reason in r[3]]
    text = " ".join(r[1] for r in seen)
    t.check("the log says which: kind, days", "Files opened" in text and "2 January 2018" in text, seen)
    t.check("file and person", {r[2] for r in seen} == {reach.code_of(cmf, case), "cmf Test"}, seen)
    told = steps.words(house.sign_in("coo2").get("/alerts"))
    t.check("so does the alert", "Files opened" in told and "2 January 2018" in told and "what cmf Test did" in told, told[:600])
    t.check("with the file", f"the file {reach.code_of(cmf, case)}" in told)
    coo = house.sign_in("coo2")
    coo.get("/language?to=ar&back=/")
    page, log = coo.get("/alerts").text, coo.get(ask(coo, kind="taken").location).text
    coo.get("/language?to=en&back=/")
    kept = f"\u2068{reach.code_of(cmf, case)}\u2069"
    t.check("in Arabic the parts of a code keep their order", kept in page and kept in log and 'dir="rtl"' in page)
    shown = house.command(program(), "audit", "show", house.data, "--kind", "taken").stdout
    t.check("and the log on the command line", any("audit.export" in line and "opened 2018-01-01T23:00:00Z.." in line
                                                   for line in shown.splitlines()), shown[-300:])


def own_file(t, house):
    """Who opened one's file: to its case manager on both sides, and to the coordinator."""
    cmf, other, coo, cmr = (house.sign_in(n) for n in ("cmf", "cmf2", "coo2", "cmr"))
    case = steps.refer(cmf)
    path = f"/cases/{case}/opened"
    t.check("at hand on the file", f'href="{path}"' in cmf.get(f"/cases/{case}").text)
    code = reach.code_of(cmf, case)
    other.post("/glass", [("csrf", steps.token(other)), ("code", code), ("reason", reach.REASON)])
    other.get(f"/cases/{case}")
    t.check("not for who opened it with a reason", other.get(path).status == 403 and path not in other.get(f"/cases/{case}").text)
    trv = house.sign_in("trv")
    t.same("nor for travel, which reads its part of every file", trv.get(path).status, 403)
    t.same("for who has no such file it is absent", house.sign_in("cpf").get(path).status, 404)
    seen = [[r[0], r[1], r[2]] for r in rows(cmf.get(path))]
    t.check("who and why", ["cmf2 Test", "Opened a file", "to read it"] in seen, seen)
    t.check("and the reason", reach.REASON in cmf.get(path).text)
    t.same("the coordinator too", coo.get(path).status, 200)
    steps.open_abroad(cmf, case)
    steps.assign(coo, case, "cmr", abroad=True)
    text = cmr.get(path)
    t.check("the officer abroad as well, without a reason of the other office", text.status == 200 and reach.REASON not in text.text, text.status)
    t.same("nonsense in the address", cmf.get(path + "?before=x").status, 404)
