//! A workspace as a whole: how it is doing, its keys, settings and log; and the list of all.

pub(in crate::web) mod audit;
pub(in crate::web) mod audit_export;
pub(in crate::web) mod export;
pub(in crate::web) mod keys;
pub(in crate::web) mod list;
pub(in crate::web) mod live;
pub(in crate::web) mod overview;
pub(in crate::web) mod settings;
pub(in crate::web) mod system;
