//! Standard Webhooks 1.0: what is signed, with what, and base64 as it is written there.

/// What a key in its textual form begins with.
const PREFIX: &str = "whsec_";

/// A key from its text, `whsec_` and base64; an error says what is wrong without saying the key.
fn key(text: &str) -> Result<Vec<u8>, String> {
    let coded = text
        .strip_prefix(PREFIX)
        .ok_or("the secret does not begin with whsec_")?;
    let key = decode(coded).ok_or("the secret is not base64 after whsec_")?;
    if (24..=64).contains(&key.len()) {
        Ok(key)
    } else {
        Err(format!("the secret has {} bytes, and 24 to 64 are right", key.len()))
    }
}

/// The signatures of a message, one for each of the secrets (several while a key is being replaced).
pub fn signature(secrets: &str, id: &str, timestamp: i64, body: &str) -> Result<String, String> {
    let content = format!("{id}.{timestamp}.{body}");
    let signed = secrets.split_whitespace().map(|text| {
        Ok(format!(
            "v1,{}",
            encode(&hmac_sha256::HMAC::mac(content.as_bytes(), key(text)?))
        ))
    });
    let all: Vec<String> = signed.collect::<Result<_, String>>()?;
    if all.is_empty() {
        return Err("the secret is empty".into());
    }
    Ok(all.join(" "))
}

/// A hash to name a content by.
pub fn sha256(bytes: &[u8]) -> String {
    let hash = hmac_sha256::Hash::hash(bytes);
    hash.iter()
        .fold(String::new(), |out, byte| out + &format!("{byte:02x}"))
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64.
pub fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let three = chunk.iter().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[(three >> (18 - 6 * place)) as usize & 63];
            out.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    let (mut sum, mut bits) = (0u32, 0);
    for byte in text.bytes() {
        let place = LETTERS.iter().position(|letter| *letter == byte)?;
        sum = (sum << 6 | u32::try_from(place).ok()?) & 0xff_ffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from(sum >> bits & 0xff).ok()?);
        }
    }
    (bits < 6).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_the_standard_hold() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/data/signature-vectors.json")).unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let (new, old) = (text(&vectors["secret"]), text(&vectors["old_secret"]));
        let cases = vectors["cases"].as_array().unwrap();
        assert_eq!(cases.len(), 2);
        for case in cases {
            let (id, body) = (text(&case["id"]), text(&case["body"]));
            let at = case["timestamp"].as_i64().unwrap();
            assert_eq!(signature(&new, &id, at, &body).unwrap(), text(&case["signature"]));
            if let Some(with_old) = case["signature_old"].as_str() {
                let both = format!("{new}\n{old}\n");
                let wanted = format!("{} {with_old}", text(&case["signature"]));
                assert_eq!(signature(&both, &id, at, &body).unwrap(), wanted);
            }
        }
    }

    #[test]
    fn a_bad_key_is_refused_without_being_said() {
        for bad in ["", "hunter2", "whsec_short", "whsec_!!!!", "whsec_QUJD"] {
            let why = signature(bad, "m", 1, "b").unwrap_err();
            assert!(!why.contains("hunter2") && !why.contains("QUJD"), "{why}");
        }
    }

    #[test]
    fn base64_is_there_and_back() {
        for (text, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("ü→", "w7zihpI="),
        ] {
            assert_eq!(encode(text.as_bytes()), coded);
            assert_eq!(decode(coded).as_deref(), Some(text.as_bytes()));
        }
        assert_eq!(decode("Zm8!"), None);
        assert_eq!(sha256(b"abc")[..8], *"ba7816bf");
    }
}
