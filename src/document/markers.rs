//! Taking conflict markers apart that somebody committed, so that the two sides can be merged.

/// The texts of a file with conflict markers: ours, base (where the markers hold one), theirs. `None` where there are no
/// markers, or they do not pair up.
pub fn split(text: &str) -> Option<(String, Option<String>, String)> {
    #[derive(PartialEq)]
    enum Side {
        Both,
        Ours,
        Base,
        Theirs,
    }
    let (mut ours, mut base, mut theirs) = (String::new(), String::new(), String::new());
    let (mut side, mut found, mut with_base) = (Side::Both, false, false);
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        let is = |mark: &str| bare == mark || bare.strip_prefix(mark).is_some_and(|rest| rest.starts_with(' '));
        if is("<<<<<<<") && side == Side::Both {
            (side, found) = (Side::Ours, true);
        } else if is("|||||||") && side == Side::Ours {
            (side, with_base) = (Side::Base, true);
        } else if bare == "=======" && (side == Side::Ours || side == Side::Base) {
            side = Side::Theirs;
        } else if is(">>>>>>>") && side == Side::Theirs {
            side = Side::Both;
        } else {
            match side {
                Side::Both => [&mut ours, &mut base, &mut theirs]
                    .into_iter()
                    .for_each(|text| text.push_str(line)),
                Side::Ours => ours.push_str(line),
                Side::Base => base.push_str(line),
                Side::Theirs => theirs.push_str(line),
            }
        }
    }
    (found && side == Side::Both).then_some((ours, with_base.then_some(base), theirs))
}
