//! One's own account: signing in, setting up, what one may change of oneself.

pub(in crate::web) mod enrolment;
mod go_on;
mod kept_form;
pub(in crate::web) mod profile;
pub(in crate::web) mod reset;
pub(in crate::web) mod setup;
pub(in crate::web) mod sign_in;
pub(in crate::web) mod step_up;

pub(in crate::web::dashboard) use kept_form::{kept_form, not_saved};
