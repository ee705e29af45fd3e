"""The data-protection desk: requests and breaches with their clocks, what was passed on, retention, copies of a file."""
import csv
import datetime
import html
import io
import json
import os
import re
import signal
import subprocess

import fill
import privacy
import steps
from house import TODAY, House, program


def day(shift):
    return (datetime.date.fromisoformat(TODAY) + datetime.timedelta(days=shift)).isoformat()


def entry(who, path, code, given, reason=None):
    """Fills the form of a register as the page offers it; fields the page does not ask are not sent."""
    page = steps.wanted(who.get(path), 200, path)
    pairs = [(n, page.hidden(n)) for n in ("csrf", "record", "based_on")]
    asked = set(re.findall(r'name="([a-z_]+)[".]', page.text))
    answers = fill.fill(code, TODAY, given)
    pairs += fill.pairs({k: v for k, v in answers.items() if k in asked})
    if reason is not None:
        pairs.append(("_reason", reason))
    return who.post(path, pairs)


def code_of(who, case):
    return re.search(r'<bdi dir="ltr">([0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{2,3})</bdi>', who.get(f"/cases/{case}").text)[1]


def rows(page):
    return [steps.words(type("r", (), {"text": r})()) for r in re.findall(r"(?s)<li>(.*?)</li>", page.text)]


def row_of(page, *words):
    return next((r for r in rows(page) if all(w in r for w in words)), "")


def consent(who, case, given):
    return steps.file_form(who, case, "F03", {"status": "GIVEN", "given_by": "SELF", "consent_on": day(-3), "data_scope": ["IDENTITY", "NEEDS"],
                                              "recipients": [{"org": "Maison Test", "org_country": "FR"}], **given})


REQUEST = {"right": "ACCESS", "received_on": TODAY, "received_by": "Test", "by_whom": "SELF", "file": "FOUND",
           "identity": "NOT_YET", "extended": "NO", "state": "OPEN"}


