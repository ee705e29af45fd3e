"""Reaching files: access by name, break-glass, budgets, alerts, decoys."""
import re

import steps
from house import TODAY

REASON = "Her colleague is ill and the shelter rang."


def code_of(who, case):
    bar = re.search(r'(?s)<section class="idbar".*?</section>', who.get(f"/cases/{case}").text)[0]
    return re.search(r"<dd>\s*<bdi[^>]*>([^<]+)<", bar)[1]


def waiting(house, login):
    """What stands under "Waiting for me"."""
    text = house.sign_in(login).get("/").text
    return steps.words(type("", (), {"text": re.search(r'(?s)<aside aria-labelledby="w">.*?</aside>', text)[0]}))


def give(house, case, login, **more):
    coo = house.sign_in("coo2")
    page = steps.wanted(coo.get(f"/cases/{case}/assign"), 200, "assign")
    person = re.search(r'<option value="([0-9a-z]{26})">%s Test \(' % login, page.text)
    if not person:
        return None
    return coo.post(f"/cases/{case}/given", [("csrf", page.hidden("csrf")), ("who", person[1]), ("do", "give")] + list(more.items()))


def by_name(t, house):
    """The medical focal point is given a file: she reads her part of it, and only then."""
    cmf, med, coo = house.sign_in("cmf"), house.sign_in("med"), house.sign_in("coo2")
    case = steps.refer(cmf)
    path = f"/cases/{case}"
    t.same("before, it is not there for her", med.get(path).status, 404)
    t.check("nor in her list", case not in med.get("/cases").text)
    t.check("the officer abroad is not offered", give(house, case, "cmr") is None)
    t.check("nor who reads by her role", give(house, case, "trv") is None and give(house, case, "dpo") is None)
    t.same("a day that is past", give(house, case, "med", until="2018-05-01").status, 422)
    t.same("no day at all", give(house, case, "med", until="tomorrow").status, 422)
    t.same("given", give(house, case, "med", until=TODAY).status, 303)
    t.same("it opens to her", med.get(path).status, 200)
    t.check("and stands in her list", case in med.get("/cases").text)
    t.check("with health, not with notes", med.get(f"{path}/forms/F08").status == 200 and med.get(f"{path}/forms/NOTE").status == 403)
    t.check("the timeline says so", "Access to the file was given by name" in steps.words(coo.get(path)))
    page = coo.get(f"{path}/assign")
    t.check("who and until when", "med Test" in steps.words(page) and "until 14 May 2018" in steps.words(page))
    who = re.search(r'name="who" value="([0-9a-z]{26})"', page.text)[1]
    t.same("only a coordinator gives", cmf.post(f"{path}/given", [("csrf", steps.token(cmf)), ("who", who), ("do", "give")]).status, 403)
    back = coo.post(f"{path}/given", [("csrf", page.hidden("csrf")), ("who", who), ("do", "take")])
    t.same("taken back", back.status, 303)
    t.same("closed again", med.get(path).status, 404)
    t.same("given once more", give(house, case, "med", until=TODAY).status, 303)
    t.same("the account is locked", coo.post(f"/accounts/{who}/lock", [("csrf", steps.token(coo))]).status, 303)
    page = coo.get(f"{path}/assign")
    t.check("a locked account is not offered", f'<option value="{who}"' not in page.text)
    t.same("nor given the file", coo.post(f"{path}/given", [("csrf", page.hidden("csrf")), ("who", who), ("do", "give")]).status, 422)
    back = coo.post(f"{path}/given", [("csrf", page.hidden("csrf")), ("who", who), ("do", "take")])
    t.same("but it can be taken back from her", back.status, 303)
    t.check("and she has it no more", "med Test" not in steps.words(coo.get(f"{path}/assign")))
    t.same("unlocked", coo.post(f"/accounts/{who}/unlock", [("csrf", steps.token(coo))]).status, 303)
    t.same("whoever has the file keeps it", cmf.get(path).status, 200)


