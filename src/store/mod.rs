//! The incident file on disk: lock, replace, watch, journal, drafts. Knows documents, not screens.
