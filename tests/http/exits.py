"""How files end before the follow-up, how people are found again, what alarms; and what those of one part do not see."""
import re

import fill
import steps
from house import TODAY


def closing(t, house):
    """Nobody leaves without somewhere to turn, and the coordinator confirms it."""
    cmf, coo = house.sign_in("cmf"), house.sign_in("coo2")
    case = steps.refer(cmf)
    page = cmf.get(f"/cases/{case}").text
    t.check("the way out is at hand", f"/cases/{case}/forms/CLO" in page and 'value="close-early"' not in page)
    t.same("posted by hand, without a reason: refused", steps.move(coo, case, "close-early").status, 422)
    refused = steps.Form(cmf, case, "CLO").post({"reason": "NOT_ELIGIBLE", "oriented_to": ""})
    t.check("no orientation: refused", refused.status == 422 and "oriented_to" in refused.text, refused.status)
    refused = steps.Form(cmf, case, "CLO").post({"reason": "COMPLETED_12M"})
    t.same("a completed follow-up is no way out", refused.status, 422)
    steps.file_form(cmf, case, "CLO", {"reason": "NOT_ELIGIBLE", "legal_hold": "NO"})
    t.check("told: the case manager cannot confirm it", 'value="close-early"' not in cmf.get(f"/cases/{case}").text)
    t.same("nor by hand", steps.move(cmf, case, "close-early").status, 403)
    page = coo.get(f"/cases/{case}").text
    t.check("the coordinator can, and is asked to", 'value="close-early"' in page and "Confirm that the file is closed" in page)
    steps.wanted(steps.move(coo, case, "close-early"), 303, "close")
    t.check("closed", f"/cases/{case}/forms/REOP" in coo.get(f"/cases/{case}").text)
    steps.file_form(coo, case, "REOP", {"within_12m": "YES"})
    t.same("reopened: a later closing is told anew", steps.move(coo, case, "close-early").status, 422)
    steps.file_form(cmf, case, "WDR", {"wish_now": "NO"})
    steps.file_form(cmf, case, "CLO", {"reason": "WITHDRAWN_BEFORE_RETURN", "legal_hold": "NO"})
    steps.wanted(steps.move(cmf, case, "close-early"), 303, "close what the person ended herself")


def doubt(t, house):
    """A doubt about the age at the first reading holds the file until the interview has established it."""
    cmf = house.sign_in("cmf")
    case = steps.refer(cmf)
    steps.file_form(cmf, case, "TRI", {"maybe_minor": "UNKNOWN"})
    t.same("the interviews do not start", steps.move(cmf, case, "screen").status, 422)
    page = cmf.get(f"/cases/{case}").text
    t.check("the page says why, and what settles it", "This person is a minor, or her age is in doubt" in page and "forms/F02" in page)
    steps.file_form(cmf, case, "F02", {"age_certainty": "DOCUMENT", "birth_date": "1994-03-02"})
    steps.wanted(steps.move(cmf, case, "screen"), 303, "an adult, by her papers")


def found_again(t, house):
    """Only the person herself ends the search; an alarm is heard, and answered by two."""
    cmf, coo, rsk = house.sign_in("cmf"), house.sign_in("coo2"), house.sign_in("rsk")
    case = steps.refer(cmf)
    steps.file_form(cmf, case, "LOST", {"warning_signs": ["S_CONTROL"], "step": "D0"})
    words = steps.words(cmf.get(f"/cases/{case}"))
    t.check("looked for, from the first step", "Try again on the safe channel" in words and "Contact lost" in words)
    for who in (coo, rsk):
        t.check("the alarm reaches coordinator and reviewer", "Talk the alert over within 24 hours" in steps.words(who.get(f"/cases/{case}")) and
                f"/cases/{case}/forms/ALR" in who.get(f"/cases/{case}").text)
    steps.file_form(cmf, case, "CONT", {"outcome": "PROXY"})
    t.check("who answers in her place ends nothing", "The person was not reached" in steps.words(cmf.get(f"/cases/{case}")))
    steps.file_form(cmf, case, "CONT", {"outcome": "REACHED"})
    t.check("she herself does", "The person was not reached" not in steps.words(cmf.get(f"/cases/{case}")))
    t.check("the alarm stays", "Talk the alert over" in steps.words(coo.get(f"/cases/{case}")))
    steps.file_form(rsk, case, "ALR", {"finding": "EXCLUDED"})
    t.check("until it is answered", "Talk the alert over" not in steps.words(coo.get(f"/cases/{case}")))