def glass(t, house):
    """A colleague's file, with a reason: 24 hours, and those who answer for it are told."""
    cmf, other, cmr, dpo = (house.sign_in(n) for n in ("cmf", "cmf2", "cmr", "dpo"))
    case = steps.refer(cmf)
    path, code = f"/cases/{case}", code_of(cmf, case)

    def ask(who, code, reason=REASON):
        return who.post("/glass", [("csrf", steps.token(who)), ("code", code), ("reason", reason)])

    t.same("it is not there", other.get(path).status, 404)
    reply = ask(other, code, "too short")
    t.check("without a reason: no, and the code is kept", reply.status == 422 and f'value="{code}"' in reply.text and "reason-e" in reply.text)
    t.check("without a code: no, and the reason is kept", (r := ask(other, "")).status == 422 and REASON in r.text and "code-e" in r.text)
    absent, elsewhere = ask(cmr, "ZZZZ-ZZZZ"), ask(cmr, code)
    t.check("from abroad it is as if it were not there", absent.status == elsewhere.status == 422
            and steps.masked(absent.text).replace("ZZZZ-ZZZZ", code) == steps.masked(elsewhere.text))
    t.same("the officer abroad still has nothing", cmr.get(path).status, 404)
    for login in ("dpo", "adm", "mne", "trn", "fin", "rsk", "trv"):
        t.same(f"{login} has no such page", ask(house.sign_in(login), code).status, 403)
    reply = ask(other, code)
    t.check("with a reason it opens", reply.status == 303 and reply.location == f"{path}?done=glass", reply.location)
    page = other.get(reply.location)
    t.check("and it is said that they were told", page.status == 200 and "have been told" in steps.words(page))
    t.check("it stands in the list", case in other.get("/cases").text)
    for login in ("cmf", "dpo"):
        said = waiting(house, login)
        t.check(f"{login} finds it on the first page", "cmf2 Test" in said and code in said, said)
        text = steps.words(house.sign_in(login).get("/alerts"))
        t.check(f"{login} reads the reason", REASON in text, text)
    t.check("nobody else does", REASON not in house.sign_in("cpf").get("/alerts").text and REASON not in house.sign_in("trv").get("/alerts").text)
    t.check("the reason is not in the database", REASON not in house.dump())
    store = (house.data / "vault" / "store").read_bytes()
    t.check("nor in clear in the vault's store", REASON.encode() not in store)
    page = cmf.get("/alerts")
    number = re.search(r'action="/alerts/(\d+)"', page.text)[1]
    t.same("another one's alert cannot be acknowledged", other.post(f"/alerts/{number}", [("csrf", steps.token(other))]).status, 404)
    t.same("she has seen it", cmf.post(f"/alerts/{number}", [("csrf", page.hidden("csrf"))]).status, 303)
    t.check("and it waits no more", code not in waiting(house, "cmf"))
    t.check("but for the data-protection officer", code in waiting(house, "dpo"))
    t.same("numbers of no alert", dpo.post("/alerts/999999", [("csrf", steps.token(dpo))]).status, 404)
    t.same("nor a number", dpo.post("/alerts/x", [("csrf", steps.token(dpo))]).status, 404)


def budgets(t, house):
    """Searches are counted in the vault; who has used them up is told so, and a coordinator can help for a day."""
    cpf, coo = house.sign_in("cpf"), house.sign_in("coo2")

    def search(who):
        return who.post("/search", [("csrf", steps.token(who)), ("q", "Nobody")])

    replies = [search(cpf).status for _ in range(21)]
    t.check("twenty searches, then no more", replies == [303] * 20 + [429], replies)
    text = steps.words(search(cpf))
    t.check("what, why, until when, whom to ask", "You have searched 20 times" in text and "stolen password" in text
            and "possible again from" in text and "coo2 Test" in text, text)
    t.same("the rest of her work goes on", cpf.get("/cases").status, 200)
    for login in ("dpo", "coo2"):
        said = waiting(house, login)
        t.check(f"{login} is told", "cpf Test has reached a limit" in said, said)
    page = coo.get("/limits")
    person = re.search(r'<option value="([0-9a-z]{26})">cpf Test<', page.text)[1]

    def raise_it(who, reason):
        return coo.post("/limits", [("csrf", page.hidden("csrf")), ("who", who), ("reason", reason)])

    reply = raise_it(person, "short")
    t.check("a reason is needed, the choice is kept", reply.status == 422 and f'value="{person}" selected' in reply.text)
    t.check("a person too", raise_it("", REASON).status == 422 and REASON in raise_it("", REASON).text)
    t.same("only a coordinator raises", cpf.post("/limits", [("csrf", steps.token(cpf)), ("who", person), ("reason", REASON)]).status, 403)
    t.same("raised", raise_it(person, REASON).status, 303)
    t.same("she searches again", search(cpf).status, 303)
    t.check("the data-protection officer is told why", REASON in house.sign_in("dpo").get("/alerts").text)


