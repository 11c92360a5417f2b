//! What a handler has before it: who is there, in which workspace, and the way into the domains.

use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use jiff::Timestamp;

use super::page::{self, Frame, PageError, Place};
use crate::app::{App, OpenWorkspace};
use crate::audit::{Actor, Change, Origin};
use crate::staff::{Permission, SignedIn, Visit};
use crate::web::error::Error;
use crate::web::{Shell, dashboard::browser, origin};
use crate::workspace::Name;

/// Only [`super::gate`] makes one, for somebody whose session is alive and whose role allows the route.
#[derive(Clone)]
pub(super) struct Desk {
    pub(super) shell: Shell,
    pub(super) who: Arc<SignedIn>,
    pub(super) workspace: Option<Arc<OpenWorkspace>>,
    /// Names of the workspaces that exist for this person.
    pub(super) workspaces: Arc<Vec<Name>>,
    pub(super) csrf: Arc<str>,
    pub(super) origin: Origin,
    pub(super) path: Arc<str>,
    pub(super) done: Option<Arc<str>>,
    pub(super) open_gaps: usize,
    pub(super) now: Timestamp,
    /// The script that sent this wants a part of a page.
    pub(super) is_partial: bool,
    /// The token of the session came as a header, and was right.
    pub(super) has_token_header: bool,
}

/// Reads what the gate left. Without it there is nobody, and no way in.
impl FromRequest for Desk {
    type Error = PageError;
    type Future = std::future::Ready<Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let desk = request.extensions().get::<Desk>().cloned();
        std::future::ready(desk.ok_or_else(|| Error::not_found().into()))
    }
}

impl Desk {
    /// Runs `work` where it may block.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&App) -> Result<T, Error> + Send + 'static,
    {
        self.shell.blocking(work).await
    }

    /// The same, in the page's workspace.
    pub(super) async fn run_in<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&App, &OpenWorkspace) -> Result<T, Error> + Send + 'static,
    {
        let workspace = self.workspace()?;
        self.shell.blocking(move |app| work(app, &workspace)).await
    }

    pub(super) fn workspace(&self) -> Result<Arc<OpenWorkspace>, Error> {
        self.workspace.clone().ok_or_else(Error::not_found)
    }

    /// What this person does now, for the audit log.
    pub(super) fn change(&self) -> Change {
        self.change_at(self.now)
    }

    /// The same, in the middle of a request that takes long.
    pub(super) fn change_at(&self, at: Timestamp) -> Change {
        Change {
            by: Actor::Staff(self.who.id().clone()),
            from: self.origin,
            at,
        }
    }

    /// Whether the session is still there: it ends with every change of role. Looking does not keep it alive.
    pub(super) async fn is_alive(&self) -> Result<bool, Error> {
        let (who, now) = (Arc::clone(&self.who), self.shell.now());
        self.run(move |app| {
            let sessions = app.accounts.sessions_of(who.id(), now)?;
            Ok(sessions.iter().any(|session| session.id == *who.session()))
        })
        .await
    }

    /// The same, and the session goes on: somebody is at work.
    pub(super) async fn keep_alive(&self) -> Result<bool, Error> {
        let (who, now) = (Arc::clone(&self.who), self.shell.now());
        self.run(move |app| Ok(app.accounts.keep_alive(&who, now)?))
            .await
    }

    pub(super) fn may(&self, permission: Permission) -> bool {
        let workspace = self.workspace.as_ref();
        self.who
            .may(permission, workspace.map(|open| &open.register.id))
    }

    /// An address in the page's workspace.
    pub(super) fn at(&self, rest: &str) -> String {
        let name = self
            .workspace
            .as_ref()
            .map_or("", |open| open.register.name.as_str());
        format!("/dashboard/w/{name}{rest}")
    }

    pub(super) fn frame(&self, place: Place) -> Frame {
        let role = match &self.workspace {
            Some(open) => self.who.role_in(&open.register.id),
            None => self
                .who
                .person()
                .is_owner
                .then_some(crate::staff::Role::Owner),
        };
        Frame {
            person: self.who.person().name.to_string(),
            email: self.who.person().email.to_string(),
            role: role.map_or("", crate::staff::Role::title),
            workspace: self
                .workspace
                .as_ref()
                .map(|open| open.register.name.to_string()),
            workspaces: self.workspaces.iter().map(ToString::to_string).collect(),
            csrf: self.csrf.to_string(),
            place,
            notice: self.done.as_deref().and_then(page::notice),
            open_gaps: self.open_gaps,
            path: self.path.to_string(),
            is_owner: self.who.person().is_owner,
            may: Permission::ALL
                .iter()
                .copied()
                .filter(|permission| self.may(*permission))
                .collect(),
        }
    }
}

/// From where and with what somebody comes who is not signed in yet, or proves who they are again.
pub(super) fn visit(request: &HttpRequest, at: Timestamp) -> Visit {
    let agent = request
        .headers()
        .get(actix_web::http::header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let address = match origin(request) {
        Origin::Address(address) => Some(address),
        Origin::Machine => None,
    };
    Visit {
        address,
        browser: browser::name(agent),
        at,
    }
}

/// The same, read before a handler runs.
pub(super) struct Visitor(pub Visit);

impl FromRequest for Visitor {
    type Error = PageError;
    type Future = std::future::Ready<Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let shell = request.app_data::<web::Data<Shell>>();
        let found = shell.map(|shell| Self(visit(request, shell.now())));
        std::future::ready(found.ok_or_else(|| Error::not_found().into()))
    }
}
