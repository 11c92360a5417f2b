//! Every address that the server answers, and to whom: the one table. What is not in it is refused.
//!
//! The handlers are registered from it; the checks before them, `anchorite routes`, the API's description and the test that tries every address with
//! every role read it.

use actix_web::http::Method;
use actix_web::{guard, web};

use super::api::{ask, documents, openapi, search};
use super::dashboard::account::{enrolment, profile, reset, setup, sign_in, step_up};
use super::dashboard::knowledge::{
    approved, approved_editor, article, disagreements, document, editor, gaps, list as knowledge,
    playground, reviews, upload, versions, working_copy,
};
use super::dashboard::people::{instance, permissions, team};
use super::dashboard::workspace::{
    audit, audit_export, export, keys, list as workspaces, live, overview, settings, system,
};
use super::documented::document as described;
use super::help;
use super::open::{files, health, home};
use super::route::{Access, Route, Surface, Table};
use crate::apikey::Scope::{ChatCreate, ProjectSearch, SourcesCreate, SourcesDelete, SourcesRead};
use crate::staff::Permission::{
    AskInPlayground, Export, ManageAccounts, ManageApproved, ManageDocuments, ManageKeys,
    ManageSettings, ManageTeam, ManageWorkspaces, Publish, ReadAudit, ReadGaps, ReadInstanceAudit,
    ReadKnowledge, ReadOverview, ReadSystem, ReadTeam, RemoveKnowledge, WorkOnGaps, WriteArticles,
};
use Access::{Anyone, Instance, Key, SignedIn, Workspace};

/// Declares the table, and with it what registers its handlers. A row: method, path below the surface's, handler, who may, flags.
macro_rules! routes {
    ($($surface:ident $base:literal {
        $($method:ident $path:literal => $handler:path, $access:expr $(, $flag:ident $(($($argument:expr),+))?)*;)+
    })+) => {
        static TABLE: Table = Table::new(&[$($(
            Route::new(Surface::$surface, stringify!($method), concat!($base, $path), $access)
                $(.$flag($($($argument),+)?))*
        ),+),+]);

        /// Registers the handlers of a surface, below its path.
        pub(super) fn register(surface: Surface, config: &mut web::ServiceConfig) {
            $(if surface == Surface::$surface {
                $(config.route($path, answering(&Method::$method).to($handler));)+
            })+
        }
    };
}

/// Where there is an answer to GET, there is one to HEAD: the same, without its body.
fn answering(method: &Method) -> actix_web::Route {
    if *method == Method::GET {
        web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
    } else {
        web::method(method.clone())
    }
}

