//! Incidents of a period as dots: days to the right, duration upwards on a logarithmic scale; and a strip of how many there were. In ASCII, so
//! that it may be mailed, pasted and read on any terminal; the table beside it says the same.

use super::Period;
use super::durations::Dot;
use crate::incident::Time;

/// Columns of the strip.
pub const WIDTH: usize = 64;
/// Fewest columns of dots: both days of the axis stand below them.
const NARROWEST: usize = 12;
/// None, one, two ... incidents in a part of a strip.
pub const SHADES: [char; 8] = [' ', '.', ':', '-', '=', '+', '*', '#'];

/// Lines of the durations: what lies between two is shown on the lower one.
const SCALE: [(i64, &str); 7] = [
    (86_400, "1 d"),
    (28_800, "8 h"),
    (7_200, "2 h"),
    (1_800, "30 min"),
    (600, "10 min"),
    (120, "2 min"),
    (0, "less"),
];

/// The durations as lines of dots; each dot is the last letter of its severity, `*` where several meet. `None` without any.
pub fn durations(dots: &[Dot], period: &Period) -> Option<Vec<String>> {
    durations_within(dots, period, WIDTH)
}

/// The same in so many columns, at least those of both dates of the axis.
pub fn durations_within(dots: &[Dot], period: &Period, width: usize) -> Option<Vec<String>> {
    if dots.is_empty() {
        return None;
    }
    let width = width.max(NARROWEST);
    let mut rows = vec![vec![' '; width]; SCALE.len()];
    for dot in dots {
        let row = SCALE
            .iter()
            .position(|(from, _)| dot.seconds >= *from)
            .unwrap_or(SCALE.len() - 1);
        let cell = &mut rows[row][column(dot.at, period, width)];
        let mark = dot
            .severity
            .chars()
            .last()
            .filter(char::is_ascii_alphanumeric)
            .unwrap_or('?');
        *cell = if *cell == ' ' || *cell == mark { mark } else { '*' };
    }
    let used = rows.iter().position(|row| row.iter().any(|c| *c != ' ')).unwrap_or(0);
    let lines = rows.iter().zip(SCALE).skip(used).map(|(row, (_, label))| {
        let row: String = row.iter().collect();
        format!("{label:>7} |{}", row.trim_end())
    });
    let mut lines: Vec<String> = lines.collect();
    lines.push(format!("{:>7} +{}", "", "-".repeat(width)));
    lines.push(axis(period, width));
    Some(lines)
}

/// How many incidents there were over the period, darker is more: ` .:-=+*#`, in 32 parts.
pub fn strip(times: impl Iterator<Item = Time>, period: &Period) -> String {
    strip_within(times, period, WIDTH / 2, SHADES)
}

/// The same in so many parts, by these shades.
pub fn strip_within(times: impl Iterator<Item = Time>, period: &Period, parts: usize, shades: [char; 8]) -> String {
    let mut counts = vec![0usize; parts.max(1)];
    for at in times {
        let part = column(at, period, counts.len());
        counts[part] += 1;
    }
    let shade = |count: usize| shades[count.min(shades.len() - 1)];
    counts.into_iter().map(shade).collect()
}

fn axis(period: &Period, width: usize) -> String {
    let day = |at: Time| at.chrono().format("%m-%d").to_string();
    let last = Time::from_millis(period.to.millis() - 1);
    let (from, to) = (day(period.from), day(last));
    format!(
        "{:>8} {from}{}{to}",
        "",
        " ".repeat(width.saturating_sub(from.len() + to.len()))
    )
}

fn column(at: Time, period: &Period, width: usize) -> usize {
    let length = (period.to.millis() - period.from.millis()).max(1);
    let part = (at.millis() - period.from.millis()).clamp(0, length - 1);
    let columns = i64::try_from(width).unwrap_or(i64::MAX);
    usize::try_from(part.saturating_mul(columns) / length)
        .unwrap_or(0)
        .min(width - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dot(day: u32, seconds: i64, severity: &str) -> Dot {
        Dot {
            id: "X".into(),
            at: Time::parse_rfc3339(&format!("2026-11-{day:02}T00:00:00Z")).unwrap(),
            seconds,
            severity: severity.into(),
        }
    }

    #[test]
    fn days_go_to_the_right_and_longer_ones_are_higher() {
        let at = |text| Time::parse_rfc3339(text).unwrap();
        let november = Period::between(at("2026-11-01T00:00:00Z"), at("2026-12-01T00:00:00Z"));
        let lines = durations(
            &[
                dot(1, 60, "P0"),
                dot(16, 9_000, "P1"),
                dot(16, 9_001, "P0"),
                dot(30, 600, "SEV3"),
            ],
            &november,
        )
        .unwrap();
        assert_eq!(lines[0], format!("    2 h |{}*", " ".repeat(32)));
        assert_eq!(lines[2], format!(" 10 min |{}3", " ".repeat(61)));
        assert_eq!(lines[4], "   less |0");
        assert_eq!(
            lines.last().unwrap(),
            &format!("{:>8} 11-01{}11-30", "", " ".repeat(54))
        );
        assert!(lines.iter().all(|line| line.len() <= 80));
        assert_eq!(durations(&[], &november), None);
        let out = strip(
            [at("2020-01-01T00:00:00Z"), at("2030-01-01T00:00:00Z")].into_iter(),
            &november,
        );
        assert_eq!((out.len(), &out[..1], &out[31..]), (32, ".", "."));
    }
}
