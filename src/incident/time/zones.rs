//! Words of zones (`CET`) and what they are ahead of UTC.

/// Words of zones with what they are ahead of UTC, in minutes. Where one word is used for several, the one that teams write
/// most; [`SHARED`] tells of the others.
const ZONES: [(&str, i32); 60] = [
    ("UTC", 0),
    ("GMT", 0),
    ("Z", 0),
    ("WET", 0),
    ("WEST", 60),
    ("BST", 60),
    ("CET", 60),
    ("CEST", 120),
    ("MEZ", 60),
    ("MESZ", 120),
    ("MET", 60),
    ("MEST", 120),
    ("EET", 120),
    ("EEST", 180),
    ("MSK", 180),
    ("TRT", 180),
    ("GST", 240),
    ("PKT", 300),
    ("IST", 330),
    ("NPT", 345),
    ("ICT", 420),
    ("WIB", 420),
    ("SGT", 480),
    ("HKT", 480),
    ("AWST", 480),
    ("PHT", 480),
    ("JST", 540),
    ("KST", 540),
    ("ACST", 570),
    ("ACDT", 630),
    ("AEST", 600),
    ("AEDT", 660),
    ("NZST", 720),
    ("NZDT", 780),
    ("SAST", 120),
    ("EAT", 180),
    ("WAT", 60),
    ("EST", -300),
    ("EDT", -240),
    ("CST", -360),
    ("CDT", -300),
    ("MST", -420),
    ("MDT", -360),
    ("PST", -480),
    ("PDT", -420),
    ("AKST", -540),
    ("AKDT", -480),
    ("HST", -600),
    ("AST", -240),
    ("ADT", -180),
    ("NST", -210),
    ("NDT", -150),
    ("BRT", -180),
    ("ART", -180),
    ("CLT", -240),
    ("COT", -300),
    ("PET", -300),
    ("IDT", 180),
    ("CAT", 120),
    ("MYT", 480),
];

/// A word that several zones use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shared {
    /// The word.
    pub word: &'static str,
    /// The zones, the one that is taken first: minutes ahead of UTC, and what is said where it is taken.
    zones: &'static [(i32, &'static str)],
}

/// Words that several zones use, each with what is said of the one that was taken.
const SHARED: [Shared; 5] = [
    Shared {
        word: "BST",
        zones: &[
            (
                60,
                "BST was taken as British Summer Time, UTC+1; Bangladesh, UTC+6, writes it too",
            ),
            (
                360,
                "BST was taken as Bangladesh, UTC+6; British Summer Time, UTC+1, is written so too",
            ),
        ],
    },
    Shared {
        word: "CST",
        zones: &[
            (
                -360,
                "CST was taken as US Central, UTC-6; China, UTC+8, and Cuba, UTC-5, write it too",
            ),
            (
                480,
                "CST was taken as China, UTC+8; US Central, UTC-6, and Cuba, UTC-5, write it too",
            ),
            (
                -300,
                "CST was taken as Cuba, UTC-5; US Central, UTC-6, and China, UTC+8, write it too",
            ),
        ],
    },
    Shared {
        word: "IST",
        zones: &[
            (
                330,
                "IST was taken as India, UTC+5:30; Ireland, UTC+1, and Israel, UTC+2, write it too",
            ),
            (
                60,
                "IST was taken as Ireland, UTC+1; India, UTC+5:30, and Israel, UTC+2, write it too",
            ),
            (
                120,
                "IST was taken as Israel, UTC+2; India, UTC+5:30, and Ireland, UTC+1, write it too",
            ),
        ],
    },
    Shared {
        word: "GST",
        zones: &[
            (
                240,
                "GST was taken as the Gulf, UTC+4; South Georgia, UTC-2, writes it too",
            ),
            (
                -120,
                "GST was taken as South Georgia, UTC-2; the Gulf, UTC+4, writes it too",
            ),
        ],
    },
    Shared {
        word: "AST",
        zones: &[
            (-240, "AST was taken as Atlantic, UTC-4; Arabia, UTC+3, writes it too"),
            (180, "AST was taken as Arabia, UTC+3; Atlantic, UTC-4, writes it too"),
        ],
    },
];

impl Shared {
    /// The word, where several zones use it.
    pub fn of(word: &str) -> Option<Self> {
        SHARED.into_iter().find(|one| one.word == word)
    }

    /// How many zones use it.
    pub fn count(self) -> usize {
        self.zones.len()
    }

    /// Seconds ahead of UTC, and what is said of it: the zone of where one is, if that is among them, else the first; `turned` is
    /// how many further on was asked for.
    pub fn taken(self, here: i32, turned: usize) -> (i32, &'static str) {
        let own = self.zones.iter().position(|(minutes, _)| minutes * 60 == here);
        let (minutes, said) = self.zones[(own.unwrap_or(0) + turned) % self.zones.len()];
        (minutes * 60, said)
    }
}

/// Seconds ahead of UTC of a zone by its word (`CET`); case counts in running text, where `met` and `est` are words.
pub(super) fn zone(word: &str) -> Option<i32> {
    let found = ZONES.iter().find(|(name, _)| *name == word);
    found.map(|(_, minutes)| minutes * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_one_zone() {
        for (name, minutes) in ZONES {
            assert_eq!(zone(name), Some(minutes * 60), "{name} stands twice");
        }
    }

    #[test]
    fn a_word_of_several_zones_is_the_one_of_where_one_is() {
        for shared in SHARED {
            assert_eq!(zone(shared.word), Some(shared.taken(0, 0).0), "{}", shared.word);
            assert!(shared.count() > 1);
        }
        let cst = Shared::of("CST").unwrap();
        assert_eq!(cst.taken(0, 0).0, -6 * 3600);
        assert_eq!(cst.taken(8 * 3600, 0).0, 8 * 3600);
        assert_eq!(cst.taken(0, 1).0, 8 * 3600);
        assert!(cst.taken(0, 1).1.starts_with("CST was taken as China"));
        assert_eq!(Shared::of("CET"), None);
    }
}