def restriction(t, house):
    """GDPR, Art. 18: granted, the file is read and nothing is added but what protects and what she herself says; lifted, work goes on."""
    other, dpo = house.sign_in("cmf2"), house.sign_in("dpo")
    case = steps.refer(other)
    code = code_of(other, case)
    told = "use of this file be restricted"
    note = {"topic": "GENERAL", "text_plan": "She sews well"}
    asked = {**REQUEST, "right": "RESTRICTION", "case_code": code}
    t.same("asked for", entry(other, "/desk/requests/new", "REQ", asked).status, 303)
    page = other.get(f"/cases/{case}")
    t.check("open yet: nothing is restricted", told not in page.text and offered(page) == (True, True, True, True), offered(page))
    open_form = steps.Form(other, case, "NOTE")
    asks = html.unescape(re.search(r'"(/cases/%s/waivers/new\?[^"]+)"' % case, other.get(f"/cases/{case}/waivers").text)[1])
    t.check("a filed form can be corrected", correctable(other, case))
    at = address(dpo.get("/desk"), "requests", code)
    granted = {**asked, "identity": "KNOWN", "state": "DONE", "answered_on": day(-1), "received_on": day(-2), "answer": "Yes", "recipients_told": "DONE"}
    t.same("granted", entry(dpo, at, "REQ", granted, "granted").status, 303)
    page = other.get(f"/cases/{case}")
    since = datetime.date.fromisoformat(day(-1)).strftime("%-d %B %Y")
    t.check("it opens, and says so, since when, whom to ask", page.status == 200 and told in page.text and since in page.text and
            "data-protection desk can lift" in page.text, page.status)
    t.same("what would be refused is not offered", offered(page), (False, False, False, True))
    t.check("nothing is printed to be signed", "nothing is signed meanwhile" in other.get(f"/cases/{case}/papers").text and
            other.get(f"/cases/{case}/papers/declaration?lang=en").status == 422)
    refused = open_form.post(note)
    t.check("a note written meanwhile: refused, kept", refused.status == 422 and told in refused.text and "She sews well" in refused.text, refused.status)
    t.check("said before one types", told in other.get(f"/cases/{case}/forms/NOTE").text)
    t.same("nor a correction of what is filed", correctable(other, case), set())
    t.check("no link leads to the page it stands on", f'href="/cases/{case}"' not in other.get(f"/cases/{case}").text.split("<main")[1])
    waivers = other.get(f"/cases/{case}/waivers").text
    t.check("nor a waiver, and the page says why, once", "/waivers/new?" not in waivers and waivers.count(told) == 1)
    page = other.get(asks)
    t.check("on a form that stands elsewhere too", page.status == 200 and page.text.count(told) == 1, page.status)
    refused = entry(other, asks, "WAIV", {"reason": "The office is closed for a week"})
    t.check("which is refused as well, once, and kept", refused.status == 422 and refused.text.count(told) == 1 and
            "closed for a week" in refused.text, refused.status)
    t.same("it can be kept as a draft", open_form.post(note, do="draft").status, 303)
    moved = steps.move(other, case, "screen")
    t.check("nor does it move on", moved.status == 422 and told in moved.text, moved.status)
    t.check("its consents are taken", told not in other.get(f"/cases/{case}/forms/F03").text)
    consent(other, case, {"kind": "C2"})
    steps.file_form(other, case, "EMER", {})
    t.check("an emergency too", "Emergency under way" in other.get(f"/cases/{case}").text)
    t.check("nor is it opened abroad", told in other.post(f"/cases/{case}/open-abroad", [("csrf", steps.token(other, f"/cases/{case}"))]).text)
    closed, closed_code = privacy.closed(house)
    t.same("asked for a closed file", entry(dpo, "/desk/requests/new", "REQ", {**granted, "case_code": closed_code}).status, 303)
    refused = privacy.ask(dpo, closed_code, "RETENTION")
    t.check("whose erasure is refused", refused.status == 422 and "before the restriction is lifted" in refused.text, refused.status)
    house.stop()
    house.start()
    other, dpo = house.sign_in("cmf2"), house.sign_in("dpo")
    t.check("after a restart too", told in other.get(f"/cases/{case}").text)
    t.check("another file is not", told not in other.get(f"/cases/{steps.refer(other)}").text)
    for name, on, words in (("before it was granted", -2, "before the restriction was granted"), ("to come", 1, "future")):
        bad = entry(dpo, at, "REQ", {**granted, "lifted_on": day(on)}, "lifted")
        t.check(f"lifted on a day {name}: refused", bad.status == 422 and words in bad.text, bad.status)
    t.same("lifted", entry(dpo, at, "REQ", {**granted, "lifted_on": TODAY}, "verified").status, 303)
    t.check("it says no more", told not in other.get(f"/cases/{case}").text)
    t.check("what is filed can be corrected again", correctable(other, case))
    written = steps.file_form(other, case, "NOTE", note)
    t.check("and notes are taken", "She sews well" in other.get(f"/cases/{case}/records/{written}").text)
    t.same("restricted again", entry(dpo, at, "REQ", granted, "again").status, 303)
    second = steps.refer(other)
    t.same("it was another's request", entry(dpo, at, "REQ", {**granted, "case_code": code_of(other, second)}, "wrong file").status, 303)
    t.check("the first is free, the other restricted", told not in other.get(f"/cases/{case}").text and told in other.get(f"/cases/{second}").text)
    t.same("no closing while she says nothing", steps.Form(other, second, "CLO").post(steps.answers("CLO", ENDED)).status, 422)
    steps.file_form(other, second, "WDR", {"wish_now": "NO"})
    steps.file_form(other, second, "CLO", ENDED)
    steps.wanted(steps.move(other, second, "close-early"), 303, "close what the person ended herself, restricted or not")
    t.same("refused after all", entry(dpo, at, "REQ", {**granted, "case_code": code_of(other, second), "state": "REFUSED", "refusal_why": "x"}, "no").status, 303)
    t.check("then not", told not in other.get(f"/cases/{second}").text)


def offered(page):
    """A move, a note, a form of the journey, and what protects."""
    return tuple(re.search(p, page.text) is not None for p in
                 (r'action="/cases/\w+/move"', r'action="/cases/\w+/forms/NOTE"', r'href="/cases/\w+/forms/F02"', r'href="/cases/\w+/forms/EMER"'))


def correctable(who, case):
    """Filed forms whose own page offers a correction."""
    records = set(re.findall(rf'href="(/cases/{case}/records/[0-9a-z]+)"', who.get(f"/cases/{case}").text))
    return {r for r in records if re.search(rf'href="/cases/{case}/forms/[A-Z0-9]+"', who.get(r).text)}


ENDED = {"reason": "WITHDRAWN_BEFORE_RETURN", "legal_hold": "NO"}
PLURAL = {"request": "requests", "breach": "breaches"}