def decoy(t, house):
    """A file of nobody: in lists like any other, in no figure; opening it is reported."""
    coo, fin = house.sign_in("coo2"), house.sign_in("fin")
    before = steps.words(coo.get("/programme"))
    total = re.search(r"of (\d+)", steps.words(fin.get("/cases")))[1]

    page = coo.get("/alerts")

    def make(given, family, **more):
        return coo.post("/decoys", [("csrf", page.hidden("csrf")), ("record", page.hidden("record")), ("given", given), ("family", family),
                                    *more.items()])

    reply = make("Zelda", "")
    t.check("a name is needed, what was typed is kept", reply.status == 422 and 'value="Zelda"' in reply.text)
    t.same("only a coordinator makes one", fin.post("/decoys", [("csrf", steps.token(fin)), ("given", "A"), ("family", "B")]).status, 403)
    reply = make("Zelda", "Quvaro", contact="x" * 81)
    t.check("a contact too long is marked", reply.status == 422 and reply.text.count('aria-invalid="true" aria-describedby="decoy-e"') == 2
            and "x" * 81 in reply.text, reply.status)
    t.same("made", make("Zelda", "Quvaro", organisation="Le Relais").status, 303)
    t.same("sent twice, it is one file", make("Zelda", "Quvaro", organisation="Le Relais").status, 303)
    t.same("the same form is no other file", make("Zelda", "Other").status, 409)
    after = re.search(r"of (\d+)", steps.words(fin.get("/cases")))[1]
    t.same("it stands in the list", int(after), int(total) + 1)
    t.check("the programme's figures do not know it", steps.words(coo.get("/programme")) == before)
    cases, where = [], "/cases?rows=50"
    while where:
        page = fin.get(where)
        cases += re.findall(r'href="/cases/([0-9a-z]{26})"', page.text)
        more = re.search(r'href="([^"]+)" rel="next"', page.text)
        where = more and more[1].replace("&amp;", "&")
    t.check("nobody has been told yet", "decoy" not in waiting(house, "dpo"))
    found = coo.post("/search", [("csrf", steps.token(coo)), ("q", "Zelda Quvaro")])
    case = re.search(r'href="/cases/([0-9a-z]{26})"', coo.get(found.location).text)[1]
    t.check("it is found by its name", case in cases)
    t.check("who made it may look", coo.get(f"/cases/{case}").status == 200 and "decoy" not in waiting(house, "dpo"))
    referral = re.search(rf'href="(/cases/{case}/records/[^"]*)"', coo.get(f"/cases/{case}").text)
    said = steps.words(coo.get(referral[1]))
    t.check("its referral is of the coordinator's words", "Le Relais" in said and "Zelda" in said, said)
    t.check("nothing of the demonstration stands in it", not any(w in said for w in ("exemple", "example", "01 99", "06 39 98", "tournesol")), said)
    t.check("nothing on its page tells", "decoy" not in fin.get(f"/cases/{case}").text.lower())
    said = waiting(house, "dpo")
    t.check("the opening is told", "fin Test opened the decoy" in said, said)
    house.stop()
    house.start()
    t.check("figures after a restart", steps.words(house.sign_in("coo2").get("/programme")) == before)


def hidden(t, house):
    """Where the person is: hidden on forms and records until asked for, and saving a form that hides it changes nothing of it."""
    cmf = house.sign_in("cmf2")
    button = re.compile(r'action="/cases/[0-9a-z]{26}/reveal"')
    said = "+33 6 44 33 22 11"
    case = steps.refer(cmf, {"safe_contact": said})
    page = house.sign_in("fin").get(f"/cases/{case}")
    t.check("who never reads where the person is, is not offered to be shown it", page.status == 200 and not button.search(page.text)
            and f'href="/cases/{case}/contact"' in page.text, page.status)
    t.check("who does is", button.search(cmf.get(f"/cases/{case}").text))
    form = steps.Form(cmf, case, "F01")
    t.check("a correction does not show it", said not in form.page.text and 'name="safe_contact"' not in form.page.text)
    others = steps.answers("F01", {"given_name": "Corrected"})
    unseen = ("found_in", "location_dept", "housing", "safe_channel", "safe_contact", "unsafe_contact_modes")
    pairs = [(n, v) for n, v in steps.fill.pairs(others) if n.split(".")[0] not in unseen]
    reply = form.post(pairs=pairs, reason="The name was misspelt")
    t.same("it is saved without", reply.status, 303)
    record = form.page.hidden("record")
    t.check("the record does not show it", said not in steps.record_page(cmf, case, record).text)
    draft = steps.Form(cmf, case, "F01")
    t.same("a draft likewise", draft.post(pairs=pairs, do="draft", reason="Another").status, 303)
    t.check("nor does the draft", said not in cmf.get(f"/cases/{case}/forms/F01?record={record}").text)
    t.check("colleagues find the number still", case in cmf.get(cmf.post("/search", [("csrf", steps.token(cmf)), ("q", said)]).location).text)
    steps.wanted(steps.reveal(cmf, case), 303, "reveal")
    page = steps.record_page(cmf, case, record)
    t.check("asked for, it is as it was; the name is corrected", said in page.text and "Corrected" in page.text)
    t.check("and the page says for how long", "shown for five minutes" in steps.words(page))
    t.check("the draft has kept it too", said in cmf.get(f"/cases/{case}/forms/F01?record={record}").text)
    t.check("another session is not shown it", said not in steps.record_page(house.sign_in("coo2"), case, record).text)
    page = house.sign_in("dpo").get("/audit")
    t.check("the log has the opening of that part alone", "Where the person is, safe contact" in steps.words(page))
    blank = steps.Form(cmf, case, "NOTE").page.text
    t.check("a new note asks everything", "text_location" in blank)
    t.same("who reads no such part is not shown one", house.sign_in("trv").post(f"/cases/{case}/reveal", [("csrf", steps.token(house.sign_in("trv")))]).status, 404)


