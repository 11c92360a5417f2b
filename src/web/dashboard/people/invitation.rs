//! Letters with links, as their sender sees them: what became of one, sending it again, withdrawing it.

use std::sync::Arc;

use crate::app::Posted;
use crate::id::LinkId;
use crate::staff::{Authority, Invitation};
use crate::web::dashboard::prelude::*;

/// What a letter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Invitation,
    Reset,
}

impl Kind {
    const fn title(self) -> &'static str {
        match self {
            Self::Invitation => "Invitation",
            Self::Reset => "Reset",
        }
    }
}

/// A link that its maker has to pass on, or the news that it did not go out.
#[derive(Template)]
#[template(path = "dashboard/people/letter.html", config = "assets/askama.toml")]
struct LetterPage {
    frame: Frame,
    kind: Kind,
    to: String,
    posted: Posted,
    /// Where to go on.
    back: String,
}

/// What the sender of a letter sees.
pub(super) fn answer(
    desk: &Desk,
    kind: Kind,
    to: &str,
    posted: Posted,
    back: String,
) -> actix_web::HttpResponse {
    if matches!(posted, Posted::Sent) {
        let notice = match kind {
            Kind::Invitation => Notice::Invited,
            Kind::Reset => Notice::LetterSent,
        };
        return done(&back, notice);
    }
    render(&LetterPage {
        frame: desk.frame(Place::Elsewhere),
        kind,
        to: to.to_owned(),
        posted,
        back,
    })
}

/// The invitation, when it is one to this place.
pub(super) async fn of_here(desk: &Desk, id: &str) -> Result<Invitation, Error> {
    let id: LinkId = id.parse().map_err(|_| Error::not_found())?;
    let workspace = desk.workspace.as_ref().map(|open| open.register.id.clone());
    let all = desk
        .run(move |app| Ok(app.accounts.invitations(workspace.as_ref())?))
        .await?;
    all.into_iter()
        .find(|invitation| invitation.id == id)
        .ok_or_else(Error::not_found)
}

pub(super) async fn again(desk: &Desk, id: &str, back: String) -> PageResult {
    let invitation = of_here(desk, id).await?;
    let (who, change, id) = (Arc::clone(&desk.who), desk.change(), invitation.id);
    let posted = desk
        .run(move |app| {
            let issued = app
                .accounts
                .invite_again(Authority::Staff(&who), &id, &change)?;
            Ok(app.post(&issued, who.person().name.as_str())?)
        })
        .await?;
    Ok(answer(
        desk,
        Kind::Invitation,
        invitation.email.as_str(),
        posted,
        back,
    ))
}

pub(super) async fn withdraw_one(desk: &Desk, id: &str, back: &str) -> PageResult {
    let invitation = of_here(desk, id).await?;
    let (who, change) = (Arc::clone(&desk.who), desk.change());
    desk.run(move |app| {
        Ok(app
            .accounts
            .withdraw(Authority::Staff(&who), &invitation.id, &change)?)
    })
    .await?;
    Ok(done(back, Notice::InvitationWithdrawn))
}
