//! Figures of a handful of durations, and whether two handfuls differ. Whole numbers and ranks: nothing here draws by chance.
//!
//! Durations of incidents are few and skewed, so every figure is a median with its exact interval (order statistics), beside the
//! 90th percentile, the number of values and the mean; and a change is called one only where the exact interval of the ratio
//! (Hodges-Lehmann, from the distribution of rank sums) leaves 1.

use serde::Serialize;

/// Fewest values for which a 95 % interval of a median exists; fewer are told one by one.
pub const FEWEST: usize = 6;

/// What may lie outside of an interval on either side: one half of 5 %.
const TAIL: f64 = 0.025;

/// Largest number of pairs for which rank sums are counted one by one; beyond it the normal curve agrees to the third place.
const PAIRS: usize = 2500;

/// Figures of some values, in the values' unit (seconds).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Figures {
    /// How many values.
    pub n: usize,
    /// The middle one, or the mean of the two in the middle.
    pub median: Option<f64>,
    /// The exact 95 % interval of the median; none for fewer than six values.
    pub interval: Option<(i64, i64)>,
    /// The 90th percentile, by nearest rank.
    pub p90: Option<i64>,
    /// The arithmetic mean.
    pub mean: Option<f64>,
    /// The values themselves where there are fewer than six.
    pub values: Vec<i64>,
}

impl Figures {
    /// Those of these values, in any order.
    pub fn of(values: &[i64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_unstable();
        let n = sorted.len();
        Self {
            n,
            median: median(&sorted),
            interval: interval_rank(n).map(|k| (sorted[k - 1], sorted[n - k])),
            p90: (n > 0).then(|| sorted[(n * 9).div_ceil(10) - 1]),
            mean: (n > 0).then(|| sorted.iter().map(|value| real(*value)).sum::<f64>() / count(n)),
            values: if n < FEWEST { sorted } else { Vec::new() },
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "seconds and counts are far below 2^52")]
fn real(value: i64) -> f64 {
    value as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn count(n: usize) -> f64 {
    n as f64
}

/// The median of sorted values.
fn median(sorted: &[i64]) -> Option<f64> {
    let n = sorted.len();
    match n {
        0 => None,
        _ if n % 2 == 1 => Some(real(sorted[n / 2])),
        _ => Some(f64::midpoint(real(sorted[n / 2 - 1]), real(sorted[n / 2]))),
    }
}

/// The `k` for which the `k`-th smallest and the `k`-th largest of `n` values enclose the median with at least 95 %: the largest with
/// at most 2.5 % of all `2^n` orders beyond it on either side.
pub fn interval_rank(n: usize) -> Option<usize> {
    // In logarithms: 2^-n is no number beyond n = 1074.
    let mut term = -count(n) * std::f64::consts::LN_2;
    let mut below = term;
    let mut k = 0;
    while below <= TAIL.ln() && k <= n {
        k += 1;
        term += (count(n - k + 1) / count(k)).ln();
        below = larger_sum(below, term);
    }
    (k > 0).then_some(k)
}

/// `ln(e^a + e^b)`.
fn larger_sum(a: f64, b: f64) -> f64 {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    high + (low - high).exp().ln_1p()
}

/// How a later handful compares with an earlier one.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Change {
    /// Values before, and now.
    pub n: (usize, usize),
    /// Medians before and now.
    pub medians: (f64, f64),
    /// By what factor a typical value has changed (Hodges-Lehmann); absent where either is empty.
    pub ratio: Option<f64>,
    /// The exact 95 % interval of that factor; absent where there are too few values for one.
    pub interval: Option<(f64, f64)>,
    /// What may be said of it.
    pub verdict: Verdict,
}

/// What may be said of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The interval of the ratio lies below 1.
    Shorter,
    /// It lies above 1.
    Longer,
    /// It holds 1: within what chance does.
    WithinChance,
    /// Too few values to tell anything.
    TooFew,
}

impl Change {
    /// From earlier values to later ones; `None` where either is empty.
    pub fn between(before: &[i64], now: &[i64]) -> Option<Self> {
        let figures = (Figures::of(before), Figures::of(now));
        let medians = (figures.0.median?, figures.1.median?);
        // Of nothing there is no logarithm: a second is the least that is told apart.
        let logs = |values: &[i64]| -> Vec<f64> { values.iter().map(|value| real((*value).max(1)).ln()).collect() };
        let (earlier, later) = (logs(before), logs(now));
        let mut apart: Vec<f64> = later
            .iter()
            .flat_map(|now| earlier.iter().map(move |before| now - before))
            .collect();
        apart.sort_unstable_by(f64::total_cmp);
        let pairs = apart.len();
        let middle = f64::midpoint(apart[(pairs - 1) / 2], apart[pairs / 2]);
        let interval = ranks_beyond(before.len(), now.len()).map(|k| (apart[k - 1].exp(), apart[pairs - k].exp()));
        let verdict = match interval {
            None => Verdict::TooFew,
            Some((_, high)) if high < 1.0 => Verdict::Shorter,
            Some((low, _)) if low > 1.0 => Verdict::Longer,
            Some(_) => Verdict::WithinChance,
        };
        Some(Self {
            n: (before.len(), now.len()),
            medians,
            ratio: Some(middle.exp()),
            interval,
            verdict,
        })
    }
}

/// The `k` for which the `k`-th smallest and `k`-th largest of all differences between `m` and `n` values enclose the shift with 95 %.
fn ranks_beyond(m: usize, n: usize) -> Option<usize> {
    if m == 0 || n == 0 {
        return None;
    }
    let pairs = m * n;
    if pairs > PAIRS {
        let (m, n) = (count(m), count(n));
        let spread = (m * n * (m + n + 1.0) / 12.0).sqrt();
        let k = (m * n / 2.0 - 1.959_964 * spread).floor();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 1 and the number of pairs"
        )]
        return (k >= 1.0).then_some(k as usize);
    }
    let ways = rank_sums(m, n);
    let all: f64 = ways.iter().sum();
    let (mut below, mut k) = (0.0, 0);
    for of_sum in &ways {
        below += of_sum;
        if below > TAIL * all {
            break;
        }
        k += 1;
    }
    (k > 0).then_some(k)
}

