//! `warroom open --plain`: what happens, a line each, for screen readers and pipes.

use std::sync::Arc;

use super::context::Context;
use super::failure::Failure;
use super::open::{self, AtHand, at_hand};
use super::reply::Reply;
use crate::git::Driver;
use crate::runtime::plain;
use crate::session::{Open as OpenSession, Session};

/// Follows an incident until it is ended.
pub(super) fn run(context: &Context, id: Option<&str>) -> Result<Reply, Failure> {
    let clock = context.running_clock();
    let place = match id {
        Some(id) => context.repository()?.find(id)?,
        None => match at_hand(context)? {
            AtHand::One(place, _) => place,
            AtHand::None { failure, .. } => return Err(failure),
        },
    };
    let mut session = Session::open(OpenSession {
        repository: context.repository()?,
        place,
        by: context.who()?,
        clock: Arc::clone(&clock),
        watch: true,
    })?;
    session.start_sync(Driver::here(), !context.options.offline);
    plain::follow(Arc::new(session), clock).map_err(open::failure)?;
    Ok(Reply::silent().bare())
}
