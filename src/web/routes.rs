//! Every address that the server answers, and to whom: for the command that prints them, and for the test that tries them all.

use serde::Serialize;

use super::{api, dashboard, help};

/// An address, as a pattern, and who gets an answer there.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Route {
    pub method: &'static str,
    pub path: String,
    pub access: Access,
    /// The least role, or the scope of an API key.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub needs: &'static str,
    /// Both factors must have been proved in the last five minutes.
    pub step_up: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Access {
    Anyone,
    /// Staff with any role, or none.
    SignedIn,
    /// Staff with a role in the instance.
    Instance,
    /// Staff with a role in the workspace that the address names.
    Workspace,
    /// Programs with an API key.
    Key,
}

impl Route {
    fn new(method: &'static str, path: impl Into<String>, access: Access) -> Self {
        Self {
            method,
            path: path.into(),
            access,
            needs: "",
            step_up: false,
        }
    }
}

/// All of them, surface by surface.
pub(crate) fn all() -> Vec<Route> {
    let own = [("GET", "/health"), ("GET", "/static/{name}")];
    let open = own.iter().chain(help::ROUTES);
    let open = open.map(|(method, path)| Route::new(method, *path, Access::Anyone));
    let api = api::ROUTES.iter().map(|(method, path, access)| {
        let (access, needs) = match access {
            api::Access::Anyone => (Access::Anyone, ""),
            api::Access::Key(scope) => (Access::Key, scope.name()),
        };
        Route {
            needs,
            ..Route::new(method, *path, access)
        }
    });
    let dashboard = dashboard::ROUTES.iter().map(|route| {
        let (access, needs) = match route.access {
            dashboard::Access::Anyone => (Access::Anyone, ""),
            dashboard::Access::SignedIn => (Access::SignedIn, ""),
            dashboard::Access::Instance(permission) => {
                (Access::Instance, permission.lowest_role().name())
            }
            dashboard::Access::Workspace(permission) => {
                (Access::Workspace, permission.lowest_role().name())
            }
        };
        Route {
            needs,
            step_up: route.is_dangerous,
            ..Route::new(route.method, route.pattern(), access)
        }
    });
    open.chain(api).chain(dashboard).collect()
}
