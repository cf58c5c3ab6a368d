//! Durations, figures, changes and shares as people read them.

use super::Duration;
use super::statistics::{self, Change, Verdict};

/// Seconds as people say a duration: `45 s`, `11.5 min`, `2 h 5 min`, `3 d 4 h`.
pub fn span(seconds: f64) -> String {
    let sign = if seconds < 0.0 { "-" } else { "" };
    let seconds = seconds.abs();
    let whole = |value: f64| format!("{value:.0}");
    if seconds < 90.0 {
        return format!("{sign}{} s", tenth(seconds));
    }
    let minutes = seconds / 60.0;
    if minutes < 120.0 {
        return format!("{sign}{} min", tenth(minutes));
    }
    let minutes = minutes.round();
    let (hours, rest) = ((minutes / 60.0).floor(), minutes % 60.0);
    if hours < 48.0 {
        return match rest {
            0.0 => format!("{sign}{} h", whole(hours)),
            rest => format!("{sign}{} h {} min", whole(hours), whole(rest)),
        };
    }
    let (days, rest) = ((hours / 24.0).floor(), hours % 24.0);
    match rest {
        0.0 => format!("{sign}{} d", whole(days)),
        rest => format!("{sign}{} d {} h", whole(days), whole(rest)),
    }
}

/// With one place where that is not 0.
pub(super) fn tenth(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[expect(clippy::cast_precision_loss, reason = "seconds are far below 2^52")]
pub(super) fn whole(seconds: i64) -> f64 {
    seconds as f64
}

/// The figures of a duration in a line: `median 25 min [16 min - 38 min], p90 4 h 20 min, n 39, mean 97.4 min`.
pub fn figures(duration: &Duration) -> String {
    match (duration.n, duration.median_s) {
        (0, _) | (_, None) => "no values".to_owned(),
        (n, Some(_)) if n < statistics::FEWEST => {
            let values: Vec<String> = duration.values_s.iter().map(|value| span(whole(*value))).collect();
            format!("{} (n {n})", values.join(", "))
        }
        (n, Some(median)) => {
            let interval = duration
                .interval_s
                .map(|(low, high)| format!(" [{} - {}]", span(whole(low)), span(whole(high))));
            format!(
                "median {}{}, p90 {}, n {n}, mean {}",
                span(median),
                interval.unwrap_or_default(),
                duration.p90_s.map_or_else(String::new, |value| span(whole(value))),
                duration.mean_s.map_or_else(String::new, span),
            )
        }
    }
}

/// A change as a sentence.
pub fn change(change: &Change) -> String {
    let (before, now) = (span(change.medians.0), span(change.medians.1));
    let percent = |ratio: f64| format!("{:+.0} %", (ratio - 1.0) * 100.0);
    let spread = change
        .interval
        .map(|(low, high)| format!(" ({} to {})", percent(low), percent(high)))
        .unwrap_or_default();
    match change.verdict {
        Verdict::Shorter | Verdict::Longer => {
            let way = if change.verdict == Verdict::Shorter {
                "shorter"
            } else {
                "longer"
            };
            let ratio = change.ratio.map(percent).unwrap_or_default();
            format!("median {before} -> {now}: {way}, by {ratio}{spread}")
        }
        Verdict::WithinChance => {
            let n = change.n.0.min(change.n.1);
            let chance = statistics::chance_alone(n).map(|(low, high)| {
                format!("; at n = {n} a median moves by {low:+} to {high:+} % with nothing changed")
            });
            format!(
                "median {before} -> {now}: within what chance does{}",
                chance.unwrap_or_default()
            )
        }
        Verdict::TooFew => format!(
            "median {before} -> {now}: too few to tell (n {} and {})",
            change.n.0, change.n.1
        ),
    }
}

/// So many of something: `1 near miss`, `2 near misses`.
pub(super) fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// A share as two numbers: `3 of 4 (75 %)`.
pub fn share(count: usize, of: usize) -> String {
    match (count * 100).checked_div(of) {
        Some(percent) => format!("{count} of {of} ({percent} %)"),
        None => "none".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_people_say_them() {
        for (seconds, said) in [
            (0.0, "0 s"),
            (45.0, "45 s"),
            (90.0, "1.5 min"),
            (690.0, "11.5 min"),
            (1500.0, "25 min"),
            (7199.0, "120 min"),
            (7200.0, "2 h"),
            (15_600.0, "4 h 20 min"),
            (172_800.0, "2 d"),
            (273_600.0, "3 d 4 h"),
            (-60.0, "-60 s"),
        ] {
            assert_eq!(span(seconds), said);
        }
    }
}