UNSEEN = ("found_in", "location_dept", "housing", "safe_channel", "safe_contact", "unsafe_contact_modes")


def intake(more=None, shown=False):
    """The answers of an intake as its page posts them: with where the person is only when it shows that."""
    pairs = steps.fill.pairs(steps.answers("F01", more))
    return pairs if shown else [(n, v) for n, v in pairs if n.split(".")[0] not in UNSEEN]


def all_of(house, case, record):
    """The record's page with where the person is, to a coordinator who has asked for it."""
    coo = house.sign_in("coo2")
    steps.wanted(steps.reveal(coo, case), 303, "reveal")
    return steps.record_page(coo, case, record).text


def hidden_drafts(t, house):
    """What a page hid is taken from where that page was drawn from: an old draft does not come back by itself."""
    old, new, never = "+33 6 11 11 11 11", "+33 6 22 22 22 22", "+33 6 33 33 33 33"
    cmf, coo = house.sign_in("cmf2"), house.sign_in("coo2")
    case = steps.refer(cmf, {"safe_contact": old})
    draft = steps.Form(cmf, case, "F01")
    record = draft.page.hidden("record")
    steps.wanted(draft.post(pairs=intake({"safe_contact": never}, True), do="draft"), 303, "a draft of version 2")
    form = steps.Form(coo, case, "F01")
    steps.wanted(form.post(pairs=intake({"safe_contact": new}, True), reason="A new number"), 303, "version 2")
    form = steps.Form(cmf, case, "F01")
    t.same("the page corrects version 2", form.page.hidden("based_on"), "2")
    t.check("and was not drawn from the draft", 'name="from"' not in form.page.text)
    t.same("saved with where she is hidden", form.post(pairs=intake({"given_name": "Third"}), reason="The name").status, 303)
    text = all_of(house, case, record)
    t.check("the newest number stays, not that of an old draft", new in text and never not in text)

    steps.wanted(steps.Form(cmf, case, "F01").post(pairs=intake({"safe_contact": never}, True), do="draft"), 303, "a draft of version 3")
    form = steps.Form(coo, case, "F01")
    steps.wanted(form.post(pairs=intake({"safe_contact": old}, True), reason="Another number"), 303, "version 4")
    form = steps.Form(cmf, case, "F01")
    t.same("a page that says it comes from a draft of another version", form.post(
        pairs=intake({"given_name": "Fifth"}) + [("from", "draft")], reason="The name").status, 303)
    text = all_of(house, case, record)
    t.check("does not bring it back either", old in text and never not in text)
    steps.wanted(steps.Form(cmf, case, "F01").post(pairs=intake({"safe_contact": never}, True), do="draft"), 303, "a draft of version 5")
    form = steps.Form(coo, case, "F01")
    steps.wanted(form.post(pairs=intake({"safe_contact": new}, True), reason="Once more"), 303, "version 6")
    form = steps.Form(cmf, case, "F01", f"?record={record}")
    form.page = form.post(pairs=intake({"given_name": "Seventh"}), reason="The name")
    t.check("a draft resumed too late: a conflict, and the page is no draft's", form.page.status == 409 and not form.page.hidden("from"))
    t.same("filed on top of theirs", form.post(pairs=intake({"given_name": "Seventh"}), reason="The name").status, 303)
    text = all_of(house, case, record)
    t.check("what is hidden is theirs", new in text and "Seventh" in text and never not in text)
    typed = "With a cousin, third floor"
    form = steps.Form(cmf, case, "NOTE")
    steps.wanted(form.post(pairs=[("topic", "LOCATION"), ("text_location", typed)], do="draft"), 303, "a draft of a note")
    record = form.page.hidden("record")
    form = steps.Form(cmf, case, "NOTE", f"?record={record}")
    t.check("the draft hides it", typed not in form.page.text and form.page.hidden("from") == "draft")
    t.same("filed", form.post(pairs=[("topic", "LOCATION")]).status, 303)
    t.check("with what the draft hid", typed in all_of(house, case, record))


