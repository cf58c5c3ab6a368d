//! How laws are tried: one place for how many cases are drawn, and from which seed.

use proptest::prelude::ProptestConfig;
use proptest::test_runner::RngSeed;

/// Enough cases for a default run to take seconds, the same ones each time; with `PROPTEST_CASES` that many others, which goes
/// where none went before.
pub(crate) fn cases(default: u32) -> ProptestConfig {
    let wanted = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: wanted.unwrap_or(default),
        failure_persistence: None,
        max_shrink_iters: 2000,
        rng_seed: wanted.map_or(RngSeed::Fixed(42), |_| RngSeed::Random),
        ..ProptestConfig::default()
    }
}
