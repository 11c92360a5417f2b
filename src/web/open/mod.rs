//! What is open to everybody and no surface by itself: files, health, and the way to the surfaces.

pub(super) mod files;
pub(super) mod health;
pub(super) mod home;