routes! {
    Open "" {
        GET "/" => home::show, Anyone;
        GET "/health" => health::show, Anyone, before_setup;
        GET "/health/live" => health::show_alive, Anyone, before_setup;
        GET "/static/{name}" => files::file, Anyone, before_setup;
    }

    Api "/api/v1" {
        GET "/openapi.json" => openapi::show, Anyone;
        POST "/ask" => ask::ask, Key(ChatCreate), needs_no_room, documented(described::<ask::__path_ask>);
        POST "/feedback" => ask::feedback, Key(ChatCreate), documented(described::<ask::__path_feedback>);
        POST "/search" => search::search, Key(ProjectSearch), needs_no_room, documented(described::<search::__path_search>);
        GET "/documents" => documents::list, Key(SourcesRead), documented(described::<documents::__path_list>);
        GET "/documents/{path:.*}" => documents::get, Key(SourcesRead), documented(described::<documents::__path_get>);
        PUT "/documents/{path:.*}" => documents::put, Key(SourcesCreate), files, documented(described::<documents::__path_put>);
        DELETE "/documents/{path:.*}" => documents::delete, Key(SourcesDelete), on_reserve, documented(described::<documents::__path_delete>);
    }

    Help "/help/{workspace}" {
        GET "" => help::form, Anyone;
        POST "" => help::ask, Anyone;
        POST "/feedback" => help::feedback::note, Anyone;
        GET "/pages" => help::browse::list, Anyone;
        GET "/documents/{id}" => help::document::show, Anyone;
    }

    Dashboard "/dashboard" {
        GET "" => sign_in::start, SignedIn;
        GET "/setup/{token}" => setup::setup_form, Anyone, before_setup;
        POST "/setup/{token}" => setup::setup, Anyone, before_setup;
        GET "/join/{token}" => setup::join_form, Anyone;
        POST "/join/{token}" => setup::join, Anyone;
        POST "/join/{token}/accept" => setup::accept, SignedIn;
        GET "/reset/{token}" => reset::form, Anyone;
        POST "/reset/{token}" => reset::reset, Anyone;
        GET "/enrolment" => enrolment::show, Anyone, before_setup;
        POST "/enrolment" => enrolment::confirm, Anyone, before_setup;
        GET "/sign-in" => sign_in::form, Anyone;
        POST "/sign-in" => sign_in::check_password, Anyone, on_reserve;
        GET "/sign-in/code" => sign_in::code_form, Anyone;
        POST "/sign-in/code" => sign_in::check_code, Anyone, on_reserve;
        POST "/sign-out" => sign_in::sign_out, SignedIn, on_reserve, without_disk;
        GET "/session" => sign_in::session, SignedIn, quiet;
        GET "/step-up" => step_up::form, SignedIn;
        POST "/step-up" => step_up::prove, SignedIn, on_reserve;

        GET "/account" => profile::show, SignedIn;
        POST "/account/name" => profile::rename, SignedIn, keeps_form;
        GET "/account/password" => profile::password_form, SignedIn, step_up;
        POST "/account/password" => profile::change_password, SignedIn, step_up;
        GET "/account/email" => profile::email_form, SignedIn, step_up;
        POST "/account/email" => profile::change_email, SignedIn, step_up;
        GET "/account/one-time-codes" => profile::totp_form, SignedIn, step_up;
        POST "/account/one-time-codes" => profile::change_totp, SignedIn, step_up;
        GET "/account/recovery-codes" => profile::recovery_form, SignedIn, step_up;
        POST "/account/recovery-codes" => profile::make_recovery_codes, SignedIn, step_up;
        POST "/account/sessions/{id}/end" => profile::end_session, SignedIn, on_reserve, without_disk;
        POST "/account/sessions/end-others" => profile::end_other_sessions, SignedIn, on_reserve, without_disk;
        GET "/permissions" => permissions::show, SignedIn;

        GET "/people" => instance::list, Instance(ManageAccounts);
        GET "/people/invite" => instance::invite_form, Instance(ManageAccounts), step_up;
        POST "/people/invite" => instance::invite, Instance(ManageAccounts), step_up, keeps_form;
        POST "/people/invitations/{id}/again" => instance::invite_again, Instance(ManageAccounts), step_up, back_to("/people");
        POST "/people/invitations/{id}/withdraw" => instance::withdraw, Instance(ManageAccounts), on_reserve;
        GET "/people/{id}" => instance::show, Instance(ManageAccounts);
        GET "/people/{id}/{act}" => instance::ask, Instance(ManageAccounts), step_up;
        POST "/people/{id}/{act}" => instance::act, Instance(ManageAccounts), step_up, on_reserve;

        GET "/workspaces" => workspaces::list, Instance(ManageWorkspaces);
        GET "/workspaces/new" => workspaces::new_form, Instance(ManageWorkspaces);
        POST "/workspaces/new" => workspaces::create, Instance(ManageWorkspaces), keeps_form;
        GET "/workspaces/{id}/rename" => workspaces::rename_form, Instance(ManageWorkspaces);
        POST "/workspaces/{id}/rename" => workspaces::rename, Instance(ManageWorkspaces), keeps_form;
        GET "/workspaces/{id}/delete" => workspaces::delete_form, Instance(ManageWorkspaces), step_up;
        POST "/workspaces/{id}/delete" => workspaces::delete, Instance(ManageWorkspaces), step_up, on_reserve;
        GET "/system" => system::show, Instance(ReadSystem);
        POST "/system/clock" => system::accept_clock, Instance(ReadSystem), step_up, keeps_form, back_to("/system"), on_reserve;
        POST "/system/check" => system::check, Instance(ReadSystem), on_reserve;
        GET "/audit" => audit::of_instance, Instance(ReadInstanceAudit);
        GET "/audit/export" => audit_export::instance_form, Instance(ReadInstanceAudit), step_up;
        POST "/audit/export" => audit_export::export_instance, Instance(ReadInstanceAudit), step_up, on_reserve;

        GET "/w/{workspace}" => overview::show, Workspace(ReadOverview);
        GET "/w/{workspace}/overview" => overview::refresh, Workspace(ReadOverview), quiet;
        GET "/w/{workspace}/live" => live::stream, Workspace(ReadOverview), quiet;

        GET "/w/{workspace}/knowledge" => knowledge::show, Workspace(ReadKnowledge);
        GET "/w/{workspace}/upload" => upload::form, Workspace(ManageDocuments);
        POST "/w/{workspace}/upload" => upload::upload, Workspace(ManageDocuments), files;
        GET "/w/{workspace}/documents/{id}" => document::show, Workspace(ReadKnowledge);
        GET "/w/{workspace}/documents/{id}/change" => document::change_form, Workspace(ManageDocuments);
        POST "/w/{workspace}/documents/{id}/change" => document::change, Workspace(ManageDocuments), keeps_form;
        GET "/w/{workspace}/documents/{id}/delete" => document::delete_form, Workspace(RemoveKnowledge);
        POST "/w/{workspace}/documents/{id}/delete" => document::delete, Workspace(RemoveKnowledge), on_reserve;
        GET "/w/{workspace}/removals/{seq}" => document::show_removal, Workspace(ReadKnowledge);
        GET "/w/{workspace}/removals/{seq}/certificate" => document::download_removal, Workspace(ReadKnowledge);

        GET "/w/{workspace}/disagreements" => disagreements::list, Workspace(ReadKnowledge);
        POST "/w/{workspace}/disagreements/{id}/dismiss" => disagreements::dismiss, Workspace(ManageDocuments), on_reserve;
        POST "/w/{workspace}/disagreements/{id}/reopen" => disagreements::reopen, Workspace(ManageDocuments);

        GET "/w/{workspace}/reviews" => reviews::list, Workspace(ReadKnowledge);
        GET "/w/{workspace}/reviews/{id}" => reviews::show, Workspace(ReadKnowledge);
        POST "/w/{workspace}/reviews/{id}/approve" => reviews::approve, Workspace(Publish);
        POST "/w/{workspace}/reviews/{id}/return" => reviews::send_back, Workspace(Publish), keeps_form, on_reserve;
        POST "/w/{workspace}/reviews/{id}/take-back" => reviews::take_back, Workspace(ManageDocuments), on_reserve;

        GET "/w/{workspace}/articles/new" => editor::new_form, Workspace(WriteArticles);
        POST "/w/{workspace}/articles/new" => editor::create, Workspace(WriteArticles), keeps_form;
        POST "/w/{workspace}/articles/prefill" => editor::prefill, Workspace(WriteArticles), keeps_form, needs_no_room;
        POST "/w/{workspace}/articles/preview" => editor::preview, Workspace(WriteArticles), needs_no_room;
        POST "/w/{workspace}/articles/working-copy" => working_copy::keep_article, Workspace(WriteArticles);
        POST "/w/{workspace}/articles/working-copy/{id}/discard" => working_copy::discard_article, Workspace(WriteArticles), on_reserve;
        GET "/w/{workspace}/articles/{id}" => article::show, Workspace(ReadKnowledge);
        GET "/w/{workspace}/articles/{id}/edit" => editor::edit_form, Workspace(WriteArticles);
        POST "/w/{workspace}/articles/{id}/edit" => editor::edit, Workspace(WriteArticles), keeps_form;
        POST "/w/{workspace}/articles/{id}/submit" => article::submit, Workspace(WriteArticles);
        POST "/w/{workspace}/articles/{id}/return" => article::give_back, Workspace(Publish), keeps_form;
        POST "/w/{workspace}/articles/{id}/publish" => article::publish, Workspace(Publish);
        POST "/w/{workspace}/articles/{id}/withdraw" => article::withdraw, Workspace(Publish), on_reserve;
        GET "/w/{workspace}/articles/{id}/delete" => article::delete_form, Workspace(RemoveKnowledge);
        POST "/w/{workspace}/articles/{id}/delete" => article::delete, Workspace(RemoveKnowledge), on_reserve;
        GET "/w/{workspace}/articles/{id}/versions/{number}" => versions::show, Workspace(ReadKnowledge);
        POST "/w/{workspace}/articles/{id}/versions/{number}/restore" => versions::restore, Workspace(WriteArticles);

        GET "/w/{workspace}/approved" => approved::list, Workspace(ReadKnowledge);
        GET "/w/{workspace}/approved/new" => approved_editor::new_form, Workspace(ManageApproved);
        POST "/w/{workspace}/approved/new" => approved_editor::create, Workspace(ManageApproved), keeps_form;
        POST "/w/{workspace}/approved/prefill" => approved_editor::prefill, Workspace(ManageApproved), keeps_form, needs_no_room;
        POST "/w/{workspace}/approved/working-copy" => working_copy::keep_approved, Workspace(ManageApproved);
        POST "/w/{workspace}/approved/working-copy/{id}/discard" => working_copy::discard_approved, Workspace(ManageApproved), on_reserve;
        GET "/w/{workspace}/approved/{id}" => approved_editor::show, Workspace(ReadKnowledge);
        POST "/w/{workspace}/approved/{id}" => approved_editor::change, Workspace(ManageApproved), keeps_form;
        POST "/w/{workspace}/approved/{id}/submit" => approved::submit, Workspace(ManageApproved);
        POST "/w/{workspace}/approved/{id}/return" => approved::give_back, Workspace(Publish), keeps_form;
        POST "/w/{workspace}/approved/{id}/publish" => approved::publish, Workspace(Publish);
        POST "/w/{workspace}/approved/{id}/withdraw" => approved::withdraw, Workspace(Publish), on_reserve;
        GET "/w/{workspace}/approved/{id}/versions/{number}" => versions::show_approved, Workspace(ReadKnowledge);
        POST "/w/{workspace}/approved/{id}/versions/{number}/restore" => approved::restore, Workspace(ManageApproved);
        GET "/w/{workspace}/approved/{id}/delete" => approved::delete_form, Workspace(ManageApproved);
        POST "/w/{workspace}/approved/{id}/delete" => approved::delete, Workspace(ManageApproved), on_reserve;

        GET "/w/{workspace}/playground" => playground::form, Workspace(AskInPlayground);
        POST "/w/{workspace}/playground" => playground::ask, Workspace(AskInPlayground), needs_no_room, keeps_form;

        GET "/w/{workspace}/gaps" => gaps::list, Workspace(ReadGaps);
        GET "/w/{workspace}/gaps/{id}" => gaps::show, Workspace(ReadGaps);
        POST "/w/{workspace}/gaps/{id}/dismiss" => gaps::dismiss, Workspace(WorkOnGaps), keeps_form, on_reserve;
        POST "/w/{workspace}/gaps/{id}/reopen" => gaps::reopen, Workspace(WorkOnGaps);
        POST "/w/{workspace}/gaps/{id}/ask-again" => gaps::ask_again, Workspace(WorkOnGaps);

        GET "/w/{workspace}/settings" => settings::form, Workspace(ManageSettings);
        POST "/w/{workspace}/settings" => settings::save, Workspace(ManageSettings), step_up, keeps_form;
        POST "/w/{workspace}/settings/visitors" => settings::save_words, Workspace(ManageSettings), step_up, keeps_form, back_to("/settings");
        GET "/w/{workspace}/export" => export::form, Workspace(Export), step_up;
        POST "/w/{workspace}/export" => export::export, Workspace(Export), step_up, on_reserve;

        GET "/w/{workspace}/team" => team::list, Workspace(ReadTeam);
        GET "/w/{workspace}/team/invite" => team::invite_form, Workspace(ManageTeam), step_up;
        POST "/w/{workspace}/team/invite" => team::invite, Workspace(ManageTeam), step_up, keeps_form;
        POST "/w/{workspace}/team/invitations/{id}/again" => team::invite_again, Workspace(ManageTeam), step_up, back_to("/team");
        POST "/w/{workspace}/team/invitations/{id}/withdraw" => team::withdraw, Workspace(ManageTeam), on_reserve;
        GET "/w/{workspace}/team/{id}" => team::role_form, Workspace(ManageTeam), step_up;
        POST "/w/{workspace}/team/{id}" => team::change_role, Workspace(ManageTeam), step_up, keeps_form;
        GET "/w/{workspace}/team/{id}/remove" => team::remove_form, Workspace(ManageTeam), step_up;
        POST "/w/{workspace}/team/{id}/remove" => team::remove, Workspace(ManageTeam), step_up, on_reserve;

        GET "/w/{workspace}/keys" => keys::list, Workspace(ManageKeys);
        GET "/w/{workspace}/keys/new" => keys::new_form, Workspace(ManageKeys), step_up;
        POST "/w/{workspace}/keys/new" => keys::create, Workspace(ManageKeys), step_up, keeps_form;
        POST "/w/{workspace}/keys/{id}/revoke" => keys::revoke, Workspace(ManageKeys), on_reserve;

        GET "/w/{workspace}/audit" => audit::of_workspace, Workspace(ReadAudit);
        GET "/w/{workspace}/audit/export" => audit_export::workspace_form, Workspace(Export), step_up;
        POST "/w/{workspace}/audit/export" => audit_export::export_workspace, Workspace(Export), step_up, on_reserve;
    }
}

