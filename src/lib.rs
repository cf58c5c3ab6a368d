//! warroom: one incident, one YAML file in git, every responder in sync, no server.
//!
//! The table of contents. `incident`, `framework`, `document`, `merge`, `runbook`, `app` are pure; `store` holds the file,
//! `session` joins them for one person, `cli` and `runtime` are the two faces.

// A test tells its story whole, and its figures are small.
#![cfg_attr(
    test,
    allow(
        clippy::too_many_lines,
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss
    )
)]

pub mod app;
pub mod backfill;
pub mod bounds;
pub mod child;
pub mod cli;
pub mod config;
pub mod demo;
pub mod document;
pub mod escape;
pub mod export;
pub mod framework;
pub mod git;
pub mod hook;
pub mod incident;
pub mod log_file;
pub mod merge;
pub mod message;
pub mod recall;
pub mod report;
pub mod review;
pub mod runbook;
pub mod running;
pub mod runtime;
#[cfg(test)]
mod schema;
pub mod sending;
pub mod session;
mod side_by_side;
pub mod store;
pub mod text;
#[cfg(test)]
mod trials;
pub mod ui;
