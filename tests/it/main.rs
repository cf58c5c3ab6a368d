//! Every verb and journey through the real binary: one integration test program, a module an area.

#![allow(clippy::unwrap_used)] // a test that cannot go on fails
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss
)] // figures of a test are small

mod advice;
mod approving;
mod bombs;
mod clocks_met;
mod clones;
mod closing;
mod commandline;
mod correcting;
mod deaths;
mod declare;
mod declaring;
mod demo;
mod dependencies;
mod doors;
mod durations;
mod editors;
mod entry_ids;
mod face;
mod facts;
mod fault_steps;
mod faults;
mod faults_content;
mod faults_git;
mod files;
mod find;
mod floors;
mod frameworks;
mod gate;
mod git_calls;
mod gits;
mod going_wrong;
mod harness;
mod hooks;
mod journeys;
mod kept;
mod kills;
mod learnt;
mod left_out;
mod lifecycle;
mod links;
mod log_file;
mod messages;
mod milestones;
mod over_ssh;
mod people;
mod pty;
mod reading;
mod receiver;
mod redact;
mod remedies;
mod report;
mod requests;
mod rooms;
mod rounds;
mod runbooks;
mod running;
mod seats;
mod set_clock;
mod severity;
mod sharing;
mod starting;
mod statements;
mod stories;
mod subfolder;
mod sync;
mod terminal;
mod ticking;
mod timeline;
mod timers;
mod tui;
mod usage;
mod voice;
mod whoswho;
mod work;
