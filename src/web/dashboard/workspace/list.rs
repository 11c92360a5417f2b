//! The workspaces of the instance.

use crate::app;
use crate::id::WorkspaceId;
use crate::web::dashboard::prelude::*;
use crate::workspace::{self, Name, Workspace};

fn here() -> String {
    view::at("/dashboard/workspaces")
}

#[derive(Template)]
#[template(path = "dashboard/workspace/list.html", config = "assets/askama.toml")]
struct WorkspacesPage {
    frame: Frame,
    workspaces: Vec<(Workspace, usize)>,
}

/// `GET /dashboard/workspaces`
pub(in crate::web) async fn list(desk: Desk) -> PageResult {
    let workspaces = desk
        .run(|app| {
            app.workspaces()?
                .into_iter()
                .map(|workspace| {
                    let team = app.accounts.team(&workspace.id)?.len();
                    Ok((workspace, team))
                })
                .collect::<Result<Vec<_>, Error>>()
        })
        .await?;
    Ok(render(&WorkspacesPage {
        frame: desk.frame(Place::Workspaces),
        workspaces,
    }))
}

#[derive(Deserialize)]
pub(in crate::web) struct NameForm {
    name: String,
}

fn name_field(value: &str, wrong: &str) -> Field {
    Field::text("name", "Name")
        .value(value)
        .error(wrong)
        .hint("1 to 40 of a–z, 0–9 and -. It stands in addresses.")
        .at_most(40)
        .focus()
}

fn new_page(desk: &Desk, value: &str, wrong: &str) -> FormPage {
    FormPage {
        about:
            "A workspace is an encrypted database of its own, with its own key, knowledge and team."
                .into(),
        fields: vec![name_field(value, wrong)],
        button: "Make the workspace",
        ..FormPage::new(desk.frame(Place::Workspaces), "New workspace", here())
    }
}

/// `GET /dashboard/workspaces/new`
pub(in crate::web) async fn new_form(desk: Desk) -> PageResult {
    Ok(render(&new_page(&desk, "", "")))
}

/// `POST /dashboard/workspaces/new`
pub(in crate::web) async fn create(desk: Desk, form: Form<NameForm>) -> PageResult {
    let name = match form.name.parse::<Name>() {
        Ok(name) => name,
        Err(error) => {
            return Ok(unprocessable(&new_page(
                &desk,
                &form.name,
                &view::sentence(&error),
            )));
        }
    };
    let (change, wanted) = (desk.change(), name.clone());
    let made = desk
        .run(move |app| Ok(app.create_workspace(wanted, &change)))
        .await?;
    match made {
        Ok(_) => Ok(done(
            &view::at(&format!("/dashboard/w/{name}")),
            Notice::WorkspaceCreated,
        )),
        Err(app::Error::Workspace(error @ workspace::Error::NameTaken(_))) => Ok(unprocessable(
            &new_page(&desk, &form.name, &view::sentence(&error)),
        )),
        Err(error) => Err(error.into()),
    }
}

async fn find(desk: &Desk, id: &str) -> Result<Workspace, Error> {
    let id: WorkspaceId = id.parse().map_err(|_| Error::not_found())?;
    desk.run(move |app| workspace::find_by_id(&app.control, &id)?.ok_or_else(Error::not_found))
        .await
}

fn rename_page(desk: &Desk, workspace: &Workspace, value: &str, wrong: &str) -> FormPage {
    FormPage {
        about: "Addresses that hold the old name stop working, those of the help page too.".into(),
        fields: vec![name_field(value, wrong)],
        button: "Rename",
        ..FormPage::new(
            desk.frame(Place::Workspaces),
            format!("Rename {}", workspace.name),
            here(),
        )
    }
}

/// `GET /dashboard/workspaces/{id}/rename`
pub(in crate::web) async fn rename_form(desk: Desk, id: Path<String>) -> PageResult {
    let workspace = find(&desk, &id).await?;
    let page = rename_page(&desk, &workspace, workspace.name.as_str(), "");
    Ok(render(&page))
}

/// `POST /dashboard/workspaces/{id}/rename`
pub(in crate::web) async fn rename(
    desk: Desk,
    id: Path<String>,
    form: Form<NameForm>,
) -> PageResult {
    let workspace = find(&desk, &id).await?;
    let name = match form.name.parse::<Name>() {
        Ok(name) => name,
        Err(error) => {
            let page = rename_page(&desk, &workspace, &form.name, &view::sentence(&error));
            return Ok(unprocessable(&page));
        }
    };
    let (change, id) = (desk.change(), workspace.id.clone());
    let renamed = desk
        .run(move |app| Ok(app.rename_workspace(&id, &name, &change)))
        .await?;
    match renamed {
        Ok(()) => Ok(done(&here(), Notice::WorkspaceRenamed)),
        Err(app::Error::Workspace(error @ workspace::Error::NameTaken(_))) => {
            let page = rename_page(&desk, &workspace, &form.name, &view::sentence(&error));
            Ok(unprocessable(&page))
        }
        Err(error) => Err(error.into()),
    }
}

fn delete_page(desk: &Desk, workspace: &Workspace, wrong: &str) -> FormPage {
    FormPage {
        about: format!(
            "Everything in {} is gone for good: documents, articles, answers, questions, its log. Its key is destroyed, so that not even a copy of its files can be read.",
            workspace.name
        ),
        fields: vec![
            Field::text("name", "Type the name of the workspace to confirm")
                .error(wrong)
                .focus(),
        ],
        button: "Delete for good",
        is_harmful: true,
        ..FormPage::new(
            desk.frame(Place::Workspaces),
            format!("Delete {}?", workspace.name),
            here(),
        )
    }
}

/// `GET /dashboard/workspaces/{id}/delete`
pub(in crate::web) async fn delete_form(desk: Desk, id: Path<String>) -> PageResult {
    let workspace = find(&desk, &id).await?;
    Ok(render(&delete_page(&desk, &workspace, "")))
}

/// `POST /dashboard/workspaces/{id}/delete`
pub(in crate::web) async fn delete(
    desk: Desk,
    id: Path<String>,
    form: Form<NameForm>,
) -> PageResult {
    let workspace = find(&desk, &id).await?;
    if form.name.trim() != workspace.name.as_str() {
        let wrong = format!("This is not its name, which is {}.", workspace.name);
        return Ok(unprocessable(&delete_page(&desk, &workspace, &wrong)));
    }
    let change = desk.change();
    desk.run(move |app| Ok(app.delete_workspace(&workspace.id, &change)?))
        .await?;
    Ok(done(&here(), Notice::WorkspaceDeleted))
}
