//! One address that the server answers: to whom, and what has to hold before its handler runs.

use std::sync::OnceLock;

use actix_web::dev::ResourceDef;
use actix_web::http::Method;
use actix_web::{HttpMessage, HttpRequest};
use serde::Serialize;
use serde::ser::SerializeStruct;

use super::address::below_base;
use super::documented::Documented;
use crate::apikey::Scope;
use crate::app::App;
use crate::db;
use crate::staff::Permission;

/// Surfaces differ in who stands before them, and in what an error looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Surface {
    /// Files, health, and the way to the other surfaces.
    Open,
    /// Programs with a key.
    Api,
    /// Visitors.
    Help,
    /// Staff.
    Dashboard,
}

impl Surface {
    const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Api => "api",
            Self::Help => "help",
            Self::Dashboard => "dashboard",
        }
    }

    /// The surface of an address, whether or not there is anything.
    pub(super) fn of(address: &str) -> Self {
        let path = below_base(address).unwrap_or_default();
        let is_below = |base: &str| {
            path.strip_prefix(base)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if is_below("/api") {
            Self::Api
        } else if is_below("/dashboard") {
            Self::Dashboard
        } else if is_below("/help") {
            Self::Help
        } else {
            Self::Open
        }
    }
}

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Anyone,
    /// Staff with any role, or none.
    SignedIn,
    /// Staff whose role in the instance allows it.
    Instance(Permission),
    /// Staff whose role in the workspace that the address names allows it.
    Workspace(Permission),
    /// Programs with an API key of this scope.
    Key(Scope),
}

impl Access {
    /// For people and scripts.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::SignedIn => "signed-in",
            Self::Instance(_) => "instance",
            Self::Workspace(_) => "workspace",
            Self::Key(_) => "key",
        }
    }

    /// The least role, or the scope of an API key; empty where there is none.
    pub(crate) const fn needs(self) -> &'static str {
        match self {
            Self::Anyone | Self::SignedIn => "",
            Self::Instance(permission) | Self::Workspace(permission) => {
                permission.lowest_role().name()
            }
            Self::Key(scope) => scope.name(),
        }
    }
}

/// A row of the table of routes. The methods below are the flags of the table: one that does not exist does not compile.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the table of routes"
)]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Route {
    pub surface: Surface,
    /// `GET` answers `HEAD` too.
    pub method: &'static str,
    /// A pattern of the whole address, below the path of `server.public_url`.
    pub path: &'static str,
    pub access: Access,
    /// Both factors must have been proved in the last five minutes.
    pub needs_step_up: bool,
    /// Pages send it by themselves: it does not keep a session alive.
    pub is_quiet: bool,
    /// It is answered before there is an account.
    pub is_open_before_setup: bool,
    /// Its body is a file, or several: it may be large and take its time.
    pub takes_files: bool,
    /// What was typed comes back when its sender has to sign in, or to prove who they are, first.
    pub keeps_form: bool,
    /// It goes on without room on the disk: it is no `GET` only because it sends much, and what it keeps may be missed.
    pub needs_no_room: bool,
    /// It goes on when the disk is full: it makes room, or must be written down.
    pub draws_on_reserve: bool,
    /// It goes on where the disk takes nothing at all: what it does is then kept in memory.
    pub needs_no_disk: bool,
    /// The page to come back to, when it is not this one.
    pub back_to: Option<&'static str>,
    /// What the API's description says of it.
    pub document: Option<fn() -> Documented>,
}

impl Route {
    pub(super) const fn new(
        surface: Surface,
        method: &'static str,
        path: &'static str,
        access: Access,
    ) -> Self {
        Self {
            surface,
            method,
            path,
            access,
            needs_step_up: false,
            is_quiet: false,
            is_open_before_setup: false,
            takes_files: false,
            keeps_form: false,
            needs_no_room: false,
            draws_on_reserve: false,
            needs_no_disk: false,
            back_to: None,
            document: None,
        }
    }

    pub(super) const fn step_up(self) -> Self {
        Self {
            needs_step_up: true,
            ..self
        }
    }

    pub(super) const fn quiet(self) -> Self {
        Self {
            is_quiet: true,
            ..self
        }
    }

    pub(super) const fn before_setup(self) -> Self {
        Self {
            is_open_before_setup: true,
            ..self
        }
    }

    pub(super) const fn files(self) -> Self {
        Self {
            takes_files: true,
            ..self
        }
    }

    pub(super) const fn keeps_form(self) -> Self {
        Self {
            keeps_form: true,
            ..self
        }
    }

    pub(super) const fn needs_no_room(self) -> Self {
        Self {
            needs_no_room: true,
            ..self
        }
    }

    pub(super) const fn on_reserve(self) -> Self {
        Self {
            draws_on_reserve: true,
            ..self
        }
    }

