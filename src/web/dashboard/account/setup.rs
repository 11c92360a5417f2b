//! How people come in: the setup link and invitations.

use std::sync::Arc;

use actix_web::{HttpMessage, HttpRequest, HttpResponse};

use super::enrolment;
use crate::secret::SecretText;
use crate::staff::{
    BadPassword, EmailAddress, Link, LinkToken, MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, PersonName,
    Purpose, SignedIn,
};
use crate::web::dashboard::context::cookie::session_cookie;
use crate::web::dashboard::prelude::*;

#[derive(Template)]
#[template(path = "dashboard/account/setup.html", config = "assets/askama.toml")]
pub(super) struct JoinPage {
    pub title: &'static str,
    /// What somebody comes to, in a sentence.
    pub about: String,
    pub action: String,
    pub fields: Vec<Field>,
    pub problem: String,
}

#[derive(Deserialize)]
pub(in crate::web) struct JoinForm {
    #[serde(default)]
    email: String,
    name: String,
    password: SecretText,
    repeated: SecretText,
}

/// What was wrong with a form, by field.
#[derive(Default)]
pub(super) struct Wrong {
    email: String,
    name: String,
    pub password: String,
    pub repeated: String,
    pub other: String,
}

impl Wrong {
    pub(super) fn password(problem: String) -> Self {
        Self {
            password: problem,
            ..Self::default()
        }
    }

    pub(super) fn from_error(error: &staff::Error) -> Option<Self> {
        use staff::Error as E;
        let text = view::sentence(&error);
        let mut wrong = Self::default();
        match error {
            E::BadEmail(_) => wrong.email = text,
            E::BadName(_) => wrong.name = text,
            E::BadPassword(BadPassword::Differ) => wrong.repeated = text,
            E::BadPassword(_) => wrong.password = text,
            E::EmailTaken => wrong.other = text,
            _ => return None,
        }
        Some(wrong)
    }
}

fn join_fields(with_email: bool, form: Option<&JoinForm>, wrong: &Wrong) -> Vec<Field> {
    let (email, name) = form.map_or(("", ""), |form| (&form.email, &form.name));
    let mut fields = Vec::new();
    if with_email {
        fields.push(
            Field::email("E-mail address")
                .value(email)
                .error(&*wrong.email)
                .hint("You sign in with it.")
                .focus(),
        );
    }
    fields.extend([
        Field::text("name", "Your name")
            .value(name)
            .error(&*wrong.name)
            .autocomplete("name")
            .at_most(80),
        Field::new_password("password", "Password")
            .error(&*wrong.password)
            .hint(format!(
                "{MIN_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS} characters, whichever you like. A few words that nobody would put together are good."
            )),
        Field::new_password("repeated", "Password, once more").error(&*wrong.repeated),
    ]);
    fields
}

/// `GET /dashboard/setup/{token}`
pub(in crate::web) async fn setup_form(shell: Data<Shell>, token: Path<String>) -> PageResult {
    link(&shell, &token, |purpose| *purpose == Purpose::Setup).await?;
    Ok(render(&setup_page(&token, None, &Wrong::default())))
}

fn setup_page(token: &str, form: Option<&JoinForm>, wrong: &Wrong) -> JoinPage {
    JoinPage {
        title: "Set up Anchorite",
        about: "You make the first account. It is an owner: it runs the whole instance, and invites the others.".into(),
        action: view::at(&format!("/dashboard/setup/{token}")),
        fields: join_fields(true, form, wrong),
        problem: wrong.other.clone(),
    }
}

/// `POST /dashboard/setup/{token}`
pub(in crate::web) async fn setup(
    shell: Data<Shell>,
    token: Path<String>,
    form: Form<JoinForm>,
) -> PageResult {
    link(&shell, &token, |purpose| *purpose == Purpose::Setup).await?;
    let form = form.into_inner();
    match begin(&shell, &token, &form, true).await {
        Ok(response) => Ok(response),
        Err(error) => {
            let wrong = Wrong::from_error(&error).ok_or(error)?;
            Ok(unprocessable(&setup_page(&token, Some(&form), &wrong)))
        }
    }
}

async fn begin(
    shell: &Shell,
    token: &str,
    form: &JoinForm,
    with_email: bool,
) -> Result<HttpResponse, staff::Error> {
    if form.password.expose() != form.repeated.expose() {
        return Err(BadPassword::Differ.into());
    }
    let email = if with_email {
        Some(form.email.parse::<EmailAddress>()?)
    } else {
        None
    };
    let (name, password) = (form.name.parse::<PersonName>()?, form.password.clone());
    let (token, now) = (LinkToken::presented(token), shell.now());
    let enrolment = shell
        .hashing(move |app| {
            app.accounts
                .begin_account(&token, email, name, password, now)
        })
        .await?;
    Ok(enrolment::begin(&enrolment))
}

