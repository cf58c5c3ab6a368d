//! Every verb and journey through the real binary: one integration test program, a module an area.

#![allow(clippy::unwrap_used)] // a test that cannot go on fails

mod harness;
mod pty;

mod declare;
mod files;
mod find;
mod lifecycle;
mod reading;
mod timeline;
mod tui;
mod usage;
mod work;
