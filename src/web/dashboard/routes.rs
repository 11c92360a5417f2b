//! Every route of the dashboard, and who may use it. What is not here is refused.

use actix_web::http::Method;
use actix_web::web;

use super::knowledge::{
    approved, approved_editor, article, document, editor, list, upload, versions,
};
use super::{
    account, audit, enrolment, gaps, keys, live, overview, people, permissions, playground, reset,
    settings, setup, sign_in, team, workspaces,
};
use crate::staff::Permission::{
    self, AskInPlayground, Export, ManageAccounts, ManageApproved, ManageDocuments, ManageKeys,
    ManageSettings, ManageTeam, ManageWorkspaces, PublishArticles, ReadAudit, ReadGaps,
    ReadInstanceAudit, ReadKnowledge, ReadOverview, ReadTeam, RemoveKnowledge, WorkOnGaps,
    WriteArticles,
};

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web) enum Access {
    Anyone,
    SignedIn,
    /// With a role in the instance.
    Instance(Permission),
    /// With a role in the workspace that the address names.
    Workspace(Permission),
}

pub(in crate::web) struct Route {
    pub method: &'static str,
    /// Below `/dashboard`.
    path: &'static str,
    pub access: Access,
    /// Both factors must have been proved in the last five minutes.
    pub is_dangerous: bool,
    /// A request keeps the session alive. Those that a page sends by itself do not.
    pub touches: bool,
}

impl Route {
    /// As a pattern of the whole address.
    pub(in crate::web) fn pattern(&self) -> String {
        format!("/dashboard{}", self.path)
    }
}

/// The entry of a request.
pub(super) fn find(method: &Method, pattern: &str) -> Option<&'static Route> {
    let path = pattern.strip_prefix("/dashboard")?;
    ROUTES
        .iter()
        .find(|route| route.method == method.as_str() && route.path == path)
}

/// The form with files, whose handler reads the session's token before the files.
pub(super) fn reads_token_itself(pattern: &str) -> bool {
    pattern == "/dashboard/w/{workspace}/upload"
}

macro_rules! routes {
    ($($method:ident $path:literal => $handler:path, $access:expr $(, $flag:ident)*;)+) => {
        pub(in crate::web) static ROUTES: &[Route] = &[$(Route {
            method: stringify!($method),
            path: $path,
            access: $access,
            is_dangerous: false $(|| flag(stringify!($flag), "dangerous"))*,
            touches: true $(&& !flag(stringify!($flag), "quiet"))*,
        }),+];

        pub(super) fn register(config: &mut web::ServiceConfig) {
            $(config.route($path, web::method(Method::$method).to($handler));)+
        }
    };
}

/// Whether a flag of the table is the one that is asked for.
const fn flag(given: &str, asked: &str) -> bool {
    let (given, asked) = (given.as_bytes(), asked.as_bytes());
    // Flags differ in their first letter.
    given[0] == asked[0]
}

use Access::{Anyone, Instance, SignedIn, Workspace};

