"""What people do at the pages, one step a function.  A step that does not work raises, with what the page said."""
import html
import re
import time

import fill
from house import TODAY

ADULT = {
    "person_agrees": "YES", "immediate_danger": "NO", "in_exploitation_now": "NO", "urgent_medical": "NO",
    "urgent_needs": ["HOUSING"] if "HOUSING" in fill.codes("NEED") else [fill.codes("NEED")[0]],
    "given_name": "Blessing", "family_name": "Osagie", "birth_date": "1994-03-02", "age_certainty": "DOCUMENT", "sex": "F",
    "nationality": ["NG"], "languages": ["en"], "found_on": "2018-05-02", "safe_channel": "CALL",
    "safe_contact": "+33 6 99 00 11 22", "dependents": "0", "immig_status": "IRR", "judicial_status": "NONE",
    "suspected_exploitation": [fill.codes("EXPL")[0]], "return_country": "NG", "return_wish": "YES",
    "referral_date": TODAY, "ref_contact": "Mme Durand", "ref_phone": "+33 1 99 00 22 33",
    "unsafe_contact_modes": ["VOICEMAIL"],
}
GIVEN = {"TRI": {"triage": "GREEN", "safe_channel": "CALL", "safe_contact": "+33 6 99 00 11 22", "duplicate_checked": "YES",
                 "maybe_minor": "NO", "triage_action": "ACCEPT"},
         "NOTE": {"topic": "GENERAL"},
         "NOTEC": {"topic": "GENERAL"} if "GENERAL" in fill.codes("NOTE_TOPIC") else {}}


class Broken(Exception):
    pass


def wanted(reply, status, what):
    if reply.status != status:
        plain = re.sub(r"<[^>]+>", " ", reply.text)
        raise Broken(f"{what}: {reply.status} {reply.errors()[:3] or plain[:300]}")
    return reply


def token(who, path="/"):
    return wanted(who.get(path), 200, path).hidden("csrf")


def answers(code, given=None):
    return fill.fill(code, TODAY, {**(ADULT if code == "F01" else GIVEN.get(code, {})), **(given or {})})


def refer(who, given=None, public=False):
    """A new case by staff: its id; by the public: its receipt."""
    path = "/signaler/formulaire" if public else "/referrals/new"
    page = wanted(who.get(path), 200, path)
    pairs = [("csrf", page.hidden("csrf")), ("record", page.hidden("record")), ("do", "file")]
    reply = who.post(path, pairs + fill.pairs(answers("F01", given)))
    if public:
        wanted(reply, 200, path)
        return re.search(r"<strong>.*?([2-9A-Z]{3}-[2-9A-Z]{3}-[2-9A-Z]{3})", reply.text).group(1)
    wanted(reply, 303, path)
    case = re.search(r"/(?:triage|cases)/([0-9a-z]{26})", reply.location)
    return case.group(1) if case else page.hidden("record")


class Form:
    """A form opened in a browser: what the page held, to be posted when one likes."""

    def __init__(self, who, case, code, more=""):
        self.who, self.code, self.path = who, code, f"/cases/{case}/forms/{code}"
        self.page = wanted(who.get(self.path + more), 200, f"open {code}")

    def post(self, given=None, do="file", reason=None, only=None, pairs=None):
        sent = [(n, self.page.hidden(n)) for n in ("csrf", "record", "based_on")] + [("do", do)]
        if self.page.hidden("from"):
            sent.append(("from", self.page.hidden("from")))
        if reason is not None:
            sent.append(("_reason", reason))
        if pairs is None:
            pairs = fill.pairs(only if only is not None else answers(self.code, given))
        action = re.search(r'<form method="post" action="(%s[^"]*)"' % re.escape(self.path), self.page.text)
        return self.who.post(html.unescape(action[1]) if action else self.path, sent + pairs)


def file_form(who, case, code, given=None, reason=None):
    form = Form(who, case, code)
    wanted(form.post(given, reason=reason), 303, f"file {code}")
    return form.page.hidden("record")


def assign(coordinator, case, login, abroad=False):
    page = wanted(coordinator.get(f"/cases/{case}/assign"), 200, "assign")
    person = re.search(r'<option value="([0-9a-z]{26})"[^>]*>%s Test\s*<' % login, page.text)
    if not person:
        raise Broken(f"{login} is not offered")
    wanted(coordinator.post(f"/cases/{case}/assign", [("csrf", page.hidden("csrf")),
                                                      ("abroad" if abroad else "here", person.group(1))]), 303, "assign")


def move(who, case, to):
    return who.post(f"/cases/{case}/move", [("csrf", token(who, f"/cases/{case}")), ("to", to)])


def open_abroad(who, case):
    """Consent C3, then the file of the country of return."""
    file_form(who, case, "F03", {"kind": "C3", "status": "GIVEN", "given_by": "SELF", "consent_on": TODAY})
    wanted(who.post(f"/cases/{case}/open-abroad", [("csrf", token(who, f"/cases/{case}"))]), 303, "open abroad")


def reveal(who, case):
    """Where the person is: shown to this session for five minutes."""
    return who.post(f"/cases/{case}/reveal", [("csrf", token(who)), ("back", f"/cases/{case}/contact")])


def record_page(who, case, record, more=""):
    return wanted(who.get(f"/cases/{case}/records/{record}{more}"), 200, "record")


def words(reply):
    """What a person reads of a page."""
    plain = re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", reply.text)
    return html.unescape(re.sub(r"<[^>]+>", " ", plain))


def masked(text):
    """A page without what differs from one reply to the next."""
    text = re.sub(r'name="csrf" value="[^"]*"', "", text)
    return re.sub(r'data-idle="\d+"', "", text)


def soon(check, seconds=10):
    until = time.monotonic() + seconds
    while not check():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
