//! What a handler has before it: who is there, in which workspace, and the way into the domains.

use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};

use super::browser;
use crate::app::{App, OpenWorkspace};
use crate::audit::{Actor, Change};
use crate::clock::Moment;
use crate::staff::{Permission, Role, SignedIn, Visit};
use crate::web::Shell;
use crate::web::client::Client;
use crate::web::dashboard::view::at;
use crate::web::dashboard::view::frame::{Badges, Frame, Place};
use crate::web::dashboard::view::notice::Notice;
use crate::web::dashboard::view::response::PageError;
use crate::web::error::Error;
use crate::workspace::Name;

/// Only [`crate::web::dashboard::gate`] makes one, for somebody whose session is alive and whose role allows the route.
#[derive(Clone)]
pub(in crate::web) struct Desk {
    pub(in crate::web::dashboard) shell: Shell,
    pub(in crate::web::dashboard) who: Arc<SignedIn>,
    pub(in crate::web::dashboard) workspace: Option<Arc<OpenWorkspace>>,
    /// Names of the workspaces that exist for this person.
    pub(in crate::web::dashboard) workspaces: Arc<Vec<Name>>,
    pub(in crate::web::dashboard) csrf: Arc<str>,
    pub(in crate::web::dashboard) client: Client,
    /// Of this page, as a browser needs it.
    pub(in crate::web::dashboard) path: Arc<str>,
    pub(in crate::web::dashboard) notice: Option<Notice>,
    pub(in crate::web::dashboard) badges: Badges,
    pub(in crate::web::dashboard) troubles: Arc<Vec<String>>,
    pub(in crate::web::dashboard) now: Moment,
    /// The script that sent this wants a part of a page.
    pub(in crate::web::dashboard) is_partial: bool,
    /// The token of the session came as a header, and was right.
    pub(in crate::web::dashboard) has_token_header: bool,
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
    pub(in crate::web::dashboard) async fn run<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&App) -> Result<T, Error> + Send + 'static,
    {
        self.shell.blocking(work).await
    }

    /// The same, in the page's workspace.
    pub(in crate::web::dashboard) async fn run_in<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&App, &OpenWorkspace) -> Result<T, Error> + Send + 'static,
    {
        let workspace = self.workspace()?;
        self.shell.blocking(move |app| work(app, &workspace)).await
    }

    /// As [`Desk::run_in`], for what reads and stores documents.
    pub(in crate::web::dashboard) async fn run_bulk_in<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&App, &OpenWorkspace) -> Result<T, Error> + Send + 'static,
    {
        let workspace = self.workspace()?;
        self.shell.bulk(move |app| work(app, &workspace)).await
    }

    pub(in crate::web::dashboard) fn workspace(&self) -> Result<Arc<OpenWorkspace>, Error> {
        self.workspace.clone().ok_or_else(Error::not_found)
    }

    /// What this person does now, for the audit log.
    pub(in crate::web::dashboard) fn change(&self) -> Change {
        self.change_at(self.now)
    }

    /// The same, in the middle of a request that takes long.
    pub(in crate::web::dashboard) fn change_at(&self, at: Moment) -> Change {
        Change {
            by: Actor::Staff(self.who.id().clone()),
            from: self.client.origin(),
            at,
            request: Some(self.client.request.clone()),
        }
    }

    /// Whether the session is still there: it ends with every change of role. Looking does not keep it alive.
    pub(in crate::web::dashboard) async fn is_alive(&self) -> Result<bool, Error> {
        let (who, now) = (Arc::clone(&self.who), self.shell.now());
        self.run(move |app| {
            let sessions = app.accounts.sessions_of(who.id(), now)?;
            Ok(sessions.iter().any(|session| session.id == *who.session()))
        })
        .await
    }

    /// The same, and the session goes on: somebody is at work.
    pub(in crate::web::dashboard) async fn keep_alive(&self) -> Result<bool, Error> {
        let (who, now) = (Arc::clone(&self.who), self.shell.now());
        self.run(move |app| Ok(app.accounts.keep_alive(&who, now)?))
            .await
    }

    pub(in crate::web::dashboard) fn may(&self, permission: Permission) -> bool {
        let workspace = self.workspace.as_ref();
        self.who
            .may(permission, workspace.map(|open| &open.register.id))
    }

    /// An address in the page's workspace, as a browser needs it.
    pub(in crate::web::dashboard) fn at(&self, rest: &str) -> String {
        let name = self
            .workspace
            .as_ref()
            .map_or("", |open| open.register.name.as_str());
        at(&format!("/dashboard/w/{name}{rest}"))
    }

    pub(in crate::web::dashboard) fn frame(&self, place: Place) -> Frame {
        let person = self.who.person();
        let role = match &self.workspace {
            Some(open) => self.who.role_in(&open.register.id),
            None => person.is_owner.then_some(Role::Owner),
        };
        let workspace = self.workspace.as_ref();
        Frame {
            person: person.name.to_string(),
            email: person.email.to_string(),
            role: role.map_or("", Role::title),
            workspace: workspace.map(|open| open.register.name.to_string()),
            workspaces: self.workspaces.iter().map(ToString::to_string).collect(),
            csrf: self.csrf.to_string(),
            place,
            notice: self.notice.map(Notice::text),
            badges: self.badges,
            path: self.path.to_string(),
            is_owner: person.is_owner,
            may: Permission::ALL
                .iter()
                .copied()
                .filter(|permission| self.may(*permission))
                .collect(),
            troubles: self.troubles.to_vec(),
        }
    }
}

/// From where and with what somebody comes who is not signed in yet, or proves who they are again.
pub(in crate::web::dashboard) fn visit(request: &HttpRequest, at: Moment) -> Visit {
    let agent = request
        .headers()
        .get(actix_web::http::header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let client = Client::of(request);
    Visit {
        address: client.address,
        browser: browser::name(agent),
        at,
        request: Some(client.request),
    }
}

/// The same, read before a handler runs.
pub(in crate::web) struct Visitor(pub Visit);

impl FromRequest for Visitor {
    type Error = PageError;
    type Future = std::future::Ready<Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let shell = request.app_data::<web::Data<Shell>>();
        let found = shell.map(|shell| Self(visit(request, shell.now())));
        std::future::ready(found.ok_or_else(|| Error::not_found().into()))
    }
}
