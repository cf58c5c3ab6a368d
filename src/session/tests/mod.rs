//! Sessions on real files: several at once, beside editors, in the presence of every fault that can be made here.

mod basics;
mod brought;
mod child;
mod contents;
mod death;
mod model;
mod objects;
mod overwritten;
mod storm;
mod support;
