"""Texts that programs stumble over: the big list of naughty strings (npm, MIT licence) and our own."""
import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIST = ROOT / "node_modules/big-list-of-naughty-strings/blns.json"
BIDI = [chr(c) for c in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))]


def own():
    found = [f"a{chr(c)}b" for c in (*range(1, 0x20), 0x7F, 0x80, 0x85, 0x9F, 0xA0, 0xAD, 0x61C, 0x180E, 0x200B, 0x200C, 0x200D,
                                     0x200E, 0x200F, 0x2028, 0x2029, 0x2060, 0x3000, 0xFDD0, 0xFEFF, 0xFFF9, 0xFFFC, 0xFFFD,
                                     0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF, 0xE0001, 0xE007F)]
    found += [f"a{c}b{chr(0x202C)}" for c in BIDI] + BIDI
    found += ["e" + "\u0301" * 300, "Z" + "\u0334\u0335\u0336" * 60, "👩‍👩‍👧‍👦" * 20, "مرحبا بالعالم", "שלום", "你好" * 40, "ไทย", "ﷺ",
              "ǅ ﬁ ŉ ẞ ı İ", "Å Å Å", "a\r\nb", "a\rb", "a\n\nb", "\n\n", "\t", " ", "\u00a0", "\u3000", "\ufeff", " a ", "\u2003a\u2003"]
    found += ["{{ t }}", "{arg}", "{name} {n} {day}", "%s%n%x", "%00", "%", "&amp;lt;", "&#0;", "&#x202e;", "<!--", "]]>", "</textarea>",
              "</title><script>alert(1)</script>", "\"><svg onload=alert(1)>", "' onfocus='alert(1)", "javascript:alert(1)",
              "data:text/html,<script>alert(1)</script>", "\\u0000", "\\", "\\\\", "\"", "'", "`", "${7*7}", "#{7*7}", "*{7*7}",
              "a\r\nSet-Cookie: x=1", "a%0d%0aSet-Cookie:%20x=1", "../../../etc/passwd", "C:\\con\\con", "=cmd|' /C calc'!A0", "@SUM(1)",
              "+1+1", "-1", "'; DROP TABLE record; --", "1' OR '1'='1", "$1", "?1", ":a", "\ud800", "\udfff\ud800", "null", "true",
              "undefined", "NaN", "Infinity", "-0", "1e400", "0x10", "1_000", "1 000", "UNKNOWN", "ND", "unknown", "csrf", "record",
              "_reason", "__proto__", "constructor", "{}", "[]", "{\"a\":1}", "\"a\"", "a" * 200, "ab " * 60, "é" * 120, "𝒜" * 60,
              "_", "-", ".", ",", "a.b", "a.0.b", "x" * 5000]
    return found


def naughty():
    if not LIST.exists():
        raise SystemExit("the list of naughty strings is not installed: npm ci --ignore-scripts")
    listed = json.loads(LIST.read_text())
    seen, kept = set(), []
    for text in listed + own():
        if text and text not in seen:
            seen.add(text)
            kept.append(text)
    return kept