routes! {
    GET "" => sign_in::start, SignedIn;
    GET "/setup/{token}" => setup::setup_form, Anyone;
    POST "/setup/{token}" => setup::setup, Anyone;
    GET "/join/{token}" => setup::join_form, Anyone;
    POST "/join/{token}" => setup::join, Anyone;
    POST "/join/{token}/accept" => setup::accept, SignedIn;
    GET "/reset/{token}" => reset::form, Anyone;
    POST "/reset/{token}" => reset::reset, Anyone;
    GET "/enrolment" => enrolment::show, Anyone;
    POST "/enrolment" => enrolment::confirm, Anyone;
    GET "/sign-in" => sign_in::form, Anyone;
    POST "/sign-in" => sign_in::check_password, Anyone;
    GET "/sign-in/code" => sign_in::code_form, Anyone;
    POST "/sign-in/code" => sign_in::check_code, Anyone;
    POST "/sign-out" => sign_in::sign_out, SignedIn;
    GET "/session" => sign_in::session, SignedIn, quiet;
    GET "/step-up" => sign_in::step_up_form, SignedIn;
    POST "/step-up" => sign_in::step_up, SignedIn;

    GET "/account" => account::show, SignedIn;
    POST "/account/name" => account::rename, SignedIn;
    GET "/account/password" => account::password_form, SignedIn, dangerous;
    POST "/account/password" => account::change_password, SignedIn, dangerous;
    GET "/account/email" => account::email_form, SignedIn, dangerous;
    POST "/account/email" => account::change_email, SignedIn, dangerous;
    GET "/account/one-time-codes" => account::totp_form, SignedIn, dangerous;
    POST "/account/one-time-codes" => account::change_totp, SignedIn, dangerous;
    GET "/account/recovery-codes" => account::recovery_form, SignedIn, dangerous;
    POST "/account/recovery-codes" => account::make_recovery_codes, SignedIn, dangerous;
    POST "/account/sessions/{id}/end" => account::end_session, SignedIn;
    POST "/account/sessions/end-others" => account::end_other_sessions, SignedIn;
    GET "/permissions" => permissions::show, SignedIn;

    GET "/people" => people::list, Instance(ManageAccounts);
    GET "/people/invite" => people::invite_form, Instance(ManageAccounts), dangerous;
    POST "/people/invite" => people::invite, Instance(ManageAccounts), dangerous;
    POST "/people/invitations/{id}/again" => people::invite_again, Instance(ManageAccounts), dangerous;
    POST "/people/invitations/{id}/withdraw" => people::withdraw, Instance(ManageAccounts);
    GET "/people/{id}" => people::show, Instance(ManageAccounts);
    GET "/people/{id}/{act}" => people::ask, Instance(ManageAccounts), dangerous;
    POST "/people/{id}/{act}" => people::act, Instance(ManageAccounts), dangerous;

    GET "/workspaces" => workspaces::list, Instance(ManageWorkspaces);
    GET "/workspaces/new" => workspaces::new_form, Instance(ManageWorkspaces);
    POST "/workspaces/new" => workspaces::create, Instance(ManageWorkspaces);
    GET "/workspaces/{id}/rename" => workspaces::rename_form, Instance(ManageWorkspaces);
    POST "/workspaces/{id}/rename" => workspaces::rename, Instance(ManageWorkspaces);
    GET "/workspaces/{id}/delete" => workspaces::delete_form, Instance(ManageWorkspaces), dangerous;
    POST "/workspaces/{id}/delete" => workspaces::delete, Instance(ManageWorkspaces), dangerous;
    GET "/audit" => audit::of_instance, Instance(ReadInstanceAudit);
    GET "/audit/export" => audit::export_instance_form, Instance(ReadInstanceAudit), dangerous;
    POST "/audit/export" => audit::export_instance, Instance(ReadInstanceAudit), dangerous;

    GET "/w/{workspace}" => overview::show, Workspace(ReadOverview);
    GET "/w/{workspace}/overview" => overview::refresh, Workspace(ReadOverview), quiet;
    GET "/w/{workspace}/live" => live::stream, Workspace(ReadOverview), quiet;

    GET "/w/{workspace}/knowledge" => list::show, Workspace(ReadKnowledge);
    GET "/w/{workspace}/upload" => upload::form, Workspace(ManageDocuments);
    POST "/w/{workspace}/upload" => upload::upload, Workspace(ManageDocuments);
    GET "/w/{workspace}/documents/{id}" => document::show, Workspace(ReadKnowledge);
    GET "/w/{workspace}/documents/{id}/change" => document::change_form, Workspace(ManageDocuments);
    POST "/w/{workspace}/documents/{id}/change" => document::change, Workspace(ManageDocuments);
    GET "/w/{workspace}/documents/{id}/delete" => document::delete_form, Workspace(RemoveKnowledge);
    POST "/w/{workspace}/documents/{id}/delete" => document::delete, Workspace(RemoveKnowledge);
    GET "/w/{workspace}/removals/{seq}" => document::show_removal, Workspace(ReadKnowledge);
    GET "/w/{workspace}/removals/{seq}/certificate" => document::download_removal, Workspace(ReadKnowledge);

    GET "/w/{workspace}/articles/new" => editor::new_form, Workspace(WriteArticles);
    POST "/w/{workspace}/articles/new" => editor::create, Workspace(WriteArticles);
    POST "/w/{workspace}/articles/prefill" => editor::prefill, Workspace(WriteArticles);
    POST "/w/{workspace}/articles/preview" => editor::preview, Workspace(WriteArticles);
    GET "/w/{workspace}/articles/{id}" => article::show, Workspace(ReadKnowledge);
    GET "/w/{workspace}/articles/{id}/edit" => editor::edit_form, Workspace(WriteArticles);
    POST "/w/{workspace}/articles/{id}/edit" => editor::edit, Workspace(WriteArticles);
    POST "/w/{workspace}/articles/{id}/submit" => article::submit, Workspace(WriteArticles);
    POST "/w/{workspace}/articles/{id}/return" => article::give_back, Workspace(PublishArticles);
    POST "/w/{workspace}/articles/{id}/publish" => article::publish, Workspace(PublishArticles);
    POST "/w/{workspace}/articles/{id}/withdraw" => article::withdraw, Workspace(PublishArticles);
    GET "/w/{workspace}/articles/{id}/delete" => article::delete_form, Workspace(RemoveKnowledge);
    POST "/w/{workspace}/articles/{id}/delete" => article::delete, Workspace(RemoveKnowledge);
    GET "/w/{workspace}/articles/{id}/versions/{number}" => versions::show, Workspace(ReadKnowledge);
    POST "/w/{workspace}/articles/{id}/versions/{number}/restore" => versions::restore, Workspace(WriteArticles);

    GET "/w/{workspace}/approved" => approved::list, Workspace(ReadKnowledge);
    GET "/w/{workspace}/approved/new" => approved_editor::new_form, Workspace(ManageApproved);
    POST "/w/{workspace}/approved/new" => approved_editor::create, Workspace(ManageApproved);
    POST "/w/{workspace}/approved/prefill" => approved_editor::prefill, Workspace(ManageApproved);
    GET "/w/{workspace}/approved/{id}" => approved_editor::show, Workspace(ReadKnowledge);
    POST "/w/{workspace}/approved/{id}" => approved_editor::change, Workspace(ManageApproved);
    GET "/w/{workspace}/approved/{id}/delete" => approved::delete_form, Workspace(ManageApproved);
    POST "/w/{workspace}/approved/{id}/delete" => approved::delete, Workspace(ManageApproved);

    GET "/w/{workspace}/playground" => playground::form, Workspace(AskInPlayground);
    POST "/w/{workspace}/playground" => playground::ask, Workspace(AskInPlayground);

    GET "/w/{workspace}/gaps" => gaps::list, Workspace(ReadGaps);
    GET "/w/{workspace}/gaps/{id}" => gaps::show, Workspace(ReadGaps);
    POST "/w/{workspace}/gaps/{id}/dismiss" => gaps::dismiss, Workspace(WorkOnGaps);
    POST "/w/{workspace}/gaps/{id}/reopen" => gaps::reopen, Workspace(WorkOnGaps);
    POST "/w/{workspace}/gaps/{id}/ask-again" => gaps::ask_again, Workspace(WorkOnGaps);

    GET "/w/{workspace}/settings" => settings::form, Workspace(ManageSettings);
    POST "/w/{workspace}/settings" => settings::save, Workspace(ManageSettings);
    GET "/w/{workspace}/export" => settings::export_form, Workspace(Export), dangerous;
    POST "/w/{workspace}/export" => settings::export, Workspace(Export), dangerous;

    GET "/w/{workspace}/team" => team::list, Workspace(ReadTeam);
    GET "/w/{workspace}/team/invite" => team::invite_form, Workspace(ManageTeam), dangerous;
    POST "/w/{workspace}/team/invite" => team::invite, Workspace(ManageTeam), dangerous;
    POST "/w/{workspace}/team/invitations/{id}/again" => team::invite_again, Workspace(ManageTeam), dangerous;
    POST "/w/{workspace}/team/invitations/{id}/withdraw" => team::withdraw, Workspace(ManageTeam);
    GET "/w/{workspace}/team/{id}" => team::role_form, Workspace(ManageTeam), dangerous;
    POST "/w/{workspace}/team/{id}" => team::change_role, Workspace(ManageTeam), dangerous;
    GET "/w/{workspace}/team/{id}/remove" => team::remove_form, Workspace(ManageTeam), dangerous;
    POST "/w/{workspace}/team/{id}/remove" => team::remove, Workspace(ManageTeam), dangerous;

    GET "/w/{workspace}/keys" => keys::list, Workspace(ManageKeys);
    GET "/w/{workspace}/keys/new" => keys::new_form, Workspace(ManageKeys), dangerous;
    POST "/w/{workspace}/keys/new" => keys::create, Workspace(ManageKeys), dangerous;
    POST "/w/{workspace}/keys/{id}/revoke" => keys::revoke, Workspace(ManageKeys);

    GET "/w/{workspace}/audit" => audit::of_workspace, Workspace(ReadAudit);
    GET "/w/{workspace}/audit/export" => audit::export_workspace_form, Workspace(Export), dangerous;
    POST "/w/{workspace}/audit/export" => audit::export_workspace, Workspace(Export), dangerous;
}
