#!/usr/bin/env python3
"""The pages as people and others meet them, against `rivage serve` as shipped: scenarios.py [sqlite|postgresql] [PART]

Real processes, real sign-ins, invented people.  Each line is one test; the exit code says whether all passed."""
import re
import sys

import access
import accounts
import audit
import desk
import desk_disclosures
import ends
import exits
import privacy
import reach
import seckeys
import steps
import stopped
import work
from house import SLOWER, House
from report import Report


def main():
    database = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    only = sys.argv[2] if len(sys.argv) > 2 else ""
    t = Report()
    with House(database) as house:
        cmf = house.sign_in("cmf")
        case = steps.refer(cmf)
        record = steps.file_form(cmf, case, "NOTE", {"text_plan": "A note of the first day"})
        steps.file_form(cmf, case, "F03", {"kind": "C3", "status": "GIVEN", "given_by": "SELF"})
        parts = [
            ("papers", work.papers, case),
            ("sign-in", access.sign_in), ("lockout", access.lockout), ("signed out", access.signed_out, case),
            ("tokens", access.tokens, case), ("methods", access.methods, case, record),
            ("other people's files", access.other_peoples, case, record), ("roles", access.roles, case, record),
            ("country of return", access.abroad), ("languages", access.languages), ("headers", access.headers, case),
            ("referral", work.referral), ("rate", work.rate), ("drafts", work.drafts, case),
            ("shared drafts", work.shared_drafts, case), ("correction", work.correction, case),
            ("conflict", work.conflict, case), ("first filing", work.first_filing, case),
            ("foreign record", work.foreign_record, case), ("double submit", work.double_submit, case),
            ("ended session", work.ended_session, case), ("ended elsewhere", work.ended_elsewhere, case),
            ("limits", work.limits, case), ("gates", work.gates), ("rules", work.rules),
            ("closing", exits.closing), ("doubt", exits.doubt), ("found again", exits.found_again), ("their part", exits.their_part),
            ("replacement", exits.replacement), ("contact", exits.contact), ("stopping abroad", exits.stopping_abroad),
            ("declined", exits.declined), ("erasing", privacy.erasing), ("erasing cut short", privacy.cut_short), ("one hand", privacy.one_hand), ("in clear", privacy.in_clear),
            ("desk requests", desk.requests), ("desk breaches", desk.breaches), ("desk breach rows", desk.breach_rows),
            ("desk retention", desk.retention), ("desk entries", desk.entries), ("desk restriction", desk.restriction),
            ("desk register", desk.register), ("desk disclosures", desk_disclosures.disclosures),
            ("desk corrected consent", desk_disclosures.shown_and_corrected), ("desk many disclosures", desk_disclosures.many_disclosures),
            ("desk ended consent", desk_disclosures.after_the_consent), ("desk copies", desk.copies),
            ("invitation", accounts.invitation), ("lost password", accounts.lost), ("my account", accounts.myself),
            ("states of accounts", accounts.states),
            ("security keys", seckeys.keys), ("key lost", seckeys.lost),
            ("by name", reach.by_name), ("glass", reach.glass), ("hidden", reach.hidden),
            ("hidden drafts", reach.hidden_drafts), ("hidden rescue", reach.hidden_rescue),
            ("hidden conflict", reach.hidden_conflict), ("hidden under way", reach.hidden_under_way),
            ("audit", audit.page), ("audit, wrong", audit.wrong), ("audit, pages", audit.paging), ("audit, empty", audit.empty), ("audit, a copy kept", audit.ended),
            ("audit, a copy", audit.export),
            ("who opened it", audit.own_file), ("budgets", reach.budgets), ("decoy", reach.decoy),
            ("clerk", stopped.clerk), ("revoked", stopped.revoked),
            ("timeline", work.timeline), ("search", work.search), ("quick exit", work.quick_exit),
        ]
        if only and only not in [p[0] for p in parts] + ["once more", "at once", "busy", "ending", "sealed"]:
            sys.exit(f"no such part: {only}")
        for name, function, *more in parts:
            if only in ("", name):
                t.run(name, function, house, *more)
        t.part = "afterwards"
        t.check("the audit log is whole", house.audit().returncode == 0)
        log = house.log.read_text()
        faults = [line for line in log.splitlines() if " error " in line]
        t.check("the logs tell of no fault", not faults, "\n".join(faults)[:2000])
        t.check("the logs name nobody", not any(w in log for w in ("Osagie", "Blessing", "Precious", "Babatunde")))
        if only in ("", "once more") and SLOWER == 1:
            t.run("once more", accounts.once_more, house)
            t.run("once more with a key", seckeys.once_more, house)
        if only in ("", "at once") and SLOWER == 1:
            t.run("at once", work.at_once, house)
        if only in ("", "busy") and SLOWER == 1:  # a crowd behind valgrind never ends
            t.run("busy", accounts.busy, house)
        if only in ("", "ending") and SLOWER == 1:  # under valgrind there is no supervisor
            t.run("ending", ends.ending, house)
        if only in ("", "sealed"):
            t.run("sealed", ends.sealed, house)
        house.stop()
        log = house.log.read_text()
        t.check("a sanitizer has nothing to say, nor of what was left at the end", not re.search(r"Sanitizer|runtime error", log), log[-2000:])
        if SLOWER > 1:
            ran, said = house.valgrind_said()
            t.check(f"valgrind saw {ran} processes and no fault", ran >= 2 and not said, said[-4000:])
    t.end()


main()