def address(page, kind, *words):
    for item in re.findall(r"(?s)<li>(.*?)</li>", page.text):
        found = re.search(r'href="(/desk/%s/[0-9a-z]{26})"' % kind, item)
        if found and all(w in item for w in words):
            return found[1]
    return None


def requests(t, house):
    cmf, other, dpo, coo = (house.sign_in(n) for n in ("cmf", "cmf2", "dpo", "coo2"))
    case = steps.refer(cmf)
    code = code_of(cmf, case)
    for login in ("mne", "trv", "fin", "cmr", "adm", "trn"):
        t.same(f"{login}: not the desk", house.sign_in(login).get("/desk").status, 403)
    page = cmf.get("/desk/requests/new")
    t.check("a case manager is not asked what the desk says", page.status == 200 and 'name="right"' in page.text and
            'name="state"' not in page.text and 'name="identity"' not in page.text and 'name="answer"' not in page.text)
    t.check("nor what hangs on it together with an answer of her own: it would be dropped", 'name="recipients_told"' not in page.text and
            'name="mandate"' not in page.text)
    for name, given, said in (
            ("a code that is none", {"case_code": "ZZZ-ZZZ-ZZ"}, "There is no file with this code."),
            ("no code", {"case_code": ""}, "Please answer"), ("a day to come", {"case_code": code, "received_on": day(1)}, "future")):
        refused = entry(cmf, "/desk/requests/new", "REQ", {**REQUEST, **given})
        t.check(f"{name}: refused at its question, kept", refused.status == 422 and said in refused.text and
                'aria-invalid="true"' in refused.text and (not given["case_code"] or given["case_code"] in refused.text), refused.status)
    theirs = entry(other, "/desk/requests/new", "REQ", {**REQUEST, "case_code": code})
    t.check("another's file: as one that does not exist", theirs.status == 422 and "There is no file with this code." in theirs.text)
    t.same("recorded", entry(cmf, "/desk/requests/new", "REQ", {**REQUEST, "case_code": code, "received_on": day(-20)}).status, 303)
    t.same("nothing found", entry(dpo, "/desk/requests/new", "REQ", {**REQUEST, "right": "ERASURE", "file": "NONE", "received_on": day(-40)}).status, 303)
    t.check("hers is on her page", "Access" in row_of(cmf.get("/desk"), code))
    t.check("not on a colleague's", code not in other.get("/desk").text and "Erasure" not in other.get("/desk").text)
    page = dpo.get("/desk")
    t.check("the officer sees the days left", "days left" in row_of(page, code), row_of(page, code))
    t.check("and what is late", "late by" in row_of(page, "Erasure", "No file found"), row_of(page, "Erasure"))
    first = dpo.get("/").text
    t.check("late ones stand on her first page", "late by" in first and "days left" in first)
    t.check("nowhere a name", not any(w in page.text for w in ("Osagie", "Blessing")))
    t.same("she opens no file", dpo.get(f"/cases/{case}").status, 403)
    at = address(page, "requests", code)
    t.same("a case manager does not go on with it", cmf.get(at).status, 403)
    got = {**REQUEST, "case_code": code, "received_on": day(-20)}
    refused = entry(dpo, at, "REQ", {**got, "state": "DONE", "answered_on": TODAY}, "x")
    t.check("done without knowing who it is: refused", refused.status == 422 and "before the identity is certain" in refused.text)
    refused = entry(dpo, at, "REQ", {**got, "extended": "YES", "extension_why": "Many", "extension_told_on": day(15)}, "x")
    t.check("told of more time on a day to come: refused", refused.status == 422)
    t.same("extended with a reason", entry(dpo, at, "REQ", {**got, "identity": "KNOWN", "extended": "YES", "extension_why": "Many papers",
                                                            "extension_told_on": TODAY}, "more time").status, 303)
    t.check("two months more", "extended: answer by" in row_of(dpo.get("/desk"), code), row_of(dpo.get("/desk"), code))
    refused = entry(dpo, at, "REQ", {**got, "identity": "KNOWN", "state": "DONE", "answered_on": day(-21)}, "x")
    t.check("answered before it came: refused", refused.status == 422 and "before the request was received" in refused.text)
    t.same("answered", entry(coo, at, "REQ", {**got, "identity": "PAPER", "state": "DONE", "answered_on": TODAY}, "done").status, 303)
    t.check("then it is behind", "Answered on" in row_of(dpo.get("/desk"), code))
    late = address(dpo.get("/desk"), "requests", "Erasure")
    refused = entry(dpo, late, "REQ", {**REQUEST, "right": "ERASURE", "file": "NONE", "received_on": day(-40), "identity": "KNOWN",
                                       "extended": "YES", "extension_why": "Late", "extension_told_on": TODAY}, "x")
    t.check("extended when the month is over: refused", refused.status == 422 and "within the first month" in refused.text)
    t.same("no such request", dpo.get("/desk/requests/" + "1" * 26).status, 404)
    t.same("a breach is no request", dpo.get("/desk/breaches/" + late.rsplit("/", 1)[1]).status, 404)
    t.check("nothing of it in the database", code not in house.dump() and "Many papers" not in house.dump())


