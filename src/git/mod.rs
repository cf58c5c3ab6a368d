//! Git by subprocess: one call at a time, bounded and without questions; and what a round of syncing asks of it. Knows
//! nothing of incidents but where their files are; no screen, no session.

mod apart;
mod brought;
pub mod command;
mod driver;
pub mod here;
mod housekeeping;
mod join;
mod outcome;
mod record;
mod remote;
mod said;
mod settings;
mod shown;
mod standing;
mod tidy;

pub use brought::{Origin, origin};
pub use command::{Git, Own, Trouble};
pub use driver::{Driver, setup};
pub use housekeeping::tidy;
pub use join::{Brought, Conflict, Joined, bring, is_in, join};
pub use outcome::Class;
pub(crate) use record::short;
pub use record::{Entry, is_given_by_us, record, unstage};
pub use remote::{Fetched, Pushed, fetch, push};
pub use settings::Settings;
pub use shown::{shown, without_secrets};
pub use standing::{Oid, Path, Pause, Remote, Standing, busy, standing};
pub use tidy::{Different, Held, Step, cleaned, differences, held, incident_folders, is_sane, last_by, steps};
