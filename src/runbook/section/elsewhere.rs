//! Sections that are named as leading elsewhere.

/// Whether a section is named as one that leads elsewhere: its items are read, and none is a step. Its numbers are those of a list of links.
pub(in crate::runbook) fn leads_elsewhere(title: &str) -> bool {
    const NAMES: [&str; 25] = [
        "attachments",
        "reference",
        "references",
        "link",
        "links",
        "related",
        "see also",
        "further reading",
        "resources",
        "documentation",
        "contents",
        "table of contents",
        "verweise",
        "referenzen",
        "siehe auch",
        "références",
        "liens",
        "voir aussi",
        "referencias",
        "enlaces",
        "ver también",
        "ссылки",
        "参考资料",
        "関連リンク",
        "相关链接",
    ];
    const BEFORE: [&str; 8] = [
        "related",
        "useful",
        "important",
        "quick",
        "external",
        "additional",
        "other",
        "more",
    ];
    const THINGS: [&str; 10] = [
        "links",
        "resources",
        "documentation",
        "docs",
        "reading",
        "runbooks",
        "pages",
        "articles",
        "incidents",
        "references",
    ];
    let title = crate::runbook::prose::without_number(title.trim()).to_lowercase();
    let title = title.trim_matches(|c: char| !c.is_alphanumeric());
    let of_two = title
        .split_once(' ')
        .is_some_and(|(first, rest)| BEFORE.contains(&first) && THINGS.contains(&rest));
    NAMES.contains(&title) || of_two
}