BREACH = {"kind": ["SEEN"], "what": "A letter went to a wrong address.", "noticed_by": "Test", "aware_on": TODAY, "aware_at": "08:00",
          "people": "1", "risk": "UNKNOWN", "authority": "NOT_YET", "told": "NOT_YET"}


def breaches(t, house):
    cmf, other, dpo = (house.sign_in(n) for n in ("cmf", "cmf2", "dpo"))
    case = steps.refer(cmf)
    code = code_of(cmf, case)
    page = cmf.get("/desk/breaches/new")
    t.check("anybody of the desk's people can say it", page.status == 200 and 'name="risk"' not in page.text and 'name="authority"' not in page.text)
    for hour in ("9", "25:00", "08h00", "08:60", "-1:00"):
        t.check(f"{hour} is no hour", entry(cmf, "/desk/breaches/new", "BRE", {**BREACH, "aware_at": hour[:5]}).status == 422)
    refused = entry(cmf, "/desk/breaches/new", "BRE", {**BREACH, "aware_at": "23:59"})
    t.check("an hour to come", refused.status == 422 and "still to come" in refused.text)
    refused = entry(cmf, "/desk/breaches/new", "BRE", {**BREACH, "affected": [{"case_code": code}, {"case_code": "ZZZ-ZZZ-ZZ"}]})
    t.check("a file that is none, marked in its row", refused.status == 422 and "There is no file with this code." in refused.text and
            'name="affected.1.case_code"' in refused.text)
    t.same("said", entry(cmf, "/desk/breaches/new", "BRE", {**BREACH, "aware_on": day(-1), "affected": [{"case_code": code}]}).status, 303)
    t.same("an older one", entry(dpo, "/desk/breaches/new", "BRE", {**BREACH, "kind": ["LOST"], "aware_on": day(-4)}).status, 303)
    page = dpo.get("/desk")
    t.check("hours are counted", "44 hours left" in row_of(page, "Somebody saw"), row_of(page, "Somebody saw"))
    t.check("72 hours are over", "72 hours are over" in row_of(page, "Data lost"), row_of(page, "Data lost"))
    t.check("on the first page", "72 hours are over" in dpo.get("/").text and "44 hours left" in dpo.get("/").text)
    t.check("not a colleague's to read", "Somebody saw" not in other.get("/desk").text)
    at = address(page, "breaches", "Data lost")
    got = {**BREACH, "kind": ["LOST"], "aware_on": day(-4), "contained": "Keys changed", "risk_why": "Sealed"}
    for name, more, said in (
            ("no notice though there is a risk", {"risk": "RISK", "authority": "NOT_NEEDED"}, "only be left out"),
            ("late without a reason", {"risk": "RISK", "authority": "DONE", "authority_on": TODAY, "authority_at": "08:30"}, "It was after 72 hours"),
            ("notified before it was known", {"risk": "RISK", "authority": "DONE", "authority_on": day(-5), "authority_at": "08:30"}, "before we knew"),
            ("closed too early", {"risk": "RISK", "closed": "YES"}, "Say first the risk"),
            ("high risk and nobody told", {"risk": "HIGH", "told": "NOT_NEEDED", "told_why": "no"}, "Art. 34(3)")):
        refused = entry(dpo, at, "BRE", {**got, **more}, "x")
        t.check(f"{name}: refused", refused.status == 422 and said in refused.text, refused.status)
    whole = {**got, "risk": "RISK", "authority": "DONE", "authority_on": TODAY, "authority_at": "08:30", "late_why": "Found on a Sunday",
             "told": "NOT_NEEDED", "told_why": "The disk was sealed", "closed": "YES"}
    t.same("told late, with its reason; closed", entry(dpo, at, "BRE", whole, "closing").status, 303)
    page = dpo.get("/desk")
    t.check("it is behind", "Notified" in row_of(page, "Data lost") and "72 hours are over" not in dpo.get("/").text)


