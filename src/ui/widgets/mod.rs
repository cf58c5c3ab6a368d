//! What panes and overlays are made of: styled text that wraps, frames that join, and the painter that puts them on cells.

pub mod paint;
pub mod rich;
pub mod wrap;

pub use paint::Painter;
pub use rich::Rich;