/// In how many orders of `m` and `n` values so many pairs stand the wrong way round, for each number of pairs.
fn rank_sums(m: usize, n: usize) -> Vec<f64> {
    // ways[j] holds the counts for i values of the one and j of the other; each step adds one value of the first.
    let mut ways: Vec<Vec<f64>> = (0..=n).map(|_| vec![1.0]).collect();
    for i in 1..=m {
        let mut next: Vec<Vec<f64>> = vec![vec![1.0]];
        for j in 1..=n {
            let mut sum = vec![0.0; i * j + 1];
            // The largest of all is one of the first (and stands behind all j of the other) or one of the other.
            for (at, of) in ways[j].iter().enumerate() {
                sum[at + j] += of;
            }
            for (at, of) in next[j - 1].iter().enumerate() {
                sum[at] += of;
            }
            next.push(sum);
        }
        ways = next;
    }
    ways.pop().unwrap_or_default()
}

/// By how much a median moves from one period to the next while nothing changes, in percent (5th to 95th of 100 pairs), for the largest
/// number of incidents a period that is not above `n`: durations that spread as those of incidents do (lognormal, sigma 1.0).
pub fn chance_alone(n: usize) -> Option<(i32, i32)> {
    const TABLE: [(usize, i32, i32); 6] = [
        (5, -70, 250),
        (10, -57, 150),
        (20, -47, 88),
        (50, -33, 49),
        (100, -27, 33),
        (300, -16, 18),
    ];
    let row = TABLE.iter().rev().find(|(of, _, _)| *of <= n)?;
    Some((row.1, row.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ranks_of_the_interval_are_those_of_the_table() {
        let table = include_str!("../../tests/data/metrics/median-interval.tsv");
        let rows = table
            .lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
        let mut seen = 0;
        for row in rows {
            let (n, k) = row.split_once('\t').unwrap();
            assert_eq!(interval_rank(n.parse().unwrap()), k.parse().ok(), "n = {n}");
            seen += 1;
        }
        assert_eq!(seen, 10);
        assert!((0..FEWEST).all(|n| interval_rank(n).is_none()));
    }

    #[test]
    fn the_ranks_agree_with_whole_numbers_for_as_long_as_those_can_be_counted() {
        for n in 0..=110usize {
            // 40 * sum of the binomial coefficients up to k - 1 is at most 2^n.
            let (mut term, mut sum, mut k) = (1u128, 1u128, 0usize);
            while k <= n && sum * 40 <= 1u128 << n {
                k += 1;
                term = term * (n - k + 1) as u128 / k as u128;
                sum += term;
            }
            assert_eq!(interval_rank(n), (k > 0).then_some(k), "n = {n}");
        }
        // Far beyond what a float holds as 2^-n.
        let k = interval_rank(10_000).unwrap();
        assert!((4_890..4_910).contains(&k), "{k}");
    }

    #[test]
    fn a_change_is_called_one_only_where_the_interval_leaves_one() {
        let before: Vec<i64> = (1..=20).map(|n| n * 100).collect();
        let same = Change::between(&before, &before).unwrap();
        assert_eq!((same.verdict, same.ratio), (Verdict::WithinChance, Some(1.0)));
        let tenth: Vec<i64> = before.iter().map(|value| value * 9 / 10).collect();
        assert_eq!(Change::between(&before, &tenth).unwrap().verdict, Verdict::WithinChance);
        let fifth: Vec<i64> = before.iter().map(|value| value / 5).collect();
        assert_eq!(Change::between(&before, &fifth).unwrap().verdict, Verdict::Shorter);
        assert_eq!(Change::between(&fifth, &before).unwrap().verdict, Verdict::Longer);
        assert_eq!(Change::between(&[60, 70], &[1, 2]).unwrap().verdict, Verdict::TooFew);
        assert_eq!(Change::between(&[], &before), None);
    }

    #[test]
    fn rank_sums_count_every_order_once() {
        assert_eq!(rank_sums(2, 2), [1.0, 1.0, 2.0, 1.0, 1.0]);
        // 10 over 5.
        assert!((rank_sums(5, 5).iter().sum::<f64>() - 252.0).abs() < 1e-9);
        // The table of Mann and Whitney: at 8 and 8 values 13 is the largest sum within 2.5 %.
        assert_eq!(ranks_beyond(8, 8), Some(14));
    }

    #[test]
    fn of_nothing_there_are_no_figures_and_of_few_there_are_the_values() {
        assert_eq!(Figures::of(&[]), Figures::default());
        let few = Figures::of(&[30, 10, 20]);
        assert_eq!((few.median, few.interval, few.p90), (Some(20.0), None, Some(30)));
        assert_eq!(few.values, [10, 20, 30]);
        assert!(Figures::of(&[1; 6]).values.is_empty());
    }
}
