//! The incident file on disk: lock, replace, watch, journal, drafts. Knows documents, not screens.

mod error;
mod repository;

pub use error::StoreError;
pub use repository::{Init, Made, Place, Repository, state_dir};