def breach_rows(t, house):
    """The files of a breach stay named in it when one is erased, wherever they stand in the list."""
    other, dpo = house.sign_in("cmf2"), house.sign_in("dpo")
    first, (_, erased) = code_of(other, steps.refer(other)), privacy.closed(house)
    said = {**BREACH, "kind": ["LOST"], "aware_on": day(-1)}
    t.same("two files", entry(dpo, "/desk/breaches/new", "BRE", {**said, "affected": [{"case_code": first}, {"case_code": erased}]}).status, 303)
    at = re.findall(r'href="(/desk/breaches/[0-9a-z]{26})"', dpo.get("/desk").text)
    at = next(a for a in at if erased in dpo.get(a).text)
    privacy.erase(house, erased)
    more = {**said, "contained": "Asked back", "risk_why": "Sealed"}
    t.same("the first row taken away", entry(dpo, at, "BRE", {**more, "affected": [{"case_code": erased}]}, "not hers").status, 303)
    t.same("and put back below", entry(dpo, at, "BRE", {**more, "affected": [{"case_code": erased}, {"case_code": first}]}, "hers").status, 303)
    t.same("in another order", entry(dpo, at, "BRE", {**more, "affected": [{"case_code": first}, {"case_code": erased}]}, "order").status, 303)
    refused = entry(dpo, at, "BRE", {**more, "affected": [{"case_code": erased}, {"case_code": "ZZZ-ZZZ-ZZ"}]}, "x")
    t.check("a code that never was one is refused in its row", refused.status == 422 and "There is no file with this code." in refused.text)


def hold(who, code, act, why="A case before the court of Lyon"):
    return entry(who, "/desk/holds/new", "HOLD", {"case_code": code, "act": act, "why": why})


def retention(t, house):
    cmf, coo, dpo = (house.sign_in(n) for n in ("cmf", "coo2", "dpo"))
    case, code = privacy.closed(house)
    page = dpo.get("/desk/retention")
    t.check("nothing is due today", page.status == 200 and code not in page.text and "24 months" in page.text and "60 months" in page.text)
    t.check("forms stand under their rule", "Payment request" in page.text and "Training day" in page.text)
    t.same("not for a case manager", cmf.get("/desk/retention").status, 403)
    for typed in ("2020-02-30", "tomorrow", "2099-01-01"):
        refused = dpo.get(f"/desk/retention?on={typed}")
        t.check(f"{typed}: refused, kept", refused.status == 422 and f'value="{typed}"' in refused.text and 'aria-invalid="true"' in refused.text)
    t.check("the day before", code not in dpo.get("/desk/retention?on=2020-05-13").text)
    page = dpo.get("/desk/retention?on=2020-05-14")
    t.check("on the day", "14 May 2020" in row_of(page, code) and "later" in row_of(page, code), row_of(page, code))
    t.check("no name, no button before the day", "Osagie" not in page.text and f'value="{code}"' not in page.text)
    t.check("the file says so to who may erase", "Due on 14 May 2020. Until then it is kept" in coo.get(f"/cases/{case}").text)
    other = steps.refer(cmf)
    t.check("an open one has no day", "Its time begins when the file is closed." in coo.get(f"/cases/{other}").text)
    t.check("others are told neither", "begins when the file is closed" not in cmf.get(f"/cases/{other}").text and
            "14 May 2020" not in cmf.get(f"/cases/{case}").text)
    minor, minor_code = privacy.closed(house, given={"birth_date": "2004-03-02"})
    page = dpo.get("/desk/retention?on=2023-12-31")
    t.check("a minor's not before she comes of age", code in page.text and minor_code not in page.text and
            minor_code in dpo.get("/desk/retention?on=2024-05-01").text)
    for name, given in (("a code that is none", ("ZZZ-ZZZ-ZZ", "SET")), ("lifting where there is none", (code, "LIFTED")), ("no reason", (code, "SET", ""))):
        refused = hold(dpo, *given)
        t.check(f"{name}: refused", refused.status == 422 and 'class="emsg"' in refused.text and f'value="{given[0]}"' in refused.text)
    t.same("set", hold(dpo, code, "SET").status, 303)
    t.same("twice: refused", hold(coo, code, "SET").status, 422)
    page = dpo.get("/desk/retention?on=2020-06-01")
    t.check("it says so, with its reason", "legal hold" in row_of(page, code) and "court of Lyon" in page.text)
    file = coo.get(f"/cases/{case}").text
    t.check("on the file too, which offers no erasure", "Due on 14 May 2020, and kept longer: a legal hold is on it." in file and
            f'"/cases/{case}/erase"' not in file)
    t.check("the rule is said in plain words", "two people" in page.text and "from the day the file is closed" in page.text)
    t.check("erasing it is refused", "legal hold is on this file" in privacy.ask(coo, code).text)
    t.same("the case manager closes nothing of it", cmf.get("/desk/holds/new").status, 403)
    house.stop()
    house.start()
    cmf, coo, dpo = (house.sign_in(n) for n in ("cmf", "coo2", "dpo"))
    t.check("held after a restart", "legal hold" in row_of(dpo.get("/desk/retention?on=2020-06-01"), code))
    t.same("lifted", hold(coo, code, "LIFTED", "The judgment is final").status, 303)
    t.same("then it can be asked for", privacy.ask(coo, code, "RETENTION").status, 303)
    t.check("and is said to be", "erasure asked for" in row_of(dpo.get("/desk/retention?on=2020-06-01"), code))
    t.same("held meanwhile", hold(coo, code, "SET").status, 303)
    t.check("the confirmation is refused", privacy.act(dpo, code, "confirm").status == 422)
    t.same("lifted again", hold(dpo, code, "LIFTED").status, 303)
    t.same("confirmed", privacy.act(dpo, code, "confirm").status, 303)
    held, held_code = privacy.closed(house, hold="YES")
    page = dpo.get("/desk/retention")
    t.check("said at the closing: held", "Said when the file was closed" in row_of(page, held_code), row_of(page, held_code))
    t.check("the reason is not in the database", "court of Lyon" not in house.dump())


