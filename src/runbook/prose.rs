//! Text between the blocks: what templates, shortcodes and HTML leave behind, and fences that CommonMark does not take for some.

use std::ops::Range;

/// HTML tags that a runbook's text may hold; anything else between angle brackets is a placeholder.
const TAGS: [&str; 52] = [
    "a",
    "abbr",
    "b",
    "big",
    "blockquote",
    "br",
    "button",
    "center",
    "code",
    "col",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "figure",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "i",
    "iframe",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "th",
    "tr",
    "ul",
];

/// The name of an HTML tag, where this is one that HTML knows; comments and declarations are tags, too.
pub(super) fn tag(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('<')?;
    if inner.starts_with(['!', '?']) {
        return Some("!");
    }
    let inner = inner.strip_prefix('/').unwrap_or(inner);
    let end = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
    let name = &inner[..end];
    let ends_well = inner[end..].starts_with(['>', ' ', '/', '\n', '\t']) || inner.len() == end;
    let known = TAGS.iter().find(|known| known.eq_ignore_ascii_case(name));
    known.filter(|_| ends_well).map(|_| name)
}

/// HTML without its tags and comments; other angle brackets stay.
pub(super) fn without_tags(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("<!--") {
            // A comment without an end hides what is behind it, as it does on a page.
            rest = after.find("-->").map_or("", |end| &after[end + 3..]);
        } else if tag(rest).is_some() {
            rest = rest.find('>').map_or("", |end| &rest[end + 1..]);
        } else {
            out.push('<');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    plain(&out)
}

/// What templates write between their marks, from the opening to the closing one.
const TEMPLATES: [(&str, &str); 5] = [("<%", "%>"), ("{{<", ">}}"), ("{{%", "%}}"), ("{%", "%}"), ("{:", "}")];

/// Text on one line, without template remains, comments and blanks around.
pub(super) fn plain(text: &str) -> String {
    if memchr::memchr2(b'<', b'{', text.as_bytes()).is_none() {
        return on_one_line(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    // A mark that is never closed is not looked for again at each place where it is opened.
    let closed = TEMPLATES.map(|(_, close)| text.rfind(close).unwrap_or(0));
    let comments = text.rfind("-->").unwrap_or(0);
    'next: while let Some(at) = rest.find(['<', '{']) {
        kept.push_str(&rest[..at]);
        rest = &rest[at..];
        let here = text.len() - rest.len();
        for ((open, close), last) in TEMPLATES.into_iter().zip(closed) {
            if here < last
                && let Some(inside) = rest.strip_prefix(open)
                && let Some(end) = inside.find(close)
            {
                rest = &inside[end + close.len()..];
                continue 'next;
            }
        }
        if here < comments
            && rest.starts_with("<!--")
            && let Some(end) = rest.find("-->")
        {
            rest = &rest[end + 3..];
            continue;
        }
        let first = rest.chars().next().map_or(1, char::len_utf8);
        kept.push_str(&rest[..first]);
        rest = &rest[first..];
    }
    kept.push_str(rest);
    on_one_line(&kept)
}

/// Text with one blank in place of each run of them, and none around. All that is read of a runbook comes through here, and nearly all of
/// it is so already.
fn on_one_line(text: &str) -> String {
    let bytes = text.as_bytes();
    let blank = |byte: &u8| *byte <= b' ';
    let is_so = text.is_ascii()
        && !bytes.first().is_some_and(blank)
        && !bytes.last().is_some_and(blank)
        && memchr::memmem::find(bytes, b"  ").is_none()
        && !bytes.iter().any(|byte| *byte < b' ');
    if is_so {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// A fence inside of a text that CommonMark reads as something else.
pub(super) struct Fence {
    /// The line of the opening fence.
    pub open: Range<usize>,
    /// Where what it holds begins.
    pub body: usize,
    /// Where all of it ends.
    pub end: usize,
    /// Language and attributes.
    pub info: String,
    /// The lines between, without the indentation of the fence.
    pub text: String,
}

/// The language of a line that opens code as Jekyll has it: `{% highlight bash %}`.
fn highlighted(line: &str) -> Option<&str> {
    let inner = line.strip_prefix("{%")?.strip_suffix("%}")?.trim();
    let language = inner.strip_prefix("highlight")?.trim();
    Some(language.split(' ').next().unwrap_or_default())
}

/// The first line of a text that begins with a fence, up to its end.
pub(super) fn fence_in(text: &str) -> Option<Fence> {
    let bytes = text.as_bytes();
    memchr::memchr3(b'`', b'~', b'{', bytes)?;
    if !["```", "~~~", "{%"]
        .iter()
        .any(|mark| memchr::memmem::find(bytes, mark.as_bytes()).is_some())
    {
        return None;
    }
    let mut at = 0;
    let mut found: Option<(Range<usize>, usize, char, usize, String, String)> = None;
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        let trimmed = line.trim_start_matches([' ', '\t']);
        let indent = line.len() - trimmed.len();
        let word = trimmed.trim_end();
        match &mut found {
            None if word.starts_with("{%") => {
                if let Some(language) = highlighted(word) {
                    found = Some((at..end, indent, '%', 0, language.to_owned(), String::new()));
                }
            }
            None => {
                let mark = word.chars().next().filter(|c| matches!(c, '`' | '~'));
                if let Some(mark) = mark {
                    let length = word.chars().take_while(|c| *c == mark).count();
                    let info = word[length..].trim();
                    // `a` in one line is code in a sentence.
                    if length >= 3 && !info.contains('`') {
                        found = Some((at..end, indent, mark, length, info.to_owned(), String::new()));
                    }
                }
            }
            Some((open, deep, mark, length, info, inside)) => {
                let closes = match mark {
                    '%' => word.starts_with("{%") && word.contains("endhighlight"),
                    mark => word.chars().all(|c| c == *mark) && word.chars().count() >= *length,
                };
                if closes {
                    return Some(Fence {
                        body: open.end,
                        open: open.clone(),
                        end,
                        info: std::mem::take(info),
                        text: std::mem::take(inside),
                    });
                }
                let own = line.len() - line.trim_start_matches([' ', '\t']).len();
                inside.push_str(&line[own.min(*deep)..]);
            }
        }
        at = end;
    }
    None
}

/// The number or letter that people write before an item although the list has numbers or boxes: `1. `, `2) `.
pub(super) fn without_number(text: &str) -> &str {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if digits == 0 || digits > 3 {
        return text;
    }
    let rest = &text[digits..];
    // A digit on a key, `1\u{fe0f}\u{20e3}`, is a number as well.
    let key = rest.strip_prefix('\u{fe0f}').unwrap_or(rest).strip_prefix('\u{20e3}');
    let rest = key.or_else(|| rest.strip_prefix(['.', ')'])).unwrap_or(text);
    if rest.len() < text.len() && rest.starts_with(' ') && !rest.trim().is_empty() {
        rest.trim_start()
    } else {
        text
    }
}

/// Words that open an admonition, in any case.
const WARNINGS: [&str; 5] = ["warning", "caution", "danger", "important", "attention"];

/// What a paragraph warns of, where it is a warning: a shortcode, an admonition of a static site, or one that says so itself.
/// `source` is the paragraph as it is written, `text` what is left to read.
pub(super) fn caution<'t>(source: &str, text: &'t str) -> Option<&'t str> {
    let source = source.trim_start();
    let opens = ["{{<", "{{%", "!!!", ":::"].iter().any(|mark| source.starts_with(mark));
    let first = || source.lines().next().unwrap_or_default().to_lowercase();
    let warns = || {
        let first = first();
        WARNINGS.iter().any(|word| first.contains(word))
    };
    if let Some(rest) = text.strip_prefix(['\u{26a0}', '\u{1f6a8}', '\u{2622}', '\u{26d4}']) {
        let rest = rest.trim_start_matches(['\u{fe0f}', ' ']);
        return Some(rest).filter(|rest| !rest.is_empty());
    }
    if opens && warns() {
        let text = text.trim_start_matches(['!', ':', ' ']);
        let text = text.trim_end_matches([':', ' ']);
        let rest = WARNINGS
            .iter()
            .find_map(|word| strip_word(text, word))
            .unwrap_or(text)
            .trim_start();
        let rest = rest.trim_matches('"').trim();
        // `!!! danger "Data loss"`: the title is in the words below it, or says it itself.
        let (title, below) = rest.split_once('"').unwrap_or((rest, ""));
        let rest = if below.trim().is_empty() { title } else { below.trim() };
        return Some(rest).filter(|rest| !rest.is_empty());
    }
    let own = WARNINGS.iter().find_map(|word| strip_word(text, word))?;
    let rest = own.trim_start_matches([':', '!', ' ', '-', '\u{2014}']);
    // `**Warning**` on a line of its own, with what it is about below.
    let headed = || {
        let head = source
            .lines()
            .next()
            .unwrap_or_default()
            .trim_start_matches(['>', ' '])
            .trim();
        let inner = head.trim_matches(['*', '_']);
        inner.len() < head.len() && WARNINGS.iter().any(|word| inner.eq_ignore_ascii_case(word))
    };
    ((own.starts_with([':', '!']) || headed()) && !rest.is_empty()).then_some(rest)
}

fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(word.len())?;
    (head.eq_ignore_ascii_case(word) && !rest.starts_with(char::is_alphanumeric)).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remains_of_templates_are_not_text() {
        for (given, kept) in [
            ("<%= current_page.data.title %>", ""),
            (
                "{{< hint type=\"warning\" >}}\nOnly from there.\n{{< /hint >}}",
                "Only from there.",
            ),
            ("{{% notice %}} x {{% /notice %}}", "x"),
            ("a <!-- b --> c", "a c"),
            ("{: .note}", ""),
            ("use {{ pod }} and {service}", "use {{ pod }} and {service}"),
            ("no end <% here", "no end <% here"),
            ("a < b and {", "a < b and {"),
        ] {
            assert_eq!(plain(given), kept, "{given}");
        }
    }

    #[test]
    fn tags_go_and_placeholders_stay() {
        assert_eq!(
            without_tags("<details>\n<summary>What it means</summary>\n"),
            "What it means"
        );
        assert_eq!(without_tags("<!-- keep\nthis short -->"), "");
        assert_eq!(without_tags("<!-- no end"), "");
        assert_eq!(without_tags("<pod> and <b>bold</b>"), "<pod> and bold");
        assert!(tag("<queue-name>").is_none() && tag("<br/>").is_some() && tag("</details>").is_some());
        assert!(tag("<b-site>").is_none() && tag("<a href=x>").is_some());
    }

    #[test]
    fn numbers_before_words_are_no_words() {
        assert_eq!(without_number("1. Tell the channel"), "Tell the channel");
        assert_eq!(without_number("12) x"), "x");
        for same in ["1.5 GB free", "3 pods", "2026. x", "1.", "x 1. y"] {
            assert_eq!(without_number(same), same);
        }
    }

    #[test]
    fn warnings_are_known_in_the_forms_that_people_write() {
        for (source, text, said) in [
            (
                "{{< hint type=\"warning\" >}}\nOnly there.\n{{< /hint >}}",
                "Only there.",
                Some("Only there."),
            ),
            (
                "!!! warning\n    never twice",
                "!!! warning never twice",
                Some("never twice"),
            ),
            ("!!! danger \"Data loss\"\n  x", "!!! danger \"Data loss\" x", Some("x")),
            (
                "!!! danger \"Data loss\"",
                "!!! danger \"Data loss\"",
                Some("Data loss"),
            ),
            (":::caution\nslow\n:::", ":::caution slow :::", Some("slow")),
            ("**Warning:** hot", "Warning: hot", Some("hot")),
            ("**Warning**\nOld style", "Warning Old style", Some("Old style")),
            (
                "\u{26a0}\u{fe0f} not both",
                "\u{26a0}\u{fe0f} not both",
                Some("not both"),
            ),
            ("Warning signs are seen", "Warning signs are seen", None),
            ("An important note", "An important note", None),
            ("{{< hint type=\"note\" >}} x", "x", None),
        ] {
            assert_eq!(caution(source, text), said, "{source}");
        }
    }
}
