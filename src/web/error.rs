//! The one translator from the domains' errors to what a client reads.
//!
//! A 4xx says what to change; a 5xx is constant text, and its cause goes to the log, once.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{self, BadQuestion};
use crate::knowledge::{review, working_copy};
use crate::question::{LongRemark, UnknownComplaint};
use crate::{apikey, app, ask, db, gap, knowledge, question, search, staff, telemetry, workspace};

/// A failure with its status, a code that programs can rely on, and a sentence for people.
#[derive(Debug)]
pub(crate) struct Error {
    status: StatusCode,
    code: &'static str,
    message: String,
}

/// `{"error": {"code": …, "message": …}}`
#[derive(Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    error: ErrorDetail,
}

#[derive(Serialize, ToSchema)]
struct ErrorDetail {
    /// Stable; programs may rely on it.
    code: &'static str,
    /// For people; may change.
    message: String,
}

impl Error {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
        }
    }

    pub(super) fn not_set_up() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "not_set_up",
            "this server is not set up yet: whoever installed it has a link for that",
        )
    }

    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "there is nothing here")
    }

    pub(super) fn internal(cause: &dyn std::error::Error) -> Self {
        tracing::error!(cause = telemetry::chain(cause), "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the server failed; its log says how",
        )
    }

    pub(super) fn unavailable() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "overloaded",
            "too many requests are waiting; try again in a moment",
        )
    }

    pub(super) fn too_slow() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "too_slow",
            "what was sent did not arrive in time; nothing of it was taken. Send it again over a better connection",
        )
    }

    pub(super) fn too_many_connections() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_connections",
            "too many requests from your address are being answered at the moment; wait for them, then try again",
        )
    }

    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    pub(super) fn message(&self) -> &str {
        &self.message
    }

    pub(super) fn to_json(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header(("retry-after", "1"));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.insert_header(("www-authenticate", "Api-Key"));
        }
        response.json(ErrorBody {
            error: ErrorDetail {
                code: self.code,
                message: self.message.clone(),
            },
        })
    }
}

/// A response could not be put together.
impl From<actix_web::error::HttpError> for Error {
    fn from(error: actix_web::error::HttpError) -> Self {
        Self::internal(&error)
    }
}

impl From<BadQuestion> for Error {
    fn from(error: BadQuestion) -> Self {
        let code = match error {
            BadQuestion::Empty => "question_empty",
            BadQuestion::TooLong => "question_too_long",
            BadQuestion::ControlCharacter => "question_malformed",
        };
        Self::new(StatusCode::BAD_REQUEST, code, error.to_string())
    }
}

impl From<answer::Error> for Error {
    fn from(error: answer::Error) -> Self {
        match error {
            answer::Error::Search(error) => error.into(),
            answer::Error::Inference(error) => Self::internal(&error),
            answer::Error::Knowledge(error) => error.into(),
        }
    }
}

impl From<search::Error> for Error {
    fn from(error: search::Error) -> Self {
        match error {
            search::Error::Storage(error) => error.into(),
            search::Error::Damaged(_) => Self::internal(&error),
        }
    }
}

impl From<knowledge::Error> for Error {
    fn from(error: knowledge::Error) -> Self {
        match error {
            knowledge::Error::Unknown => {
                Self::new(StatusCode::NOT_FOUND, "document_unknown", error.to_string())
            }
            knowledge::Error::Article(problem) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "article",
                problem.to_string(),
            ),
            knowledge::Error::WorkingCopy(problem) => {
                let status = match problem {
                    working_copy::Problem::Long => StatusCode::UNPROCESSABLE_ENTITY,
                    working_copy::Problem::KeptElsewhere
                    | working_copy::Problem::NotKeptAnyMore
                    | working_copy::Problem::Many => StatusCode::CONFLICT,
                };
                Self::new(status, "working_copy", problem.to_string())
            }
            knowledge::Error::Review(problem) => {
                Self::new(status_of(problem), "review", problem.to_string())
            }
            knowledge::Error::LeftBehind(_) => Self::internal(&error),
            knowledge::Error::BadWording(problem) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "wording",
                problem.to_string(),
            ),
            knowledge::Error::Words(problem) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "words",
                problem.to_string(),
            ),
            knowledge::Error::Settings(_) => {
                Self::new(StatusCode::CONFLICT, "settings", error.to_string())
            }
            knowledge::Error::IsArticle => {
                Self::new(StatusCode::CONFLICT, "is_article", error.to_string())
            }
            knowledge::Error::BadPath(_) => {
                Self::new(StatusCode::BAD_REQUEST, "path_malformed", error.to_string())
            }
            knowledge::Error::Unparsable(_) | knowledge::Error::Unreadable(_) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "document_unreadable",
                error.to_string(),
            ),
            knowledge::Error::TooLong { .. } => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "document_too_long",
                error.to_string(),
            ),
            knowledge::Error::Inference(error) => Self::internal(&error),
            knowledge::Error::Search(error) => error.into(),
            knowledge::Error::Storage(error) => error.into(),
        }
    }
}

/// Of a step that was not taken.
const fn status_of(problem: review::Problem) -> StatusCode {
    match problem {
        review::Problem::Gone
        | review::Problem::Changed
        | review::Problem::Overtaken(_)
        | review::Problem::WrongState => StatusCode::CONFLICT,
        review::Problem::Own | review::Problem::NotOwn => StatusCode::FORBIDDEN,
    }
}

