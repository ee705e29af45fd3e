"""The register of what was passed on: each row stands on a consent that allowed it on that day."""
import re

import fill
import steps
from desk import code_of, consent, day, entry, row_of
from house import TODAY


def disclosures(t, house):
    cmf, other, dpo, coo = (house.sign_in(n) for n in ("cmf", "cmf2", "dpo", "coo2"))
    case = steps.refer(cmf)
    code = code_of(cmf, case)
    where = f"/cases/{case}/disclosures"
    t.check("at hand on the page of the file", where in cmf.get(f"/cases/{case}").text)
    t.check("no consent: nothing to press", "no consent in force names an organisation" in cmf.get(where).text)
    given = consent(cmf, case, {"kind": "C2"})
    page = cmf.get(where)
    t.check("what the person allows", "Maison Test (France)" in page.text and "Needs and project" in page.text and f"{where}/{given}/1/0" in page.text)
    form = cmf.get(f"{where}/{given}/1/0")
    t.check("only what she said yes to is offered", 'value="IDENTITY"' in form.text and 'value="NEEDS"' in form.text and
            'value="STORY"' not in form.text and 'name="recipient"' not in form.text and 'name="consent"' not in form.text)
    said = {"on": TODAY, "data": ["NEEDS"], "how": "HAND", "why": "A place to stay"}
    for name, more, words in (("more than she allowed", {"data": ["NEEDS", "STORY"]}, "not one of the answers"),
                              ("before she said yes", {"on": day(-4)}, "had not said yes on this day"),
                              ("a day to come", {"on": day(1)}, "future"), ("nothing", {"data": []}, "Please answer")):
        refused = entry(cmf, f"{where}/{given}/1/0", "DISC", {**said, **more})
        t.check(f"{name}: refused, kept", refused.status == 422 and words in refused.text and "A place to stay" in refused.text, refused.status)
    forged = [("csrf", form.hidden("csrf")), ("record", form.hidden("record")), ("based_on", "0"), ("on", TODAY), ("data", "NEEDS"), ("how", "HAND"),
              ("why", "x"), ("recipient", "Somebody else"), ("consent", "0" * 26)]
    t.same("filed", cmf.post(f"{where}/{given}/1/0", forged).status, 303)
    page = cmf.get(where)
    t.check("to whom the consent says, whatever was posted", "Somebody else" not in page.text and f"/cases/{case}/records/{given}" in page.text)
    t.same("the consent behind it opens", cmf.get(f"/cases/{case}/records/{given}").status, 200)
    for bad in (f"{where}/{given}/1/1", f"{where}/{given}/1/-1", f"{where}/{given}/1/x", f"{where}/{given}/2/0", f"{where}/{given}/0/0",
                f"{where}/{given}/x/0", f"{where}/x/1/0"):
        t.same(f"{bad[-4:]}: absent", cmf.get(bad).status, 404)
    t.same("another's file: absent", other.get(where).status, 404)
    register = dpo.get("/desk/disclosures")
    t.check("the officer's register names file, whom and consent", code in register.text and "Maison Test (France)" in register.text and
            "C2" in register.text and "Osagie" not in register.text and f"/cases/{case}" not in register.text)
    t.same("not a case manager's to leaf through", cmf.get("/desk/disclosures").status, 403)
    t.same("nor is the file the officer's", dpo.get(where).status, 404)
    ended = consent(cmf, case, {"kind": "C7", "expires_on": TODAY, "recipients": [{"org": "Croix Test"}]})
    t.check("until its last day", f"{where}/{ended}/1/0" in cmf.get(where).text)
    no = consent(cmf, case, {"kind": "C6", "status": "REFUSED"})
    page = cmf.get(f"{where}/{no}/1/0")
    t.check("a refusal allows nothing", page.status == 422 and "No consent in force allows this" in page.text, page.status)
    consent(cmf, case, {"kind": "C2", "status": "WITHDRAWN", "withdrawn_on": TODAY, "effects_done": "YES"})
    page = cmf.get(where)
    t.check("withdrawn: no more", "no consent in force names" not in page.text and f"{where}/{given}/1/0" not in page.text.split("consent ended")[0] and "Maison Test" in page.text)
    reply = cmf.post(f"{where}/{given}/1/0", forged[:2] + [("record", "1" * 26)] + forged[2:])
    t.check("not by hand either", reply.status == 422 and "No consent in force allows this" in reply.text, reply.status)
    coo_page = coo.get(where)
    t.check("the coordinator sees the same", coo_page.status == 200 and "Maison Test" in coo_page.text)
    t.check("nothing of it in the database", "Maison Test" not in house.dump())


