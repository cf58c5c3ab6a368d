//! Posting by the system's curl: its TLS, its proxies, its trust store. Everything it is told comes on its standard input, so that no
//! address and no secret stands in a list of processes.

use std::io;
use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::incident::Time;
use crate::running::{self, Ended};

/// Bytes of a body as curl reads it from its configuration.
const LARGEST: usize = 90 << 10;
/// Within which time a connection has to stand.
const CONNECT_S: u64 = 10;

/// A request, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// `POST`, or `PATCH` for what is there already.
    pub method: &'static str,
    /// Where to.
    pub url: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// What is posted.
    pub body: String,
    /// Whether what the receiver answers is of interest.
    pub heard: bool,
}

/// What a receiver answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status; 0 where there was none.
    pub status: u16,
    /// For how many seconds it wants to be left alone.
    pub retry_after: Option<u64>,
    /// What curl complains of.
    pub complaint: String,
    /// What the receiver said, where that was of interest.
    pub body: String,
}

/// Posts, and follows nothing.
pub fn post(post: &Post, limit: Duration, now: Time, stop: &AtomicBool) -> Result<Response, String> {
    let config = config(post, limit)?;
    let mut command = Command::new("curl");
    command.args(["-q", "--config", "-"]);
    let slack = limit + Duration::from_secs(5);
    let answered = running::answer(command, config.into_bytes(), slack, stop).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "curl is not installed; webhooks are sent with it".to_owned(),
        _ => format!("curl cannot be run: {error}"),
    })?;
    if answered.ended == Ended::GivenUp {
        return Err("the console was closed meanwhile".into());
    }
    Ok(response(&answered.out, &answered.err, now))
}

/// What curl is told.
fn config(post: &Post, limit: Duration) -> Result<String, String> {
    let body = quoted(&post.body);
    if body.len() > LARGEST {
        return Err(format!(
            "the message has {} bytes, more than curl takes this way",
            post.body.len()
        ));
    }
    let mut lines = vec![
        format!("url = {}", quoted(&post.url)),
        format!("request = {}", quoted(post.method)),
        format!("data-raw = {body}"),
        "silent".into(),
        "show-error".into(),
        "globoff".into(),
        "proto = \"=http,https\"".into(),
        format!("output = \"{}\"", if post.heard { "-" } else { "/dev/null" }),
        "dump-header = \"-\"".into(),
        "write-out = \"\\nstatus %{http_code}\\n\"".into(),
        format!("max-time = {}", limit.as_secs().max(1)),
        format!("connect-timeout = {CONNECT_S}"),
    ];
    for (name, value) in &post.headers {
        lines.push(format!("header = {}", quoted(&format!("{name}: {value}"))));
    }
    Ok(lines.join("\n") + "\n")
}

/// A word of curl's configuration.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0' => {}
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn response(out: &str, err: &str, now: Time) -> Response {
    let status = out
        .rsplit_once("\nstatus ")
        .and_then(|(_, code)| code.trim().parse().ok());
    // Behind a proxy there are the headers of several answers; the last ones count.
    let last = out.rfind("HTTP/").map_or(out, |at| &out[at..]);
    let asked = last.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("retry-after").then(|| value.trim())
    });
    let blank = last.find("\r\n\r\n").map(|at| at + 4);
    let body = blank
        .and_then(|at| last[at..].rsplit_once("\nstatus "))
        .map(|(body, _)| body.to_owned());
    let seconds = |value: &str| {
        value.parse::<u64>().ok().or_else(|| {
            let at = chrono::DateTime::parse_from_rfc2822(value).ok()?;
            u64::try_from(at.timestamp() - now.millis().div_euclid(1000)).ok()
        })
    };
    Response {
        status: status.unwrap_or(0),
        retry_after: asked.and_then(seconds),
        complaint: crate::text::one_line(err.trim()).chars().take(200).collect(),
        body: body.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_message_is_an_option_of_curl() {
        let hostile = Post {
            method: "POST",
            heard: false,
            url: "https://x.example/a\"\noutput = \"/tmp/pwn".into(),
            headers: vec![("webhook-id".into(), "a\r\nx: y".into())],
            body: "@/etc/passwd\"\nurl = \"http://evil".into(),
        };
        let config = config(&hostile, Duration::from_secs(9)).unwrap();
        let keys: Vec<&str> = config.lines().map(|line| line.split(' ').next().unwrap()).collect();
        assert_eq!(keys.iter().filter(|key| **key == "url").count(), 1, "{config}");
        assert_eq!(keys.iter().filter(|key| **key == "output").count(), 1, "{config}");
        assert!(config.contains("data-raw = \"@/etc/passwd\\\"\\nurl"), "{config}");
        assert!(
            super::config(
                &Post {
                    body: "x".repeat(100_000),
                    ..hostile
                },
                Duration::from_secs(1)
            )
            .is_err()
        );
    }

    #[test]
    fn status_and_wait_are_those_of_the_last_answer() {
        let now = Time::parse_rfc3339("2026-11-20T14:05:00Z").unwrap();
        let of = |headers: &str, code: u16| response(&format!("{headers}\r\n\nstatus {code}\n"), "", now);
        let plain = of("HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\n", 429);
        assert_eq!((plain.status, plain.retry_after), (429, Some(7)));
        let heard = of("HTTP/1.1 201 Created\r\nx: y\r\n\r\n{\"id\":\"p3\"}", 201);
        assert_eq!(heard.body.trim(), "{\"id\":\"p3\"}");
        let dated = of("HTTP/1.1 503 x\r\nretry-after: Fri, 20 Nov 2026 14:06:00 GMT\r\n", 503);
        assert_eq!(dated.retry_after, Some(60));
        let proxied = of("HTTP/1.1 200 OK\r\nRetry-After: 9\r\n\r\nHTTP/1.1 500 x\r\n", 500);
        assert_eq!((proxied.status, proxied.retry_after), (500, None));
        let none = response("\nstatus 000\n", "curl: (7) Failed to connect\n", now);
        assert_eq!(
            (none.status, none.complaint.as_str()),
            (0, "curl: (7) Failed to connect")
        );
    }
}
