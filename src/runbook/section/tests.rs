//! Headings of all kinds, and the sections that they begin.

use super::Purpose as P;

#[test]
fn headings_of_public_runbooks_are_understood() {
    for (title, purpose) in [
        ("Meaning", P::Symptoms),
        ("Impact", P::Impact),
        ("Diagnosis", P::Diagnosis),
        ("Possible checks", P::Diagnosis),
        ("Check resolution", P::Verification),
        ("Verify", P::Verification),
        ("Mitigation (short term)", P::Mitigation),
        ("Resolution", P::Resolution),
        ("Troubleshooting pointers", P::Diagnosis),
        ("Initial steps", P::Diagnosis),
        ("Detailed Steps", P::Procedure),
        ("Contain", P::Mitigation),
        ("Eradicate", P::Resolution),
        ("Recover", P::Resolution),
        ("Communicate", P::Escalation),
        ("Who to call", P::Escalation),
        ("Way back", P::WayBack),
        ("Prevention", P::Prevention),
        ("Restart the pods", P::Procedure),
        ("How to fix:", P::Resolution),
        ("How to investigate:", P::Diagnosis),
        ("1. Drain the node", P::Procedure),
        ("Behebung", P::Resolution),
        ("Überprüfung", P::Verification),
        ("Étapes", P::Procedure),
        ("缓解措施", P::Mitigation),
        ("1\u{fe0f}\u{20e3} Find the release", P::Procedure),
        ("Decision tree", P::Procedure),
        ("Устранение", P::Resolution),
        ("How it works", P::Other),
        ("Storage", P::Other),
        ("References", P::Reference),
        ("", P::Other),
    ] {
        assert_eq!(super::purpose(title), purpose, "{title}");
    }
}
