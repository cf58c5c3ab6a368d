//! Addresses as they may be shown: no password, no token, wherever one stands.

/// The address of a remote without what signs in: `https://kim:secret@host/x?token=1` is `https://host/x?…`.
pub fn shown(url: &str) -> String {
    cleared(url, |_| false)
}

/// The same for every address in a text.
pub fn without_secrets(text: &str) -> String {
    cleared(text, |c| {
        c.is_whitespace() || c.is_control() || matches!(c, '\'' | '"' | '<' | '>' | '`')
    })
}

/// Every address, up to a character that ends one.
fn cleared(text: &str, ends: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at);
        let address = &after[3..];
        let length = address.find(&ends).unwrap_or(address.len());
        let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-');
        let scheme = &before[before.trim_end_matches(letter).len()..];
        out.push_str(before);
        out.push_str("://");
        out.push_str(&address_shown(scheme, &address[..length]));
        rest = &address[length..];
    }
    out.push_str(rest);
    out
}

/// What stands behind `scheme://`.
fn address_shown(scheme: &str, address: &str) -> String {
    let bare_end = |text: &str| text.find(['/', '?', '#']).unwrap_or(text.len());
    let mut host_at = address[..bare_end(address)].rfind('@').map_or(0, |at| at + 1);
    if host_at == 0
        && let Some((_, port)) = address[..bare_end(address)].split_once(':')
        && !port.bytes().all(|byte| byte.is_ascii_digit())
        && !address.starts_with('[')
    {
        // No port: a password with a character that should have been written as `%2F`.
        host_at = address.rfind('@').map_or(0, |at| at + 1);
    }
    let (signs_in, rest) = address.split_at(host_at);
    // The name that ssh signs in with is no secret; before a web address a lone word is often a token.
    let name = match scheme.to_ascii_lowercase().as_str() {
        "ssh" | "git+ssh" | "ssh+git" => signs_in.split([':', '@']).next().unwrap_or_default(),
        _ => "",
    };
    let at = if name.is_empty() { "" } else { "@" };
    let (path, more) = match rest.find(['?', '#']) {
        Some(end) => (&rest[..end], "?…"),
        None => (rest, ""),
    };
    format!("{name}{at}{path}{more}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_signs_in_is_not_shown() {
        for (url, may_be_shown) in [
            ("https://kim:s3cr3tTOKEN@127.0.0.1:9/x.git", "https://127.0.0.1:9/x.git"),
            ("https://s3cr3tTOKEN@github.com/x/y", "https://github.com/x/y"),
            ("https://host/x.git?private_token=s3cr3t", "https://host/x.git?…"),
            ("https://host/x.git#s3cr3t", "https://host/x.git?…"),
            ("https://kim:s3/cr3t@host/x", "https://host/x"),
            ("https://kim:s3 cr3t@host/x", "https://host/x"),
            ("https://kim:s3@cr3t@host/x", "https://host/x"),
            ("HTTPS://kim:s3cr3t@host", "HTTPS://host"),
            ("ssh://git:s3cr3t@host:22/x", "ssh://git@host:22/x"),
            ("ssh://git@host/x", "ssh://git@host/x"),
            ("https://host:8443/at@the/path", "https://host:8443/at@the/path"),
            ("https://[::1]:80/x@y", "https://[::1]:80/x@y"),
            ("git@host:x/y.git", "git@host:x/y.git"),
            ("/srv/git/x.git", "/srv/git/x.git"),
            ("file:///srv/git/x.git", "file:///srv/git/x.git"),
            ("https://", "https://"),
            ("", ""),
        ] {
            assert_eq!(shown(url), may_be_shown, "{url}");
        }
    }

    #[test]
    fn nor_in_what_git_says() {
        assert_eq!(
            without_secrets(
                "fatal: repository 'https://kim:s3cr3t@host/x/?t=s3cr3t' not found\nsee http://a:b@c/ and d@e"
            ),
            "fatal: repository 'https://host/x/?…' not found\nsee http://c/ and d@e"
        );
    }

    proptest! {
        #![proptest_config(crate::trials::cases(256))]

        #[test]
        fn no_password_gets_through(
            name in "[a-z]{0,4}", word in "s3cr3t[!-~]{0,8}", scheme in "https?|ssh|ftp", path in "[a-z./]{0,8}"
        ) {
            let url = format!("{scheme}://{name}:{word}@host/{path}");
            prop_assert!(!shown(&url).contains("s3cr3t"), "{}", shown(&url));
        }
    }
}