impl From<gap::Error> for Error {
    fn from(error: gap::Error) -> Self {
        match error {
            gap::Error::Unknown | gap::Error::Question(question::Error::Unknown) => {
                Self::not_found()
            }
            gap::Error::BadReason => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "reason",
                error.to_string(),
            ),
            gap::Error::NothingToDo => {
                Self::new(StatusCode::CONFLICT, "conflict", error.to_string())
            }
            gap::Error::Answer(error) => error.into(),
            gap::Error::Knowledge(error) => error.into(),
            gap::Error::Inference(error) => Self::internal(&error),
            gap::Error::Storage(error) | gap::Error::Question(question::Error::Storage(error)) => {
                error.into()
            }
        }
    }
}

impl From<question::Error> for Error {
    fn from(error: question::Error) -> Self {
        match error {
            question::Error::Unknown => Self::not_found(),
            question::Error::Storage(error) => error.into(),
        }
    }
}

impl From<LongRemark> for Error {
    fn from(error: LongRemark) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "remark_too_long",
            error.to_string(),
        )
    }
}

impl From<UnknownComplaint> for Error {
    fn from(error: UnknownComplaint) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "reason_unknown", error.to_string())
    }
}

impl From<ask::Error> for Error {
    fn from(error: ask::Error) -> Self {
        match error {
            ask::Error::App(error) => error.into(),
            ask::Error::Answer(error) => error.into(),
            ask::Error::Knowledge(error) => error.into(),
            ask::Error::Question(error) => error.into(),
        }
    }
}

impl From<app::Error> for Error {
    fn from(error: app::Error) -> Self {
        match error {
            app::Error::Workspace(error) => error.into(),
            app::Error::Db(error) => error.into(),
            app::Error::Search(error) => error.into(),
            app::Error::Staff(error) => error.into(),
            // Why is for staff, where it says how the system is; it was logged when it was found.
            app::Error::Down(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "workspace_down",
                "this workspace cannot be used at the moment",
            ),
            app::Error::Vault(_)
            | app::Error::Access(_)
            | app::Error::Calibration(_)
            | app::Error::Inference(_)
            | app::Error::Folder { .. } => Self::internal(&error),
        }
    }
}

impl From<workspace::Error> for Error {
    fn from(error: workspace::Error) -> Self {
        match error {
            // Which workspaces exist is nobody's business.
            workspace::Error::Unknown(_) | workspace::Error::Gone => Self::not_found(),
            workspace::Error::NameTaken(_) => {
                Self::new(StatusCode::CONFLICT, "name_taken", error.to_string())
            }
            workspace::Error::Storage(error) => error.into(),
        }
    }
}

impl From<staff::Error> for Error {
    fn from(error: staff::Error) -> Self {
        use staff::Error as E;
        let message = error.to_string();
        match error {
            E::WrongSignIn | E::WrongCode | E::SignInExpired | E::TotpIsReset => {
                Self::new(StatusCode::UNAUTHORIZED, "sign_in", message)
            }
            E::TooManyAttempts { .. } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", message)
            }
            E::DeadLink => Self::new(StatusCode::GONE, "link_dead", message),
            E::EmailTaken | E::SetUpAlready | E::NothingToDo | E::LastOwner => {
                Self::new(StatusCode::CONFLICT, "conflict", message)
            }
            E::BadEmail(_) | E::BadName(_) | E::BadPassword(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "malformed", message)
            }
            E::InvitedAnother | E::NotPermitted | E::StepUpNeeded => {
                Self::new(StatusCode::FORBIDDEN, "not_permitted", message)
            }
            E::Unknown => Self::not_found(),
            E::TooBusy => Self::unavailable(),
            E::Hash(_) | E::Vault(_) => Self::internal(&error),
            E::Storage(error) => error.into(),
        }
    }
}

impl From<apikey::Error> for Error {
    fn from(error: apikey::Error) -> Self {
        match error {
            apikey::Error::Unknown => Self::not_found(),
            apikey::Error::NoScope | apikey::Error::ExpiryInThePast => {
                Self::new(StatusCode::BAD_REQUEST, "key_malformed", error.to_string())
            }
            apikey::Error::Storage(error) => error.into(),
        }
    }
}

impl From<db::Error> for Error {
    fn from(error: db::Error) -> Self {
        match error {
            db::Error::Busy(_) | db::Error::InUse => Self::unavailable(),
            db::Error::DiskFull => {
                tracing::error!("a write failed: the disk is full");
                Self::new(
                    StatusCode::INSUFFICIENT_STORAGE,
                    "disk_full",
                    "the server's disk is full; nothing was changed",
                )
            }
            db::Error::ReadOnly => {
                tracing::error!("a write failed: the disk is read-only");
                Self::new(
                    StatusCode::INSUFFICIENT_STORAGE,
                    "disk_read_only",
                    "the server's disk cannot be written; nothing was changed",
                )
            }
            db::Error::WrongKey { .. }
            | db::Error::Missing { .. }
            | db::Error::Emptied { .. }
            | db::Error::Exists { .. }
            | db::Error::Damaged { .. }
            | db::Error::FoundDamaged { .. }
            | db::Error::TakenAway { .. }
            | db::Error::OnReadOnlyDisk { .. }
            | db::Error::CannotOpen { .. }
            | db::Error::File { .. }
            | db::Error::Newer { .. }
            | db::Error::ChangedMigration { .. }
            | db::Error::DamagedValue(_)
            | db::Error::NotEncrypting
            | db::Error::Sqlite(_) => Self::internal(&error),
        }
    }
}
