//! Every verb and journey through the real binary: one integration test program, a module an area.

#![allow(clippy::unwrap_used)] // a test that cannot go on fails

mod clocks_met;
mod clones;
mod commandline;
mod correcting;
mod deaths;
mod declare;
mod demo;
mod dependencies;
mod doors;
mod editors;
mod facts;
mod faults;
mod faults_content;
mod faults_git;
mod files;
mod find;
mod frameworks;
mod gate;
mod git_calls;
mod gits;
mod going_wrong;
mod harness;
mod journeys;
mod kept;
mod kills;
mod lifecycle;
mod log_file;
mod people;
mod pty;
mod reading;
mod redact;
mod remedies;
mod requests;
mod rooms;
mod rounds;
mod sharing;
mod stories;
mod subfolder;
mod sync;
mod terminal;
mod timeline;
mod tui;
mod usage;
mod work;
