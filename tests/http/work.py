"""What is filled in is kept: referrals, drafts, corrections, conflicts, double submits, ended sessions, limits, gates."""
import html
import http.client
import re
import socket
import threading
import urllib.parse

import fill
import steps
from house import PASSWORD, TODAY


def together(function, times):
    threads = [threading.Thread(target=function) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def referral(t, house):
    """From the public to the page of the case."""
    public, cmf = house.visitor(source="127.0.0.21"), house.sign_in("cmf")
    start = public.get("/signaler")
    t.check("emergency numbers first", all(n in start.text for n in ("17", "112", "119")))
    t.check("a way out on every public page", "/quick-exit" in start.text and "/quick-exit" in public.get("/signaler/formulaire").text)
    page = public.get("/signaler/formulaire")
    pairs = [("record", page.hidden("record")), ("do", "file")]
    reply = public.post("/signaler/formulaire", pairs + [("given_name", "Unfinished")])
    t.check("unfinished: refused, marked, and what was typed is kept",
            reply.status == 422 and "Unfinished" in reply.text and reply.text.count('class="emsg"') > 5, reply.status)
    before = house.rows("kase")
    t.check("nothing was saved", before == house.rows("kase"))
    pairs += fill.pairs(steps.answers("F01", {"given_name": "Precious", "family_name": "Adeyemi"}))
    first, second = public.post("/signaler/formulaire", pairs), public.post("/signaler/formulaire", pairs)
    code = re.search(r"[2-9A-Z]{3}-[2-9A-Z]{3}-[2-9A-Z]{3}", first.text)
    t.check("sent: a receipt code", first.status == 200 and code, first.status)
    t.check("sent twice: the same receipt, one case",
            code and code[0] in second.text and house.rows("kase") == before + 1, house.rows("kase") - before)
    before = house.rows("kase")
    changed = [(n, "Precious-Joy" if n == "given_name" else v) for n, v in pairs]
    third = public.post("/signaler/formulaire", changed)
    t.check("sent, changed, sent again: said, and what was typed is kept",
            third.status == 409 and "Precious-Joy" in third.text and "has already reached us" in third.text, third.status)
    again = public.post("/signaler/formulaire", [("record", third.hidden("record")), *changed[1:]])
    t.check("sent once more: a second referral", again.status == 200 and house.rows("kase") == before + 1, again.status)
    for source in ("127.0.0.24", "127.0.0.25", "127.0.0.26"):
        hasty, replies = house.visitor(source=source), []
        twice = [("record", hasty.get("/signaler/formulaire").hidden("record")), *pairs[1:]]
        before = house.rows("kase")
        together(lambda: replies.append(hasty.post("/signaler/formulaire", twice)), 8)
        codes = {code for r in replies for code in re.findall(r"[2-9A-Z]{3}-[2-9A-Z]{3}-[2-9A-Z]{3}", r.text)}
        t.check("sent eight times at once: one receipt, one case",
                [r.status for r in replies] == [200] * 8 and len(codes) == 1 and house.rows("kase") == before + 1,
                [r.status for r in replies])
    case = page.hidden("record")
    t.check("no session comes of it", not public.cookies)
    t.same("the public cannot read it back", public.get(f"/cases/{case}").status, 303)
    triage = cmf.get("/triage")
    t.check("it waits for an answer", f"/triage/{case}" in triage.text)
    t.check("its page shows the answers", "Precious" in cmf.get(f"/triage/{case}").text)
    steps.refer(cmf, {"given_name": "Precius", "family_name": "Adeyemy"})
    t.check("a similar name is shown side by side", "Precius" in cmf.get(f"/triage/{case}").text)
    steps.assign(house.sign_in("coo2"), case, "cmf")
    t.same("assigned: the case opens", cmf.get(f"/cases/{case}").status, 200)
    steps.file_form(cmf, case, "TRI")
    steps.wanted(steps.move(cmf, case, "screen"), 303, "start the interviews")
    t.check("it moved on", "The file moved on" in cmf.get(f"/cases/{case}").text)


def rate(t, house):
    public = house.visitor(source="127.0.0.22")
    page = public.get("/signaler/formulaire").text
    record = re.search(r'name="record" value="([0-9a-z]{26})"', page)[1]
    pairs = [("do", "file")] + fill.pairs(steps.answers("F01"))
    got = [public.post("/signaler/formulaire", [("record", record)] + pairs).status for _ in range(22)]
    t.check("twenty an hour from one address", got[:20] == [200] * 20 and got[20:] == [429] * 2, got)
    other = house.visitor(source="127.0.0.23")
    t.same("other addresses go on", other.post("/signaler/formulaire", [("record", record)] + pairs).status, 200)


def drafts(t, house, case):
    cmf, coo = house.sign_in("cmf"), house.sign_in("coo2")
    form = steps.Form(cmf, case, "F07")
    text = "Bakery, five years — «à l’ancienne» <b>&amp;"
    reply = form.post(do="draft", only={first_text("F07"): text})
    t.check("an unfinished form is kept as a draft", reply.status == 303 and reply.location.endswith("done=draft"), reply.status)
    page = cmf.get(f"/cases/{case}")
    link = re.search(r'/cases/%s/forms/F07\?record=([0-9a-z]{26})' % case, page.text)
    t.check("it is listed on the case", link)
    back = steps.Form(cmf, case, "F07", "?record=" + link[1])
    t.check("resumed as it was left", escaped(text) in back.page.text and back.page.hidden("record") == form.page.hidden("record"))
    t.check("nobody else sees it", link[1] not in coo.get(f"/cases/{case}").text and
            escaped(text) not in coo.get(f"/cases/{case}/forms/F07?record={link[1]}").text)
    steps.wanted(back.post(), 303, "file it")
    t.check("filed: the draft is gone", not re.search(r"forms/F07\?record=", cmf.get(f"/cases/{case}").text))


def shared_drafts(t, house, case):
    """Two people correct the same form, each with a draft of their own."""
    cmf, coo = house.sign_in("cmf"), house.sign_in("coo2")
    steps.file_form(cmf, case, "F06")
    name = first_text("F06")
    one, two = steps.Form(cmf, case, "F06"), steps.Form(coo, case, "F06")
    t.check("both start from the same version", one.page.hidden("record") == two.page.hidden("record"))
    one.post(do="draft", only={name: "Draft of the case manager"})
    two.post(do="draft", only={name: "Draft of the coordinator"})
    more = "?record=" + one.page.hidden("record")
    for who, mine, other in ((cmf, "case manager", "coordinator"), (coo, "coordinator", "case manager")):
        page = who.get(f"/cases/{case}/forms/F06{more}").text
        t.check(f"the {mine} finds her own draft, and only hers", f"Draft of the {mine}" in page and f"Draft of the {other}" not in page)
    resumed = steps.Form(cmf, case, "F06", more)
    steps.wanted(steps.Form(coo, case, "F06").post({name: "Filed meanwhile"}, reason="heard anew"), 303, "file meanwhile")
    late = resumed.post({name: "Filed late"}, reason="heard anew")
    t.same("filed from before someone else's version: a conflict", late.status, 409)
    again = steps.Form(cmf, case, "F06", more)
    late = again.post({name: "Filed later still"}, reason="heard anew")
    t.same("so too from a draft resumed after it", late.status, 409)


def first_text(code):
    """The name of a text that is always asked; else of one that is asked at all."""
    texts = [f for f in fill.fields(code) if f["type"] == "text" and f.get("max", 200) >= 200]
    return (next((f for f in texts if not f.get("relevant")), None) or texts[0])["name"]


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def correction(t, house, case):
    cmf = house.sign_in("cmf")
    name = first_text("F04")
    record = steps.file_form(cmf, case, "F04", {name: "As first written"})
    bare = steps.Form(cmf, case, "F04").post({name: "As corrected"})
    t.check("without a reason: refused, the text kept", bare.status == 422 and "Say why this form is corrected" in bare.text and
            "As corrected" in bare.text, bare.status)
    steps.file_form(cmf, case, "F04", {name: "As corrected"}, reason="A word was misheard")
    page = steps.record_page(cmf, case, record)
    t.check("the page shows the new text, the reason, and the change",
            "As corrected" in page.text and "A word was misheard" in page.text and "As first written" in page.text)
    t.check("it links the former version", f"/records/{record}?version=1" in page.text)
    old = steps.record_page(cmf, case, record, "?version=1")
    t.check("which reads as it was", "As first written" in old.text and "As corrected" not in old.text)
    for version in ("3", "99", "x", "-1"):
        t.same(f"version {version}: absent", cmf.get(f"/cases/{case}/records/{record}?version={version}").status, 404)


def conflict(t, house, case):
    cmf, coo = house.sign_in("cmf"), house.sign_in("coo2")
    name = first_text("F02")
    record = steps.file_form(cmf, case, "F02", {name: "Version one"})
    one, two = steps.Form(cmf, case, "F02"), steps.Form(coo, case, "F02")
    steps.wanted(one.post({name: "Version of the first"}, reason="first"), 303, "the first files")
    reply = two.post({name: "Version of the second"}, reason="second")
    t.same("the second is told", reply.status, 409)
    t.check("and sees both", "Version of the first" in reply.text and "Version of the second" in reply.text and
            "Someone else saved this form in the meantime" in reply.text)
    t.check("and who it was", "cmf Test" in reply.text)
    two.page = reply
    steps.wanted(two.post({name: "Version of the second"}, reason="put together"), 303, "the second files anew")
    texts = [steps.record_page(cmf, case, record, f"?version={v}").text for v in (1, 2, 3)]
    t.check("all three versions can be read", all(w in x for w, x in zip(
        ("Version one", "Version of the first", "Version of the second"), texts)))


def first_filing(t, house, case):
    """A form kept once per case, filled by two people who both found it empty."""
    cmf, coo = house.sign_in("cmf"), house.sign_in("coo2")
    one, two = steps.Form(cmf, case, "F08"), steps.Form(coo, case, "F08")
    steps.wanted(one.post(), 303, "the first files")
    reply = two.post()
    t.same("the second is told, too", reply.status, 409)
    two.page = reply
    t.same("and files a version of the same record", two.post(reason="both are right").status, 303)
    page = coo.get(f"/cases/{case}").text
    title = fill.form("F08")["title"]["en"]
    t.same("the timeline holds one form", page.count(f">{title}</a>") - page.count(f"/forms/F08\">{title}</a>"), 1)


def at_once(t, house):
    """Twenty notes on one file at the same moment: each is taken, none waits for ever and none is lost."""
    cmf = house.sign_in("cmf")
    case = steps.refer(cmf)
    forms, got = [], []
    for i in range(20):
        who = house.visitor()
        who.cookies = dict(cmf.cookies)
        forms.append(steps.Form(who, case, "NOTE"))
    threads = [threading.Thread(target=lambda f=f, i=i: got.append(f.post({"text_plan": f"Note {i} of twenty"}).status)) for i, f in enumerate(forms)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    t.same("all are taken", got, [303] * 20)
    said = "".join(steps.record_page(cmf, case, f.page.hidden("record")).text for f in forms)
    t.check("and all are there", all(f"Note {i} of twenty" in said for i in range(20)))


def foreign_record(t, house, case):
    """The number of one form's record does not open another form's."""
    cmf = house.sign_in("cmf")
    victim = steps.file_form(cmf, case, "VOL")
    form = steps.Form(cmf, case, "NOTE")
    before = house.dump()
    pairs = [("csrf", form.page.hidden("csrf")), ("record", victim), ("based_on", "1"), ("do", "file"), ("_reason", "x"),
             ("topic", "GENERAL"), ("text_plan", "Written over")]
    reply = cmf.post(form.path, pairs)
    t.check("a note cannot supersede another form", reply.status in (400, 404, 409, 422), reply.status)
    t.check("nothing was written", house.dump() == before)
    t.check("the form reads as before", fill.form("VOL")["title"]["en"] in steps.record_page(cmf, case, victim).text)
    other = steps.refer(cmf)
    pairs[0] = ("csrf", steps.token(cmf))
    reply = cmf.post(f"/cases/{other}/forms/VOL", pairs)
    t.check("nor one of another case", reply.status in (400, 404, 409, 422), reply.status)
    for record, based_on in (("", "0"), ("x" * 26, "0"), (victim, "-1"), (victim, "99999999999999999999"), (victim, "1e3"), (victim, "")):
        pairs[1], pairs[2] = ("record", record), ("based_on", based_on)
        reply = cmf.post(form.path, pairs)
        t.check(f"record “{record[:5]}” based on “{based_on}”: refused", 400 <= reply.status < 500, reply.status)


def records(house):
    """The numbers of all records, each once though it is kept in parts."""
    return set(re.findall(r"(?m)^INSERT INTO \S*\brecord\b\S* VALUES ?\([^,]+,\s*([^,]+),", house.dump()))


def double_submit(t, house, case):
    cmf = house.sign_in("cmf")
    form = steps.Form(cmf, case, "NOTE")
    before = records(house)
    replies = []

    def press():
        replies.append(form.post({"text_plan": "Pressed many times"}).status)

    together(press, 8)
    t.check("every press is answered well", set(replies) == {303}, replies)
    t.same("one record comes of it", len(records(house) - before), 1)
    again = form.post({"text_plan": "Changed, then pressed again"})
    t.same("the same page with other words is a conflict", again.status, 409)
    t.check("which shows both", "Pressed many times" in again.text and "Changed, then pressed again" in again.text)
    page = cmf.get(f"/cases/{case}").text
    t.check("the timeline shows the note's words", "Pressed many times" in page)


def ended_session(t, house, case):
    cmf = house.sign_in("cmf")
    form = steps.Form(cmf, case, "F09")
    name = first_text("F09")
    text = "Typed while the session ended: ‏مرحبا‏ & 100 % <i>"
    twin = house.visitor()
    twin.cookies = dict(cmf.cookies)
    twin.post("/sign-out", [("csrf", steps.token(twin))])
    before = house.rows("record")
    reply = form.post({name: text})
    t.check("sent to sign-in with a place for the text", reply.status == 303 and "stash=" in reply.location, reply.location)
    t.same("nothing was filed", house.rows("record"), before)
    page = cmf.get(reply.location)
    stash = page.hidden("stash")
    thief = house.sign_in("cmf2").get(f"/waiting/{stash}")
    t.check("nobody else gets it", thief.status in (303, 404) and "forms" not in thief.location, thief.location)
    back = cmf.post("/sign-in", [("login", "cmf"), ("password", PASSWORD), ("code", house.accounts["cmf"].code()),
                                 ("stash", stash), ("back", "/")])
    t.check("after sign-in, on to it", back.status == 303 and stash in back.location, back.location)
    t.check("the first page offers it too", f"/waiting/{stash}" in cmf.get("/").text)
    on = cmf.get(back.location)
    t.check("which is the form", on.status == 303 and on.location.startswith(form.path), on.location)
    form.page = cmf.get(on.location)
    t.check("with the text as it was typed", escaped(text) in form.page.text)
    t.same("and it can be filed", form.post({name: text}).status, 303)
    t.check("afterwards it is offered no more", f"/waiting/{stash}" not in cmf.get("/").text)


def waiver_address(house, case):
    """The first condition of this file that may be waived."""
    page = house.sign_in("cmf").get(f"/cases/{case}/waivers").text + house.sign_in("cmf").get(f"/cases/{case}").text
    found = re.search(r'"(/cases/%s/waivers/new\?[^"]+)"' % case, page)
    return html.unescape(found[1])


def ended_elsewhere(t, house, case):
    """The same for forms with pages of their own: a referral after a call, a request for a waiver."""
    for path, code, field, text in (("/referrals/new", "F01", "given_name", "Said on the phone"),
                                    (waiver_address(house, case), "WAIV", "reason", "Explained at length")):
        login = "cmf2" if code == "F01" else "cmf"
        who = house.sign_in(login)
        page = steps.wanted(who.get(path), 200, path)
        pairs = [(n, page.hidden(n)) for n in ("csrf", "record", "based_on")] + [("do", "file")]
        if not any(f["name"] == field for f in fill.fields(code)):
            field = first_text(code)
        ended = dict(who.cookies)
        who.post("/sign-out", [("csrf", page.hidden("csrf"))])
        who.cookies = ended
        reply = who.post(path, pairs + [(field, text)])
        t.check(f"{code}: a place for the text", reply.status == 303 and "stash=" in reply.location, reply.location)
        stash = reply.location.partition("stash=")[2]
        again = house.sign_in(login)
        on = again.get(f"/waiting/{stash}")
        page = again.get(on.location)
        t.check(f"{code}: after sign-in it is there", page.status == 200 and text in page.text and "Your session had ended" in page.text
                or code == "F01" and text in page.text, f"{on.location} {page.status}")
    other = house.sign_in("cmf", fresh=True)
    key, ended = steps.token(other), dict(other.cookies)
    other.post("/sign-out", [("csrf", key)])
    other.cookies = ended
    t.check("what is no form is not kept", "stash=" not in other.post("/search", [("csrf", key), ("q", "a")]).location)


def limits(t, house, case):
    cmf = house.sign_in("cmf")
    for length, sent in ((524289, 524289), (10**9, 0)):
        with socket.create_connection(("127.0.0.1", house.port), 5) as s:
            s.sendall(b"POST /cases/%s/forms/NOTE HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n"
                      b"Content-Type: application/x-www-form-urlencoded\r\n\r\n%s" % (case.encode(), length, b"a" * sent))
            reply = http.client.HTTPResponse(s)
            reply.begin()
            said = reply.read().decode()
        t.check(f"a body of {length} bytes: 413, and the limit is named",
                reply.status == 413 and "512 kB" in said and "512 ko" in said, (reply.status, said))
    form = steps.Form(cmf, case, "NOTE")
    for what, long in (("a long text", "A" * 520_000), ("one of quotes", "'" * 170_000)):
        reply = form.post({"text_plan": long})
        t.check(f"{what} just below: read, too long for its field, and kept", reply.status == 422 and
                long in html.unescape(reply.text), reply.status)
    for one in (form, steps.Form(cmf, case, "F02"), steps.Form(cmf, case, "F05")):  # the last two are the longest pages
        raw = urllib.parse.urlencode([(n, one.page.hidden(n)) for n in ("csrf", "record", "based_on")])
        raw += f"&do=file&{first_text(one.code)}=" + "'" * 520_000
        reply = cmf.request("POST", one.path, raw=raw, headers={"Content-Type": "application/x-www-form-urlencoded"})
        t.check(f"nothing but quotes, to the last byte, on {one.code}: kept too",
                reply.status == 422 and "'" * 520_000 in html.unescape(reply.text), reply.status)
    reply = cmf.post(form.path, [("a", "b")] * 20_000)
    t.check("twenty thousand fields: refused", 400 <= reply.status < 500, reply.status)
    reply = cmf.request("POST", form.path, raw="csrf=%ZZ&%=%", headers={"Content-Type": "application/x-www-form-urlencoded"})
    t.check("broken encoding: refused", 400 <= reply.status < 500, reply.status)
    reply = cmf.request("POST", form.path, raw='{"a":1}', headers={"Content-Type": "application/json"})
    t.check("JSON is no form", 400 <= reply.status < 500, reply.status)
    t.check("a very long address: refused", cmf.get("/cases?state=" + "a" * 3000).status in (400, 414))


def gates(t, house):
    cmf = house.sign_in("cmf")
    case = steps.refer(cmf, {"birth_date": "2005-01-01", "protective_measure": "NONE" if "NONE" in fill.codes("PROTMEASURE") else
                             fill.codes("PROTMEASURE")[0], "accompanying_adult": "NO"})
    page = cmf.get(f"/cases/{case}")
    missing = [re.sub(r"<[^>]+>", "", m) for m in re.findall(r'<small>([^<]+)</small></span><span class="tag err">', page.text)]
    t.check("the page says what is missing", missing and all(missing), missing)
    before = house.rows("record")
    reply = steps.move(cmf, case, "screen")
    t.check("a shut gate: refused", reply.status == 422, reply.status)
    said = re.search(r"(?s)<main.*?<h1>.*?</h1>(.*?)<p><a", reply.text)[1]
    sentences = [s for s in re.findall(r"<p[^>]*>(.*?)</p>", said)]
    t.check("with one sentence, that of the page", len(sentences) == 1 and sentences[0] in missing, (sentences, missing))
    t.check("and the file stays", house.rows("record") == before and "Start the interviews" in cmf.get(f"/cases/{case}").text)
    t.same("a step that does not follow: a conflict", steps.move(cmf, case, "depart").status, 409)
    for to in ("", "pay", "no-such", "SCREEN"):
        t.same(f"a step named “{to}”: refused", steps.move(cmf, case, to).status, 400)


def rules(t, house):
    """What a form may say and who may file it, seen against the rest of the file."""
    cmf, coo = house.sign_in("cmf"), house.sign_in("coo2")
    case = steps.refer(cmf)
    steps.file_form(cmf, case, "F02")
    form = steps.Form(cmf, case, "F02R")
    reply = form.post({"agree": "MORE", "comment": "Typed by the author"})
    t.check("who wrote the interview does not read it a second time: refused at the question, the text kept",
            reply.status == 422 and "You wrote a part of what is read here" in reply.text and "Typed by the author" in reply.text,
            reply.status)
    t.same("a colleague does", steps.Form(coo, case, "F02R").post({"agree": "YES"}).status, 303)
    steps.open_abroad(cmf, case)
    steps.file_form(cmf, case, "F09", {"boarded": "YES", "departed_on": TODAY})
    early = fill._value("today-1", TODAY)
    reply = steps.Form(coo, case, "F11").post({"arrival": early})
    t.check("nobody arrives before she left", reply.status == 422 and
            "The arrival cannot be before the departure that is recorded." in reply.text, reply.status)
    t.same("the same day is fine", steps.Form(coo, case, "F11").post({"arrival": TODAY}).status, 303)
    steps.file_form(cmf, case, "WDR", {"wish_now": "NO"})
    top = re.search(r'(?s)<div class="note err">(.*?)</div>', cmf.get(f"/cases/{case}").text)[1]
    t.check("a withdrawal is said before what is only missing", top.find("The person no longer wishes to return.") in range(40), top)
    steps.file_form(cmf, case, "F04", {"decision_today": "GO_ON"})
    t.check("a new interview lifts it", "Preparations have stopped" not in cmf.get(f"/cases/{case}").text)
    steps.file_form(cmf, case, "WDR", {"wish_now": "NO"})
    steps.file_form(cmf, case, "F04", {"decision_today": "GO_ON", first_text("F04"): "A word put right"}, reason="A typing error")
    t.check("a typing error put right does not", "Preparations have stopped" in cmf.get(f"/cases/{case}").text)


def search(t, house):
    cmf = house.sign_in("cmf")
    case = steps.refer(cmf, {"given_name": "Oluwaseyi", "family_name": "Babatunde", "safe_contact": "+33 6 98 76 54 32"})

    def find(words, who=cmf):
        reply = who.post("/search", [("csrf", steps.token(who)), ("q", words)])
        return steps.wanted(reply, 303, "search").location

    for words in ("Oluwaseyi Babatunde", "oluwasey babatund", "Babatunde", "Olúwáṣeyì", "06 98 76 54 32", "Babatonde"):
        where = find(words)
        page = cmf.get(where)
        t.check(f"“{words}” finds her", page.status == 200 and case in page.text, page.status)
        t.check("and the address does not tell", "abat" not in where.lower() and "oluw" not in where.lower(), where)
    t.check("another name does not", case not in cmf.get(find("Zhang Wei")).text)
    for words in ("", " ", "%", "'; DROP TABLE kase; --", "\x00", "a" * 5000, "😀", "\u202e"):
        reply = cmf.post("/search", [("csrf", steps.token(cmf)), ("q", words)])
        if reply.status == 303:
            reply = cmf.get(reply.location)
        t.check(f"“{words[:10]!r}” does no harm", reply.status < 500, reply.status)
    cmf2 = house.sign_in("cmf2")
    t.same("a search belongs to its session", cmf2.get(find("Babatunde")).status, 404)
    t.check("others do not find her", case not in cmf2.get(find("Babatunde", cmf2)).text)


def timeline(t, house):
    cmf = house.sign_in("cmf")
    case = steps.refer(cmf)
    filed = [steps.file_form(cmf, case, "NOTE", {"text_plan": f"Note {i}"}) for i in range(70)]
    page, shown, pages = cmf.get(f"/cases/{case}"), [], 0
    while pages < 5:
        pages += 1
        shown.append(set(re.findall(r"/records/([0-9a-z]{26})", page.text)))
        older = re.search(r'href="([^"]+)" rel="next"', page.text)
        if not older:
            break
        page = cmf.get(older.group(1).split("#")[0])
    t.same("seventy notes and a referral take two pages", [len(s) for s in shown], [50, 21])
    t.check("and each is on one of them", set(filed) < shown[0] | shown[1] and not shown[0] & shown[1])
    newer = re.search(r'href="([^"]+)" rel="prev"', page.text)
    t.check("the second leads back to the first", newer and newer.group(1).split("#")[0] == f"/cases/{case}?from=0")
    for wrong in ("-1", "999999", "x", "9" * 40):
        page = cmf.get(f"/cases/{case}?from={wrong}")
        t.same(f"from {wrong[:8]} is the first page", len(re.findall(r"/records/([0-9a-z]{26})", page.text)), 50)


def quick_exit(t, house):
    for who in (house.visitor(), house.sign_in("cmf")):
        reply = who.get("/quick-exit")
        t.check("leaves at once", reply.status == 303 and reply.location.startswith("https://") and "127.0.0.1" not in reply.location)
        t.check("and has the browser forget", '"cookies"' in reply.headers.get("clear-site-data", ""))


def papers(t, house, case):
    """Made by web itself, which may then open fonts and not much else."""
    cmf = house.sign_in("cmf")
    page = cmf.get(f"/cases/{case}/papers")
    names = re.findall(r'formaction="/cases/[^"]*/papers/([^"]+)"', page.text)
    t.check("some can be printed now", page.status == 200 and names, page.status)
    for name in names:
        for spoken in ("ar", "vi"):
            paper = cmf.get(f"/cases/{case}/papers/{name}?lang={spoken}")
            t.check(f"{name}, {spoken}: a paper, with its letters", paper.status == 200 and paper.body.startswith(b"%PDF") and
                    b"/FontFile" in paper.body, paper.status)
