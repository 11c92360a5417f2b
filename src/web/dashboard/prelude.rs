//! What every handler of the dashboard uses, and what its templates name.

pub(super) use actix_web::web::{Data, Path, Query};
pub(super) use askama::Template;
pub(super) use serde::Deserialize;

pub(super) use super::context::cookie::done;
pub(super) use super::context::desk::Desk;
pub(super) use super::context::form::Form;
pub(super) use super::view::form::{Choice, Field, FormPage};
pub(super) use super::view::frame::{Frame, Place};
pub(super) use super::view::notice::Notice;
pub(super) use super::view::response::{PageResult, render, see_other, unprocessable, with_status};
pub(super) use super::view::{self, Html};
pub(super) use crate::staff::{self, Permission, Role};
pub(super) use crate::web::Shell;
pub(super) use crate::web::error::Error;
