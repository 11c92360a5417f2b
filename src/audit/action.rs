//! What can be done. The names stand in the log for ever; they may be added to, not changed.

use std::fmt;

macro_rules! actions {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Action { $($variant),+ }

        impl Action {
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),+];

            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
    };
}

actions! {
    WorkspaceCreated = "workspace.created",
    WorkspaceRenamed = "workspace.renamed",
    WorkspaceDeleted = "workspace.deleted",
    WorkspaceSettings = "workspace.settings-changed",
    ApiKeyCreated = "api-key.created",
    ApiKeyRevoked = "api-key.revoked",
    DocumentAdded = "document.added",
    DocumentReplaced = "document.replaced",
    DocumentChanged = "document.changed",
    DocumentRemoved = "document.removed",
    DocumentSubmitted = "document.submitted",
    DocumentApproved = "document.approved",
    DocumentReturned = "document.returned",
    DocumentTakenBack = "document.taken-back",
    ArticleCreated = "article.created",
    ArticleSaved = "article.saved",
    ArticleSubmitted = "article.submitted",
    ArticleReturned = "article.returned",
    ArticlePublished = "article.published",
    ArticleWithdrawn = "article.withdrawn",
    ArticleRemoved = "article.removed",
    ApprovedAdded = "approved-answer.added",
    ApprovedChanged = "approved-answer.changed",
    ApprovedSubmitted = "approved-answer.submitted",
    ApprovedReturned = "approved-answer.returned",
    ApprovedPublished = "approved-answer.published",
    ApprovedWithdrawn = "approved-answer.withdrawn",
    ApprovedRemoved = "approved-answer.removed",
    GapAnswered = "gap.answered",
    GapDismissed = "gap.dismissed",
    GapReopened = "gap.reopened",
    DisagreementDismissed = "disagreement.dismissed",
    DisagreementReopened = "disagreement.reopened",
    Exported = "data.exported",
    ClockAccepted = "clock.accepted",
    SetupLinkMade = "setup-link.made",
    StaffJoined = "staff.joined",
    StaffChanged = "staff.changed",
    StaffDisabled = "staff.disabled",
    StaffEnabled = "staff.enabled",
    StaffRemoved = "staff.removed",
    EmailChanged = "staff.email-changed",
    PasswordChanged = "staff.password-changed",
    TotpReset = "staff.totp-reset",
    TotpChanged = "staff.totp-changed",
    PasswordReset = "staff.password-reset",
    RecoveryCodesMade = "staff.recovery-codes-made",
    RoleGiven = "role.given",
    RoleTaken = "role.taken",
    Invited = "invitation.sent",
    InvitationWithdrawn = "invitation.withdrawn",
    SignedIn = "session.signed-in",
    SignInFailed = "session.sign-in-failed",
    SignedOut = "session.signed-out",
    SessionEnded = "session.ended",
    SteppedUp = "session.stepped-up",
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
