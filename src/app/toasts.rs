//! Sentences to the person: shown for as long as it takes to read them, and kept among the messages.

use super::{Model, Said, Toast, Tone};
use crate::incident::Time;

/// Longest that a toast stays, and how much longer per character it takes to read.
const TOAST_MS: i64 = 2_500;

const TOAST_MS_PER_CHAR: i64 = 40;

/// How many messages are remembered.
const MESSAGES: usize = 100;

impl Model {
    /// Says a sentence: it is shown for as long as it takes to read, a worry until the next key after that, and is kept among the
    /// messages.
    pub(super) fn say(&mut self, text: impl Into<String>, tone: Tone) {
        let text = text.into();
        if self.said.back().is_none_or(|said| said.text != text) {
            self.said.push_back(Said {
                at: self.now,
                text: text.clone(),
                tone,
            });
            if self.said.len() > MESSAGES {
                self.said.pop_front();
            }
        }
        self.toast(text, tone);
    }

    /// Shows a sentence that is not worth keeping.
    pub(super) fn toast(&mut self, text: String, tone: Tone) {
        let stay = TOAST_MS + TOAST_MS_PER_CHAR * i64::try_from(text.chars().count()).unwrap_or(1000);
        let stay = if tone == Tone::Error { stay * 2 } else { stay };
        self.toasts.retain(|toast| toast.text != text);
        self.toasts.push(Toast {
            text,
            tone,
            until: Time::from_millis(self.now.millis() + stay),
        });
        // More than three at once nobody reads.
        if self.toasts.len() > 3 {
            self.toasts.remove(0);
        }
    }
}
