//! Every verb and journey through the real binary: one integration test program, a module an area.

mod harness;