/// The table.
pub(crate) fn table() -> &'static Table {
    &TABLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_finds_its_row_and_only_its_own() {
        let found = |method: Method, path: &str| TABLE.find(&method, path).map(|route| route.path);
        assert_eq!(found(Method::HEAD, "/help/main"), Some("/help/{workspace}"));
        assert_eq!(
            found(Method::PUT, "/api/v1/documents/a/b.md"),
            Some("/api/v1/documents/{path:.*}")
        );
        assert_eq!(
            found(Method::GET, "/dashboard/people/invite"),
            Some("/dashboard/people/invite")
        );
        assert_eq!(found(Method::PUT, "/help/main"), None);
        assert_eq!(found(Method::GET, "/dashboard/"), None);
        assert_eq!(found(Method::GET, "/dashboardx"), None);
        assert_eq!(
            TABLE.allowed("/help/main").unwrap(),
            "GET, HEAD, POST, OPTIONS"
        );
        assert_eq!(TABLE.allowed("/nothing"), None);
    }

    #[test]
    fn a_full_disk_refuses_nothing_that_makes_room() {
        for route in TABLE.rows() {
            let act = route.path.rsplit('/').next().unwrap_or_default();
            if !route.is_safe() && ["delete", "discard", "remove", "withdraw"].contains(&act) {
                assert!(route.draws_on_reserve, "{}", route.path);
            }
        }
    }

    #[test]
    fn no_row_stands_in_the_table_twice() {
        let mut rows: Vec<_> = TABLE
            .rows()
            .iter()
            .map(|row| (row.method, row.path))
            .collect();
        let count = rows.len();
        rows.sort_unstable();
        rows.dedup();
        assert_eq!(rows.len(), count);
    }
}
