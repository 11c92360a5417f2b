//! Who is there, and in which workspace: what a handler has before it.

pub(super) mod browser;
pub(super) mod cookie;
pub(super) mod desk;
pub(super) mod download;
pub(super) mod form;
pub(super) mod kept;