def entries(t, house):
    """Registers and accounts five years later, in a house of their own: what is over goes, what is needed stays."""
    with House("postgresql" if house.database else None) as own:
        dpo, coo = own.sign_in("dpo"), own.sign_in("coo2")
        answered = {**REQUEST, "file": "NONE", "state": "DONE", "identity": "KNOWN", "answered_on": TODAY, "answer": "Told on paper"}
        t.same("an answered request", entry(dpo, "/desk/requests/new", "REQ", answered).status, 303)
        t.same("an open one", entry(dpo, "/desk/requests/new", "REQ", {**REQUEST, "file": "NONE"}).status, 303)
        t.same("a cost line", entry(coo, "/programme/costs/new", "COST", {"piece": "P-77"}).status, 303)
        page = dpo.get("/desk/retention")
        t.check("nothing is due, and it says from when", "The first on 14 May 2023" in row_of(page, "Registers of data protection") and
                "entries for good" not in page.text, row_of(page, "Registers of data protection"))
        page = dpo.get("/desk/retention?on=2023-05-14")
        t.check("looked at before: counted, and no button", "1 entry is due" in row_of(page, "Registers of data protection") and
                "1 is kept" in row_of(page, "Registers of data protection") and "/desk/retention/entries" not in page.text)
        own.stop()
        own.clock = "2025-01-02T09:00"
        own.start()
        dpo, coo, cmf = (own.sign_in(n) for n in ("dpo", "coo2", "cmf"))
        page, there = dpo.get("/desk/retention"), own.rows("record")
        t.check("due, and the books are not hers", "1 entry is due" in row_of(page, "Registers of data protection") and
                "a coordinator sees here" in row_of(page, "Accounts of the programme"), row_of(page, "Accounts of the programme"))
        t.same("not for a case manager", cmf.post("/desk/retention/entries", [("csrf", steps.token(cmf))]).status, 403)
        t.same("not without the token of the form", dpo.post("/desk/retention/entries", []).status, 403)
        t.same("nothing went", own.rows("record"), there)
        done = dpo.post("/desk/retention/entries", [("csrf", page.hidden("csrf"))])
        t.check("erased", done.status == 303 and "are erased" in dpo.get(done.location).text, done.status)
        t.check("of the database too; the open one stays", own.rows("record") < there and "1 is kept" in row_of(dpo.get("/desk/retention"), "Registers"))
        t.check("the desk still opens", "Told on paper" not in dpo.get("/desk").text and dpo.get("/desk").status == 200)
        t.check("the log says so in words", "Erased entries whose time is over" in dpo.get("/audit").text)
        t.check("her books are", "1 entry is due" in row_of(coo.get("/desk/retention"), "Accounts of the programme"))
        t.same("erased by the coordinator", coo.post("/desk/retention/entries", [("csrf", steps.token(coo))]).status, 303)
        t.check("gone from the page of costs", "P-77" not in coo.get("/programme/costs").text)
        again = coo.post("/desk/retention/entries", [("csrf", steps.token(coo))])
        t.same("twice: nothing to do", (again.status, again.location), (303, "/desk/retention"))
        os.kill(own.children()["vault"], signal.SIGKILL)
        own.process.wait(20)
        own.start()
        dpo = own.sign_in("dpo")
        t.check("after a kill the register is whole", "1 is kept" in row_of(dpo.get("/desk/retention"), "Registers"))
        t.check("and the log verifies", own.audit().returncode == 0)


