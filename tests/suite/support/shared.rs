//! The one server that most tests share, with the sample knowledge base in its workspace `main`.

use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Api, Browser, Instance, Server, Staff};

pub(crate) const KNOWLEDGE_BASE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/demo/kb");
const EVERY_SCOPE: [&str; 6] = [
    "chat_create",
    "project_search",
    "sources_read",
    "sources_create",
    "sources_publish",
    "sources_delete",
];

pub(crate) struct Shared {
    pub instance: Instance,
    pub server: Server,
    /// A key of `main` with every scope. Tests that change knowledge do so in a workspace of their own.
    token: String,
}

pub(crate) fn shared() -> &'static Shared {
    static SHARED: LazyLock<Shared> = LazyLock::new(|| {
        let instance = Instance::new().kept();
        instance.ingest(Path::new(KNOWLEDGE_BASE), &[]);
        let (_, token) = instance.create_key("main", &EVERY_SCOPE);
        let server = Server::start(instance.command(&["serve"]), Some(instance.folder()));
        instance
            .set_up(&server)
            .expect("a new instance has no account");
        Shared {
            instance,
            server,
            token,
        }
    });
    &SHARED
}

impl Shared {
    /// A new member of staff with a role, signed in. An owner is one of every workspace.
    #[track_caller]
    pub(crate) fn hire(&'static self, role: &str, workspace: &str) -> (Staff, Browser<'static>) {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let email = format!("{role}-{number}@bank.example");
        let link = self.instance.invite(&email, role, workspace);
        let browser = Browser::new(&self.server);
        let staff = browser.join(&link, &email, &format!("{role} {number}"));
        (staff, browser)
    }

    /// A new, empty workspace for one test.
    #[track_caller]
    pub(crate) fn empty(&'static self, name: &str) {
        self.instance
            .run(&["workspace", "create", name])
            .succeeded();
    }

    /// The same, in which whoever may publish publishes alone.
    #[track_caller]
    pub(crate) fn empty_without_reviews(&'static self, name: &str) {
        self.empty(name);
        let (boss, admin) = self.hire("admin", name);
        admin.step_up(&boss);
        admin
            .post(&format!("/dashboard/w/{name}/settings"), &[])
            .has_status(303);
    }

    pub(crate) fn api(&'static self) -> Api<'static> {
        Api::new(&self.server, &self.token)
    }

    /// A new, empty workspace for one test, with a key of every scope.
    #[track_caller]
    pub(crate) fn workspace(&'static self, name: &str) -> Api<'static> {
        self.empty(name);
        let (_, token) = self.instance.create_key(name, &EVERY_SCOPE);
        Api::new(&self.server, &token)
    }
}