/// `GET /dashboard/join/{token}`
pub(in crate::web) async fn join_form(
    shell: Data<Shell>,
    token: Path<String>,
    request: HttpRequest,
) -> PageResult {
    let link = invitation(&shell, &token).await?;
    let Purpose::Invitation { email, .. } = &link.purpose else {
        return Err(staff::Error::DeadLink.into());
    };
    let (known, address) = (email.clone(), email.clone());
    let exists = shell
        .blocking(move |app| Ok::<_, Error>(app.accounts.find_by_email(&known)?.is_some()))
        .await?;
    let about = about(&shell, &link).await?;
    if !exists {
        let page = join_page(&token, about, None, &Wrong::default());
        return Ok(render(&page));
    }
    let who = request.extensions().get::<Arc<SignedIn>>().cloned();
    let csrf = match who.filter(|who| who.person().email == address) {
        Some(who) => {
            shell
                .blocking(move |app| Ok::<_, Error>(Some(app.accounts.csrf_token(&who)?)))
                .await?
        }
        None => None,
    };
    Ok(render(&AcceptPage {
        about,
        email: address.to_string(),
        csrf,
        path: view::at(&format!("/dashboard/join/{token}")),
    }))
}

#[derive(Template)]
#[template(path = "dashboard/account/accept.html", config = "assets/askama.toml")]
struct AcceptPage {
    about: String,
    email: String,
    /// Of the person who is signed in, when it is the right one.
    csrf: Option<String>,
    path: String,
}

fn join_page(token: &str, about: String, form: Option<&JoinForm>, wrong: &Wrong) -> JoinPage {
    JoinPage {
        title: "Join your team",
        about,
        action: view::at(&format!("/dashboard/join/{token}")),
        fields: join_fields(false, form, wrong),
        problem: wrong.other.clone(),
    }
}

/// `POST /dashboard/join/{token}`
pub(in crate::web) async fn join(
    shell: Data<Shell>,
    token: Path<String>,
    form: Form<JoinForm>,
) -> PageResult {
    let link = invitation(&shell, &token).await?;
    let form = form.into_inner();
    match begin(&shell, &token, &form, false).await {
        Ok(response) => Ok(response),
        Err(error) => {
            let wrong = Wrong::from_error(&error).ok_or(error)?;
            let about = about(&shell, &link).await?;
            Ok(unprocessable(&join_page(
                &token,
                about,
                Some(&form),
                &wrong,
            )))
        }
    }
}

/// `POST /dashboard/join/{token}/accept`
pub(in crate::web) async fn accept(desk: Desk, token: Path<String>) -> PageResult {
    let (who, change) = (Arc::clone(&desk.who), desk.change());
    let token = LinkToken::presented(&token);
    let (target, session) = desk
        .run(move |app| Ok(app.accounts.accept(&who, &token, &change)?))
        .await?;
    let id = target.workspace().cloned();
    let name = desk
        .run(move |app| {
            let found = app
                .workspaces()?
                .into_iter()
                .find(|workspace| Some(&workspace.id) == id.as_ref());
            Ok(found.map(|workspace| workspace.name.to_string()))
        })
        .await?;
    let place = name.map_or_else(
        || view::at("/dashboard/workspaces"),
        |name| view::at(&format!("/dashboard/w/{name}")),
    );
    let mut response = done(&place, Notice::Joined);
    response
        .add_cookie(&session_cookie(&session))
        .map_err(Error::from)?;
    Ok(response)
}

/// What an invitation leads to, in a sentence.
async fn about(shell: &Shell, link: &Link) -> Result<String, Error> {
    let Purpose::Invitation { email, target } = link.purpose.clone() else {
        return Ok(String::new());
    };
    let names = shell
        .blocking(|app| Ok::<_, Error>(app.workspaces()?))
        .await?;
    let role = target.role();
    Ok(match target.workspace() {
        None => format!("{email} is invited as {role}: {}.", role.describe()),
        Some(id) => {
            let name = names
                .iter()
                .find(|workspace| workspace.id == *id)
                .map_or("", |workspace| workspace.name.as_str());
            format!(
                "{email} is invited to the workspace {name} as {role}: {}.",
                role.describe()
            )
        }
    })
}

async fn invitation(shell: &Shell, token: &str) -> Result<Link, Error> {
    link(shell, token, |purpose| {
        matches!(purpose, Purpose::Invitation { .. })
    })
    .await
}

/// The link, when it is alive and of the right kind.
pub(in crate::web) async fn link(
    shell: &Shell,
    token: &str,
    is_right: impl Fn(&Purpose) -> bool,
) -> Result<Link, Error> {
    let (token, now) = (LinkToken::presented(token), shell.now());
    let found = shell
        .blocking(move |app| Ok::<_, Error>(app.accounts.find_link(&token, now)?))
        .await?;
    found
        .filter(|link| is_right(&link.purpose))
        .ok_or_else(|| staff::Error::DeadLink.into())
}