def register(t, house):
    dpo, cmf = house.sign_in("dpo"), house.sign_in("cmf")
    page = dpo.get("/desk/register")
    t.check("purposes with their ground", page.status == 200 and all(w in page.text for w in (
        "Receive a referral and answer danger", "Art. 9(2)(a): explicit consent", "Those who exploited her", "Health", "Case manager, France")))
    t.same("not for a case manager", cmf.get("/desk/register").status, 403)
    table = dpo.get("/desk/register.csv")
    t.check("as a table", table.status == 200 and table.headers["content-type"].startswith("text/csv") and
            table.headers["content-disposition"] == 'attachment; filename="register.csv"')
    lines = list(csv.reader(io.StringIO(table.body.decode("utf-8-sig"))))
    titles = {f["title"]["en"] for f in (fill.form(p.stem) for p in (fill.ROOT / "forms").glob("*.json"))}
    t.check("eight columns, a purpose each row", all(len(line) == 8 for line in lines) and len(lines) == 1 + len(fill.codes("PURPOSE")), len(lines))
    t.check("every form is in it", titles == {f for line in lines[1:] for f in line[2].split("; ")})
    arabic = house.sign_in("dpo", language="ar").get("/desk/register.csv").body.decode("utf-8-sig")
    t.check("in one's language", "الغرض" in arabic)


def ticked(page):
    return re.findall(r'name="keep" value="([^"]+)" checked', page.text)


