//! One's own account: signing in, setting up, what one may change of oneself.

pub(in crate::web) mod enrolment;
pub(in crate::web) mod profile;
pub(in crate::web) mod reset;
pub(in crate::web) mod setup;
pub(in crate::web) mod sign_in;