def their_part(t, house):
    """Travel, finance and the country of return: not what the French side judges by."""
    cmf, coo = house.sign_in("cmf"), house.sign_in("coo2")
    case = steps.refer(cmf)
    for form in ("TRI", "F02", "F04", "F05", "F08"):
        steps.file_form(cmf, case, form)
    steps.open_abroad(cmf, case)
    steps.assign(coo, case, "cmr", abroad=True)
    for login in ("trv", "fin", "cmr"):
        who = house.sign_in(login)
        page = steps.words(who.get(f"/cases/{case}"))
        t.check(f"{login}: how many conditions, not which", "On the French side:" in page and not any(
            s in page for s in ("pressure", "health question", "Consent: C1", "Form filled: TRI", "legal_advice")), page[:600])
        titles = [fill.form(f)["title"]["en"] for f in ("F04", "F05", "F08", "TRI")]
        timeline = page.partition("Timeline")[2].partition("To do on this file")[0]
        t.check(f"{login}: not who wrote which French form when", not any(x in timeline for x in titles), timeline[:400])
    for login in ("trv", "fin"):
        page = house.sign_in(login).get(f"/cases/{case}").text
        t.check(f"{login}: no level of risk", "<dt>Risk</dt>" not in page)
        t.check(f"{login}: nor in the list", 'value="high"' not in house.sign_in(login).get("/cases").text)
    t.check("the case manager sees it all", "Consent: C1" in steps.words(cmf.get(f"/cases/{case}")) or
            "<dt>Risk</dt>" in cmf.get(f"/cases/{case}").text)


def replacement(t, house):
    """A replacement has a last day of the pages' calendar, though the vault counts real days."""
    cmf, coo = house.sign_in("cmf"), house.sign_in("coo2")
    case = steps.refer(cmf)
    path = f"/cases/{case}/assign"
    page = steps.wanted(coo.get(path), 200, "assign")
    person = re.search(r'<option value="([0-9a-z]{26})"[^>]*>cmf2 Test\s*<', page.text)[1]
    reply = coo.post(path, [("csrf", page.hidden("csrf")), ("here", person), ("abroad", ""), ("until", TODAY)])
    steps.wanted(reply, 303, "replace")
    t.same("who replaces opens the file, on a day of 2018", house.sign_in("cmf2").get(f"/cases/{case}").status, 200)
    t.same("who is replaced does not", cmf.get(f"/cases/{case}").status, 404)
    t.check("the coordinator is told that it ends", "A replacement ends" in steps.words(coo.get(f"/cases/{case}")))
    page = coo.get(path)
    back = re.search(r'<option value="([0-9a-z]{26})" selected>cmf Test\s*<', page.text)
    t.check("and who had it is proposed", back)
    steps.assign(coo, case, "cmf")
    t.same("given back", cmf.get(f"/cases/{case}").status, 200)
    t.check("for good", "A replacement ends" not in steps.words(coo.get(f"/cases/{case}")))


def contact(t, house):
    """What was confirmed at the first reading wins over the referral; what anybody called unsafe stays so."""
    cmf = house.sign_in("cmf")
    case = steps.refer(cmf, {"safe_contact": "+33 6 11 11 11 11", "unsafe_contact_modes": ["VOICEMAIL"]})
    page = steps.words(cmf.get(f"/cases/{case}/contact"))
    t.check("hidden until it is asked for", "+33 6 11 11 11 11" not in page and "Voicemail" not in page and "is hidden until you ask" in page)
    reply = steps.wanted(steps.reveal(cmf, case), 303, "reveal")
    t.same("asked for, and back", reply.location, f"/cases/{case}/contact")
    for back in ("//evil.example/", "https://evil.example/", "/", f"/cases/{case}x", f"/cases/{case}\\evil", "/cases/" + case + "/\nx"):
        reply = cmf.post(f"/cases/{case}/reveal", [("csrf", steps.token(cmf)), ("back", back)])
        t.same(f"back to {back!r}: no", reply.location, f"/cases/{case}")
    t.check("of the referral", "+33 6 11 11 11 11" in cmf.get(f"/cases/{case}/contact").text)
    steps.file_form(cmf, case, "TRI", {"safe_contact": "+33 6 22 22 22 22", "unsafe_contact_modes": ["SMS"]})
    page = cmf.get(f"/cases/{case}/contact").text
    t.check("of the first reading", "+33 6 22 22 22 22" in page and "+33 6 11 11 11 11" not in page)
    t.check("both warnings", "Voicemail" in page and "Text message" in page)


def stopping_abroad(t, house):
    """The person asks that the support stop: the officer abroad records it, and what was promised stays promised."""
    cmf, coo, cmr = house.sign_in("cmf"), house.sign_in("coo2"), house.sign_in("cmr")
    case = steps.refer(cmf)
    steps.open_abroad(cmf, case)
    steps.assign(coo, case, "cmr", abroad=True)
    t.check("before the departure it is recorded in France", f"/cases/{case}/forms/WDRC" not in cmr.get(f"/cases/{case}").text)
    steps.file_form(cmr, case, "WDRC")
    page = steps.words(cmf.get(f"/cases/{case}"))
    t.check("France knows at once", "The person no longer wishes to return" in page)
    t.same("it is not for the case manager to write", cmf.get(f"/cases/{case}/forms/WDRC").status, 403)


def declined(t, house):
    """The reading of a referral that was not accepted says reason and orientation: the coordinator closes."""
    cmf, coo = house.sign_in("cmf"), house.sign_in("coo2")
    case = steps.refer(cmf)
    steps.file_form(cmf, case, "TRI", {"triage_action": "ORIENT", "decline_reason": fill.codes("TRIAGE_WHY")[0], "oriented_to": "Avocate"})
    t.same("not by the case manager alone", steps.move(cmf, case, "close-early").status, 403)
    steps.wanted(steps.move(coo, case, "close-early"), 303, "close a referral")