def correct_consent(who, case, record, version, given):
    answers = fill.fill("F03", TODAY, {"status": "GIVEN", "given_by": "SELF", "consent_on": day(-3), **given})
    page = who.get(f"/cases/{case}/forms/F03")
    steps.wanted(who.post(f"/cases/{case}/forms/F03", [("csrf", page.hidden("csrf")), ("record", record), ("based_on", str(version)), ("do", "file"),
                                                       ("_reason", "typing error")] + fill.pairs(answers)), 303, "correct the consent")


def shown_and_corrected(t, house):
    """A page that names an organisation, and the consent corrected behind it."""
    other = house.sign_in("cmf2")
    case = steps.refer(other)
    where = f"/cases/{case}/disclosures"
    said = {"on": TODAY, "data": ["NEEDS"], "how": "HAND", "why": "A bed for tonight"}
    two = [{"org": "Maison Une", "org_country": "FR"}, {"org": "Maison Deux", "org_country": "FR"}]
    given = consent(other, case, {"kind": "C2", "recipients": two})

    def correct(version, **more):
        correct_consent(other, case, given, version, {"kind": "C2", "data_scope": ["IDENTITY", "NEEDS"], **more})

    def send(page, path, more=None):
        return other.post(path, [(n, page.hidden(n)) for n in ("csrf", "record", "based_on")] + fill.pairs({**said, **(more or {})}))

    page = other.get(f"{where}/{given}/1/0")
    t.check("the first organisation is shown", "Maison Une (France)" in page.text and 'action="%s/%s/1/0"' % (where, given) in page.text)
    correct(1, recipients=two[::-1])
    again = send(page, f"{where}/{given}/1/0")
    t.check("corrected meanwhile: refused, kept, the same organisation", again.status == 422 and "was corrected after this page" in again.text and
            "Maison Une (France)" in again.text and "Maison Deux" not in again.text and "A bed for tonight" in again.text and
            'action="%s/%s/2/1"' % (where, given) in again.text, again.status)
    t.check("nothing was written", "A bed for tonight" not in other.get(where).text)
    t.same("saved once more", send(again, f"{where}/{given}/2/1").status, 303)
    t.same("sent twice", send(again, f"{where}/{given}/2/1").status, 303)
    page = other.get(where)
    t.check("to whom it went, once, with the version behind it", page.text.count("A bed for tonight") == 1 and
            "Maison Une" in row_of(page, "A bed for tonight") and f"/records/{given}?version=2" in page.text)
    page = other.get(f"{where}/{given}/2/1")
    correct(2, recipients=two[1:])
    gone = send(page, f"{where}/{given}/2/1", {"why": "A second bed"})
    t.check("no longer named: refused, kept", gone.status == 422 and "no longer names this organisation" in gone.text and "A second bed" in gone.text and
            "Maison Une" in gone.text, gone.status)
    page = other.get(f"{where}/{given}/3/0")
    correct(3, status="REFUSED")
    never = send(page, f"{where}/{given}/3/0", {"why": "A third bed"})
    t.check("she had said no: refused, kept", never.status == 422 and "No consent in force allows this" in never.text and "A third bed" in never.text, never.status)
    t.check("nothing of these", "second bed" not in other.get(where).text and "third bed" not in other.get(where).text)


