//! What comes in as a dependency: from the one registry, with a checksum and none of the kinds that are kept out.

use std::path::Path;

#[test]
fn every_package_is_of_the_registry_and_has_a_checksum() {
    const KEPT_OUT: [&str; 6] = [
        "openssl",
        "openssl-sys",
        "libgit2-sys",
        "curl-sys",
        "serde_yml",
        "reqwest",
    ];
    let lock = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).unwrap();
    let mut packages = 0;
    for package in lock.split("[[package]]").skip(1) {
        let value = |key: &str| {
            let line = package.lines().find_map(|line| line.strip_prefix(key));
            line.map(|value| value.trim_matches('"').to_owned())
        };
        let name = value("name = ").unwrap();
        if name == env!("CARGO_PKG_NAME") {
            continue;
        }
        packages += 1;
        assert_eq!(
            value("source = ").as_deref(),
            Some("registry+https://github.com/rust-lang/crates.io-index"),
            "{name}"
        );
        assert_eq!(value("checksum = ").map_or(0, |sum| sum.len()), 64, "{name}");
        assert!(!KEPT_OUT.contains(&name.as_str()), "{name} is kept out, see deny.toml");
    }
    assert!(packages > 50, "the lock file was not understood");
}
