//! Who works here, and what they may do.

pub(in crate::web) mod instance;
mod invitation;
pub(in crate::web) mod permissions;
pub(in crate::web) mod team;