def hidden_rescue(t, house):
    """A form rescued from an ended session shows what was typed, and still hides what its page hid."""
    said = "+33 6 55 55 55 55"
    cmf = house.sign_in("cmf2")
    case = steps.refer(cmf, {"safe_contact": said})
    form = steps.Form(cmf, case, "F01")
    ended = dict(cmf.cookies)
    cmf.post("/sign-out", [("csrf", form.page.hidden("csrf"))])
    cmf.cookies = ended
    reply = form.post(pairs=intake({"given_name": "Rescued"}), reason="The name")
    stash = reply.location.partition("stash=")[2]
    cmf = house.sign_in("cmf2")
    form.who, form.page = cmf, cmf.get(cmf.get(f"/waiting/{stash}").location)
    t.check("what was typed is there", "Rescued" in form.page.text)
    t.check("where she is is neither shown nor asked", said not in form.page.text and 'name="safe_contact"' not in form.page.text)
    t.same("it can be filed", form.post(pairs=intake({"given_name": "Rescued"}), reason="The name").status, 303)
    t.check("and where she is has stayed", said in all_of(house, case, form.page.hidden("record")))


def hidden_conflict(t, house):
    """Another's version, shown beside one's own, does not tell where the person is unless that was asked for."""
    theirs, mine = "+33 6 66 66 66 66", "+33 6 77 77 77 77"
    cmf, coo = house.sign_in("cmf2"), house.sign_in("coo2")
    case = steps.refer(cmf)
    forms = [steps.Form(cmf, case, "F01"), steps.Form(coo, case, "F01")]
    steps.wanted(forms[1].post(pairs=intake({"safe_contact": theirs, "given_name": "Theirs"}, True), reason="New"), 303, "theirs")
    page = forms[0].post(pairs=intake({"safe_contact": mine}, True), reason="Mine")
    t.check("both are shown", page.status == 409 and "Theirs" in page.text and mine in page.text)
    t.check("but not the number she has not asked for", theirs not in page.text)
    steps.wanted(steps.reveal(cmf, case), 303, "reveal")
    page = forms[0].post(pairs=intake({"safe_contact": mine}, True), reason="Mine")
    t.check("asked for, it is there to compare", page.status == 409 and theirs in page.text)


def hidden_under_way(t, house):
    """Asking where the person is from within a form loses nothing of it; elsewhere it comes back to the same page."""
    said, bar = "+33 6 88 88 88 88", r'action="/cases/[0-9a-z]{26}/reveal"'
    cmf = house.sign_in("cmf2")
    case = steps.refer(cmf, {"safe_contact": said})
    form = steps.Form(cmf, case, "F01")
    t.check("a form has no such button in the bar", not re.search(bar, form.page.text))
    t.check("but one of its own", 'name="do" value="reveal"' in form.page.text)
    page = form.post(pairs=intake({"given_name": "Typed just now"}), do="reveal", reason="Half a reason")
    t.check("which shows it in the form, with what was typed", page.status == 200 and said in page.text
            and "Typed just now" in page.text and "Half a reason" in page.text, page.status)
    t.check("and asks no more", 'name="do" value="reveal"' not in page.text)
    record = form.page.hidden("record")
    page = cmf.get(f"/cases/{case}/forms/F01?record={record}")
    t.check("it is kept as a draft", "Typed just now" in page.text and said in page.text)
    cmf = house.sign_in("coo2")
    page = steps.record_page(cmf, case, record, "?version=1&done=saved")
    back = re.search(r'name="back" value="([^"]+)"', page.text)[1]
    t.same("the page is remembered with its version", back, f"/cases/{case}/records/{record}?version=1")

    def asked(back):
        return cmf.post(f"/cases/{case}/reveal", [("csrf", steps.token(cmf)), ("back", back)]).location

    t.same("and returned to", asked(back), back)
    t.same("so is a referral", asked(f"/triage/{case}"), f"/triage/{case}")
    for other in ("/triage/" + "0" * 26, f"/triage/{case}x", f"//{case}", f"/cases/{case}\\x", "https://example.org/"):
        t.same(f"not {other[:9]}", asked(other), f"/cases/{case}")