def copies(t, house):
    cmf, other, dpo, cpf = (house.sign_in(n) for n in ("cmf", "cmf2", "dpo", "cpf"))
    case = steps.refer(cmf, {"ref_contact": "Sister Agathe", "signs": "Her cousin Esther told us"})
    code = code_of(cmf, case)
    note = steps.file_form(cmf, case, "NOTE", {"topic": "GENERAL", "text_plan": "She likes to sew"})
    consent(cmf, case, {"kind": "C2", "witness": "Paul Durand"})
    where = f"/cases/{case}/copy"
    t.check("at hand on the page of the file", where in cmf.get(f"/cases/{case}").text)
    page = cmf.get(where)
    t.check("no word about where she is, unshown", "+33 6 99 00 11 22" not in page.text and "unless you show them first" in page.text)
    refused = cmf.post(where, [("csrf", steps.token(cmf, where)), ("record", page.hidden("record")), ("as", "JSON"), ("why", "")])
    t.check("nor on the page with an error", refused.status == 422 and "+33 6 99 00 11 22" not in refused.text, refused.status)
    guessed = re.search(r'name="keep" value="([^"]+)\.signs"', page.text)[1] + ".safe_contact"
    refused = cmf.post(where, [("csrf", steps.token(cmf, where)), ("record", page.hidden("record")), ("as", "JSON"),
                               ("why", "Request for access"), ("keep", guessed)])
    t.check("nor can it be ticked", refused.status == 409 and "Read the list again" in refused.text and not ticked(refused),
            refused.status)
    cmf.post(f"/cases/{case}/reveal", [("csrf", steps.token(cmf)), ("back", where)])
    page = cmf.get(where)
    t.check("shown when asked for", "+33 6 99 00 11 22" in page.text and "unless you show them first" not in page.text)
    number = re.search(r'name="keep" value="([^"]+\.safe_contact)"', page.text)[1]
    t.check("free words are shown to be read, none ticked", page.status == 200 and "She likes to sew" in page.text and
            "Her cousin Esther" in page.text and " checked" not in page.text and "Sister Agathe" not in page.text)
    keep = re.search(r'name="keep" value="(%s\.1\.text_plan)"' % note, page.text)[1]
    for login in ("other", "dpo", "cpf"):
        who = {"other": other, "dpo": dpo, "cpf": cpf}[login]
        t.check(f"{login}: not", who.get(where).status in (403, 404), who.get(where).status)

    def ask(shape="JSON", why="Request for access", more=(), who=cmf):
        return who.post(where, [("csrf", steps.token(who, where)), ("record", who.get(where).hidden("record")), ("as", shape),
                                ("why", why), *more])

    fresh = house.sign_in("cmf", fresh=True)
    fresh.prove = None
    for name, refused in (("no reason", ask(why="", more=[("keep", keep)])), ("no shape", ask(shape="XML", more=[("keep", keep)]))):
        t.check(f"{name}: refused, ticks kept", refused.status == 422 and 'class="emsg"' in refused.text and " checked" in refused.text, refused.status)
    before = house.command(program(), "audit", "show", house.data, check=False).stdout
    got = ask(more=[("keep", keep), ("keep", number)])
    t.check("a file to download, its name neutral", got.status == 200 and got.headers["content-type"].startswith("application/json") and
            got.headers["content-disposition"] == 'attachment; filename="copy.json"', got.status)
    text = got.body.decode()
    read = json.loads(text)
    t.check("what is hers is in it", read["reference"] == code and "Blessing" in text and "Osagie" in text and "+33 6 99 00 11 22" in text)
    t.check("what of others is not", not any(w in text for w in ("Sister Agathe", "Esther", "Paul Durand", "+33 1 99 00 22 33", "cmf Test")))
    t.check("words that were read are", "She likes to sew" in text and read["masked"] >= 4, read["masked"])
    forms = {r["form"] for r in read["records"]}
    t.check("every record once", forms == {"F01", "NOTE", "F03"} and len(read["records"]) == 3, forms)
    paper = ask("PDF")
    said = subprocess.run(["pdftotext", "-", "-"], input=paper.body, stdout=subprocess.PIPE).stdout.decode()
    t.check("as a paper", paper.status == 200 and paper.body.startswith(b"%PDF") and "Blessing" in said and "She likes to sew" not in said and
            "Sister Agathe" not in said, said[:300])
    t.check("in the officer's register, with its reason and no name", "Request for access" in dpo.get("/desk/disclosures").text and
            "a copy of the file" in row_of(dpo.get("/desk/disclosures"), code) and "Blessing" not in dpo.get("/desk/disclosures").text)
    t.check("the reason is written down, sealed", "Request for access" not in house.dump())
    after = house.command(program(), "audit", "show", house.data, check=False).stdout
    t.check("each in the audit log, as taking a copy out", after.count("export") > before.count("export"), after[-300:])
    t.check("no case number in a header", code not in str(got.headers))
    entries = dpo.get("/desk/disclosures").text.count("Sent twice")
    sent = [("csrf", steps.token(cmf, where)), ("record", cmf.get(where).hidden("record")), ("as", "JSON"), ("why", "Sent twice")]
    t.same("asked for twice at once", [cmf.post(where, sent).status for _ in range(2)], [200, 200])
    t.check("is one entry", entries == 0 and dpo.get("/desk/disclosures").text.count("Sent twice") == 1)
    talk = steps.file_form(cmf, case, "F04", {"expectations": "A shop of her own"})
    keep = re.search(r'name="keep" value="(%s\.1\.expectations)"' % talk, cmf.get(where).text)[1]
    steps.file_form(cmf, case, "F04", {"expectations": "A shop with Esther"}, reason="A word was misheard")
    stale = ask(more=[("keep", keep)])
    t.check("changed since it was read: to be read again", stale.status == 409 and "A shop with Esther" in stale.text and not ticked(stale),
            stale.status)
    keep = re.search(r'name="keep" value="(%s\.2\.expectations)"' % talk, cmf.get(where).text)[1]
    left = [ask(why="Over the limit", more=[("keep", keep)]) for _ in range(21)]
    made = sum(r.status == 200 for r in left)
    t.check("over the papers of a day: the page again, ticks kept", left[-1].status == 429 and ticked(left[-1]) == [keep] and
            "Over the limit" in left[-1].text, [r.status for r in left])
    t.same("and no entry for a copy that was not made", dpo.get("/desk/disclosures").text.count("Over the limit"), made)