def many_disclosures(t, house):
    """More than fits on one page: none is dropped, neither of the file's page nor of the house's."""
    other, dpo = house.sign_in("cmf2"), house.sign_in("dpo")
    case = steps.refer(other)
    where = f"/cases/{case}/disclosures"
    given = consent(other, case, {"kind": "C2", "consent_on": day(-90)})
    made = 53
    for i in range(made):
        steps.wanted(entry(other, f"{where}/{given}/1/0", "DISC", {"on": day(-i), "data": ["NEEDS"], "how": "HAND", "why": f"Errand {i:03}."}), 303, "file")
    for who, path in ((other, where), (dpo, "/desk/disclosures")):
        found, at, pages = [], path, 0
        while at and pages < 9:
            page = who.get(at)
            found += re.findall(r"Errand (\d{3})\.", page.text)
            older = re.search(r'href="(%s\?from=\d+)"[^>]*rel="next"' % re.escape(path), page.text)
            at, pages = older and older[1], pages + 1
        t.check(f"{path[:6]}: all of them, newest first, on two pages", found == [f"{i:03}" for i in range(made)] and pages == 2, (len(found), pages))
        t.check("how many there are", "53" in who.get(path).text and 'rel="prev"' in page.text and 'rel="prev"' not in who.get(path).text)
    for odd in ("-1", "x", "9" * 30, "5000", ""):
        page = other.get(f"{where}?from={odd}")
        t.check(f"from {odd[:5]}: a page all the same", page.status == 200, page.status)


def after_the_consent(t, house):
    """Passed on while the consent stood, recorded when it does not any more."""
    other, dpo = house.sign_in("cmf2"), house.sign_in("dpo")
    case = steps.refer(other)
    where = f"/cases/{case}/disclosures"
    said = {"on": day(-5), "data": ["NEEDS"], "how": "HAND", "why": "A course"}
    given = consent(other, case, {"kind": "C2", "consent_on": day(-9)})
    page = other.get(f"{where}/{given}/1/0")
    steps.file_form(other, case, "F03", {"kind": "C2", "status": "WITHDRAWN", "given_by": "SELF", "consent_on": day(-9), "withdrawn_on": day(-4),
                                       "effects_done": "YES"})

    def send(page, path, more):
        return other.post(path, [(n, page.hidden(n)) for n in ("csrf", "record", "based_on")] + fill.pairs({**said, **more}))

    listed = other.get(where)
    t.check("it is offered apart, with its days", "no consent in force names an organisation" in listed.text and
            f"{where}/{given}/1/0" in listed.text and "before a consent ended" in listed.text)
    for name, on, words in (("the day she took it back", -4, "No consent in force allows this on that day"), ("after it", -2, "No consent in force allows this on that day"),
                            ("before she said yes", -10, "had not said yes on this day")):
        refused = send(page, f"{where}/{given}/1/0", {"on": day(on)})
        t.check(f"{name}: refused at the day, kept", refused.status == 422 and words in refused.text and "A course" in refused.text and
                'value="%s"' % day(on) in refused.text and 'id="on-e"' in refused.text.replace("f-on-e", "on-e"), refused.status)
    t.check("nothing was written", "A course" not in other.get(where).text)
    t.same("the last day on which it stood", send(page, f"{where}/{given}/1/0", {}).status, 303)
    t.check("recorded, for the officer too", "A course" in other.get(where).text and "A course" in dpo.get("/desk/disclosures").text)
    second = steps.refer(other)
    where = f"/cases/{second}/disclosures"
    given = consent(other, second, {"kind": "C3", "consent_on": day(-9)})
    correct_consent(other, second, given, 1, {"kind": "C3", "status": "WITHDRAWN", "consent_on": day(-9), "withdrawn_on": day(-4), "effects_done": "YES"})
    page = other.get(f"{where}/{given}/1/0")
    t.check("taken back on the same paper: the version before counts", page.status == 200 and f"{where}/{given}/1/0" in other.get(where).text, page.status)
    t.same("recorded on it", send(page, f"{where}/{given}/1/0", {"why": "A bus"}).status, 303)
