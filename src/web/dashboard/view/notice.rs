//! What a page says after a change, once, to whoever made it.

macro_rules! notices {
    ($($name:ident $code:literal $text:literal,)+) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(in crate::web::dashboard) enum Notice { $($name),+ }

        impl Notice {
            /// As it travels.
            pub(in crate::web::dashboard) const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            pub(in crate::web::dashboard) const fn text(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            pub(in crate::web::dashboard) fn parse(code: &str) -> Option<Self> {
                match code {
                    $($code => Some(Self::$name),)+
                    _ => None,
                }
            }
        }
    };
}

notices! {
    Invited "invited" "The invitation is on its way.",
    InvitationWithdrawn "invitation-withdrawn" "The invitation is withdrawn.",
    RoleChanged "role-changed" "The role is changed. They have to sign in again.",
    PersonRemoved "person-removed" "They are no longer on the team.",
    AccountDisabled "account-disabled" "The account is disabled, and signed out everywhere.",
    AccountEnabled "account-enabled" "The account is enabled again.",
    LetterSent "letter-sent" "The letter is on its way.",
    PasswordChanged "password-changed" "Your password is changed. Your other sessions have ended.",
    EmailChanged "email-changed" "Your e-mail address is changed. Your other sessions have ended.",
    NameChanged "name-changed" "Your name is changed.",
    SessionEnded "session-ended" "The session has ended.",
    SessionsEnded "sessions-ended" "Your other sessions have ended.",
    Joined "joined" "Welcome. You can see the workspace now.",
    PasswordChosen "password-chosen" "Your new password is set. You can sign in now.",
    WorkspaceCreated "workspace-created" "The workspace is there. It is empty.",
    WorkspaceRenamed "workspace-renamed" "The workspace has a new name.",
    WorkspaceDeleted "workspace-deleted" "The workspace is deleted and its key destroyed.",
    ClockAccepted "clock-accepted" "The clock is right, from now on everything goes by it.",
    DatabasesSound "databases-sound" "Every page of the control database and of every workspace is as it was written.",
    KeyRevoked "key-revoked" "The key is revoked.",
    SettingsSaved "settings-saved" "The settings are saved.",
    DraftSaved "draft-saved" "The draft is saved.",
    TextDiscarded "text-discarded" "What you had not saved is discarded.",
    NothingChanged "nothing-changed" "Nothing was changed, and so nothing was saved.",
    Submitted "submitted" "It is in review.",
    Returned "returned" "It went back to its author.",
    Published "published" "It is published: the next question can find it.",
    Withdrawn "withdrawn" "It is withdrawn: no question finds it any more.",
    RolledBack "rolled-back" "The old version is the draft now. Publish it to make it count.",
    DocumentChanged "document-changed" "The document is changed.",
    ChangeWaits "change-waits" "It shows visitors more than before, so somebody else has to approve it. Until then the document stays as it was.",
    ReviewApproved "review-approved" "It is approved and published.",
    ReviewReturned "review-returned" "It went back to whoever handed it in.",
    ReviewTakenBack "review-taken-back" "It is taken back, and waits no more.",
    ApprovedSaved "approved-saved" "The draft is saved. Nobody gets it before it is published.",
    ApprovedPublished "approved-published" "The answer is published: the next question gets it.",
    ApprovedWithdrawn "approved-withdrawn" "It is withdrawn: nobody gets it any more.",
    ApprovedRemoved "approved-removed" "The approved answer is removed.",
    GapDismissed "gap-dismissed" "The gap is dismissed.",
    GapReopened "gap-reopened" "The gap is open again.",
    GapClosed "gap-closed" "Asked again, the question is answered now: the gap is closed.",
    GapStillOpen "gap-still-open" "Asked again, the question is not answered yet.",
    DisagreementDismissed "disagreement-dismissed" "The two are dismissed. They come back when one of their sentences changes.",
    DisagreementReopened "disagreement-reopened" "The two are open again.",
    SignedOut "signed-out" "You are signed out.",
    SignedOutInMemory "signed-out-in-memory" "You are signed out, and this browser has forgotten the session. The server's disk takes nothing, so the end is not written down yet; that follows when there is room. Should the server be restarted before, a copy of the session's cookie would work again until the session expires.",
    EndedInMemory "ended-in-memory" "It has ended. The server's disk takes nothing, so that is not written down yet; that follows when there is room. Should the server be restarted before, what has ended would be alive again until it expires.",
}

impl Notice {
    /// Other tabs have to hear of it.
    pub(in crate::web::dashboard) fn is_sign_out(self) -> bool {
        matches!(self, Self::SignedOut | Self::SignedOutInMemory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_comes_back_from_its_code_and_nothing_else_does() {
        for notice in [Notice::Invited, Notice::SignedOut, Notice::DraftSaved] {
            assert_eq!(Notice::parse(notice.code()), Some(notice));
        }
        assert_eq!(Notice::parse("<b>"), None);
    }
}
