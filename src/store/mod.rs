//! The incident file on disk: lock, replace, watch, journal, drafts. Knows documents, not screens.

pub mod allowed;
pub mod beside;
pub(crate) mod draft;
mod error;
#[cfg_attr(not(any(test, debug_assertions, feature = "failpoints")), allow(dead_code))]
pub mod failpoint;
pub(crate) mod git;
pub(crate) mod here;
pub mod hooks;
mod init;
pub(crate) mod journal;
pub(crate) mod leftovers;
pub(crate) mod lock;
pub(crate) mod making;
pub mod may_run;
pub mod outbox;
pub(crate) mod put;
pub(crate) mod read;
pub mod recalled;
pub mod remembered;
mod repository;
pub(crate) mod review_file;
pub mod runbooks;
pub mod seen;
pub mod sharing;
pub(crate) mod site;
mod slot;
mod state;
pub mod survey;
mod team;
pub(crate) mod text;
pub mod traces;
pub(crate) mod watch;
pub(crate) mod write;

pub use error::StoreError;
pub(crate) use error::reason;
pub use init::{Init, Made};
pub use repository::{Place, Repository};
pub use state::{keep_state_in, state_dir};
