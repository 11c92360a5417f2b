//! What every handler of the dashboard uses, and what its templates name.

pub(super) use actix_web::web::{Data, Form, Path, Query};
pub(super) use askama::Template;
pub(super) use serde::Deserialize;

pub(super) use super::desk::Desk;
pub(super) use super::form::{Choice, Field, FormPage};
pub(super) use super::page::{self, Frame, PageResult, Place, unprocessable};
pub(super) use crate::staff::{self, Permission, Role};
pub(super) use crate::web::Shell;
pub(super) use crate::web::error::Error;