    pub(super) const fn without_disk(self) -> Self {
        Self {
            needs_no_disk: true,
            ..self
        }
    }

    pub(super) const fn back_to(self, page: &'static str) -> Self {
        Self {
            back_to: Some(page),
            ..self
        }
    }

    pub(super) const fn documented(self, document: fn() -> Documented) -> Self {
        Self {
            document: Some(document),
            ..self
        }
    }

    /// Its surface looks at all that it asks for: keys are for the API, accounts for the dashboard, and the others know nobody.
    const fn is_checked(&self) -> bool {
        let is_free = matches!(self.access, Access::Anyone);
        let is_of_staff = self.needs_step_up || self.is_quiet || self.keeps_form;
        match self.surface {
            Surface::Dashboard => !matches!(self.access, Access::Key(_)),
            Surface::Api => (is_free || matches!(self.access, Access::Key(_))) && !is_of_staff,
            Surface::Open | Surface::Help => is_free && !is_of_staff,
        }
    }

    /// Says so when the disk has no room for what it changes.
    pub(super) fn demand_room(&self, app: &App) -> Result<(), db::Error> {
        if !self.needs_room() {
            return Ok(());
        }
        match app.demand_room(self.draws_on_reserve) {
            Err(_) if self.needs_no_disk => Ok(()),
            looked => looked,
        }
    }

    /// It writes to the disk.
    pub(super) fn needs_room(&self) -> bool {
        !self.is_safe() && !self.needs_no_room
    }

    pub(super) fn takes_body(&self) -> bool {
        matches!(self.method, "POST" | "PUT")
    }

    /// The row that a request is for. `None`: it did not come in by the door.
    pub(super) fn of(request: &HttpRequest) -> Option<&'static Self> {
        request.extensions().get::<Matched>().map(|found| found.0)
    }

    /// Says that a request is for this row. Only [`super::entry`] does.
    pub(super) fn mark(&'static self, request: &impl HttpMessage) {
        request.extensions_mut().insert(Matched(self));
    }

    /// It only looks.
    pub(crate) fn is_safe(&self) -> bool {
        self.method == "GET"
    }
}

/// As `anchorite routes --json` prints it.
impl Serialize for Route {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_struct("Route", 7)?;
        row.serialize_field("surface", self.surface.name())?;
        row.serialize_field("method", self.method)?;
        row.serialize_field("path", self.path)?;
        row.serialize_field("access", self.access.name())?;
        row.serialize_field("needs", self.access.needs())?;
        row.serialize_field("step_up", &self.needs_step_up)?;
        row.serialize_field("before_setup", &self.is_open_before_setup)?;
        row.end()
    }
}

#[derive(Clone, Copy)]
struct Matched(&'static Route);

/// Every address that the server answers.
pub(crate) struct Table {
    rows: &'static [Route],
    /// What the paths of the rows match.
    patterns: OnceLock<Vec<ResourceDef>>,
}

impl Table {
    /// Does not compile where a row asks for what nobody checks on its surface.
    pub(super) const fn new(rows: &'static [Route]) -> Self {
        let mut at = 0;
        while at < rows.len() {
            assert!(rows[at].is_checked(), "its surface does not check this");
            at += 1;
        }
        Self {
            rows,
            patterns: OnceLock::new(),
        }
    }

    /// All of them, surface by surface.
    pub(crate) fn rows(&self) -> &'static [Route] {
        self.rows
    }

    /// The routes whose pattern a path matches, in the order in which their handlers are tried.
    fn matching(&self, path: &str) -> impl Iterator<Item = &'static Route> {
        let patterns = self.patterns.get_or_init(|| {
            let paths = self.rows.iter().map(|route| route.path);
            paths.map(ResourceDef::new).collect()
        });
        let rows = patterns.iter().zip(self.rows);
        rows.filter(move |(pattern, _)| pattern.is_match(path))
            .map(|(_, route)| route)
    }

    /// The route of a request. `None`: nothing answers it.
    pub(super) fn find(&self, method: &Method, path: &str) -> Option<&'static Route> {
        let method = match *method {
            Method::HEAD => "GET",
            _ => method.as_str(),
        };
        self.matching(path).find(|route| route.method == method)
    }

    /// What may be asked of a path, as `Allow` says it. `None`: there is no such path.
    pub(super) fn allowed(&self, path: &str) -> Option<String> {
        let mut methods: Vec<&str> = Vec::new();
        for route in self.matching(path) {
            if !methods.contains(&route.method) {
                methods.push(route.method);
            }
            if route.method == "GET" && !methods.contains(&"HEAD") {
                methods.push("HEAD");
            }
        }
        if methods.is_empty() {
            return None;
        }
        methods.push("OPTIONS");
        Some(methods.join(", "))
    }
}
