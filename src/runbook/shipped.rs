//! The runbooks that ship with the program.

/// Name and text of each, by name.
pub const SHIPPED: [(&str, &str); 12] = [
    (
        "certificate-expiration",
        include_str!("../../runbooks/certificate-expiration.md"),
    ),
    (
        "connection-pool-exhaustion",
        include_str!("../../runbooks/connection-pool-exhaustion.md"),
    ),
    ("data-gathering", include_str!("../../runbooks/data-gathering.md")),
    (
        "deployment-rollback",
        include_str!("../../runbooks/deployment-rollback.md"),
    ),
    ("disk-full", include_str!("../../runbooks/disk-full.md")),
    ("dns-failure", include_str!("../../runbooks/dns-failure.md")),
    ("hotfix", include_str!("../../runbooks/hotfix.md")),
    ("memory-leak", include_str!("../../runbooks/memory-leak.md")),
    (
        "payment-gateway-timeout",
        include_str!("../../runbooks/payment-gateway-timeout.md"),
    ),
    ("region-failover", include_str!("../../runbooks/region-failover.md")),
    ("security-breach", include_str!("../../runbooks/security-breach.md")),
    (
        "third-party-outage",
        include_str!("../../runbooks/third-party-outage.md"),
    ),
];

/// The text of one that ships.
pub fn shipped(name: &str) -> Option<&'static str> {
    SHIPPED.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}
