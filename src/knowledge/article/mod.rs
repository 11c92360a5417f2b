//! Articles: written by staff, reviewed by somebody else, published, and kept in every version.
//!
//! A save makes a new version; none is ever changed. The newest version is a draft, is in review, is published, or the article is withdrawn.
//! Publishing turns a version into a document with the article's id, in one transaction with the change of state and the audit entry; until then, the version
//! that was published before goes on being found. Whether a reviewer must be somebody other than the author, [`super::review`] says.

mod content;
mod diff;
mod store;
#[cfg(test)]
mod tests;
pub(crate) mod working_copy;

use serde_json::json;

pub(crate) use content::{
    Article, ArticleId, Content, MAX_REMARK_CHARS, MAX_TITLE_CHARS, Problem, State, Step, Version,
    Whole,
};
pub(crate) use diff::{Line, diff};

use super::ingest::{self, Source};
use super::review::Eyes;
use super::settings;
use super::{Error, Origin, Removal, SourcePath};
use crate::audit::{self, Action, Change, Entry};
use crate::db::{Db, Tx};
use crate::inference::Pool;
use crate::parser::MediaType;

pub(crate) fn get(db: &Db, id: &ArticleId) -> Result<Whole, Error> {
    db.read(|c| store::whole(c, id))?.ok_or(Error::Unknown)
}

/// All articles, by their paths.
pub(crate) fn ids(db: &Db) -> Result<Vec<ArticleId>, Error> {
    Ok(db.read(store::ids)?)
}

/// Begins an article with a first version.
pub(crate) fn create(db: &Db, content: &Content, change: &Change) -> Result<ArticleId, Error> {
    db.write(|tx| {
        let id = ArticleId::random();
        let article = Article {
            path: free_path(tx, &content.title, &id)?,
            id: id.clone(),
            state: State::Draft,
            head: 1,
            live: None,
            created: change.at.wall,
            changed: change.at.wall,
        };
        store::insert(tx, &article, content)?;
        store::insert_version(tx, &id, 1, content, change)?;
        let entry = Entry::new(Action::ArticleCreated, id.as_str())
            .detail(&content.title)
            .after(facts(1, content));
        audit::record(tx, change, &entry)?;
        Ok(id)
    })
}

/// Saves a new version as a draft. `seen`: the newest version when the writer began; when there is a newer one by now, nothing is saved.
/// A save without a change makes no version.
pub(crate) fn save(
    db: &Db,
    id: &ArticleId,
    seen: u32,
    content: &Content,
    change: &Change,
) -> Result<u32, Error> {
    db.write(|tx| {
        let whole = store::whole(tx, id)?.ok_or(Error::Unknown)?;
        let (article, head) = (&whole.article, whole.head()?);
        if article.head != seen {
            return Err(Problem::Overtaken(article.head).into());
        }
        if head.content == *content {
            return Ok(article.head);
        }
        let number = article.head + 1;
        store::insert_version(tx, id, number, content, change)?;
        store::set_head(tx, id, number, State::Draft, content, change.at.wall)?;
        let entry = Entry::new(Action::ArticleSaved, id.as_str())
            .detail(&content.title)
            .before(facts(article.head, &head.content))
            .after(facts(number, content));
        audit::record(tx, change, &entry)?;
        Ok(number)
    })
}

/// Makes an old version the newest again, as a draft.
pub(crate) fn roll_back(db: &Db, id: &ArticleId, to: u32, change: &Change) -> Result<u32, Error> {
    let whole = get(db, id)?;
    let content = whole.version(to).ok_or(Error::Unknown)?.content.clone();
    save(db, id, whole.article.head, &content, change)
}

/// Asks for a review of the newest version.
pub(crate) fn submit(db: &Db, id: &ArticleId, seen: u32, change: &Change) -> Result<(), Error> {
    advance(
        db,
        id,
        seen,
        change,
        (State::InReview, "submitted", Action::ArticleSubmitted),
        "",
        |whole| {
            if !matches!(whole.article.state, State::Draft | State::Withdrawn) {
                return Err(Problem::WrongState.into());
            }
            if whole.head()?.content.markdown.trim().is_empty() {
                return Err(Problem::NoText.into());
            }
            Ok(())
        },
    )
}

/// Gives the newest version back to its author, with a remark.
pub(crate) fn give_back(
    db: &Db,
    id: &ArticleId,
    seen: u32,
    remark: &str,
    change: &Change,
) -> Result<(), Error> {
    let remark = remark.replace("\r\n", "\n");
    if remark.chars().count() > MAX_REMARK_CHARS {
        return Err(Problem::LongRemark.into());
    }
    advance(
        db,
        id,
        seen,
        change,
        (State::Draft, "returned", Action::ArticleReturned),
        remark.trim(),
        |whole| match whole.article.state {
            State::InReview => Ok(()),
            _ => Err(Problem::WrongState.into()),
        },
    )
}

fn advance(
    db: &Db,
    id: &ArticleId,
    seen: u32,
    change: &Change,
    (state, step, action): (State, &str, Action),
    remark: &str,
    check: impl Fn(&Whole) -> Result<(), Error>,
) -> Result<(), Error> {
    db.write(|tx| {
        let whole = store::whole(tx, id)?.ok_or(Error::Unknown)?;
        if whole.article.head != seen {
            return Err(Problem::Overtaken(whole.article.head).into());
        }
        check(&whole)?;
        store::set_state(tx, id, state, change.at.wall)?;
        store::insert_step(tx, id, seen, step, remark, change)?;
        let entry = Entry::new(action, id.as_str())
            .detail(&whole.head()?.content.title)
            .before(json!({ "state": whole.article.state.name() }))
            .after(json!({ "state": state.name(), "version": seen }));
        audit::record(tx, change, &entry)?;
        Ok(())
    })
}

/// Publishes the newest version: from now on it is what questions find.
pub(crate) fn publish(
    db: &Db,
    pool: &Pool,
    id: &ArticleId,
    seen: u32,
    eyes: Eyes,
    change: &Change,
) -> Result<(), Error> {
    let whole = get(db, id)?;
    let needs_reviewer = eyes.need_review(settings::get(db)?);
    if let Some(problem) = whole.hinders(&change.by, needs_reviewer) {
        return Err(problem.into());
    }
    let head = whole.head()?.clone();
    let source = Source {
        path: whole.article.path.clone(),
        media: MediaType::Markdown,
        bytes: head.content.markdown.clone().into_bytes(),
        title: Some(head.content.title.clone()),
        label: None,
        origin: Origin::Article,
    };
    let ready = ingest::make_ready(pool, source)?;
    db.write(|tx| {
        // Reading and embedding took a while; what was found before is looked at again.
        let whole = store::whole(tx, id)?.ok_or(Error::Unknown)?;
        if whole.article.head != seen {
            return Err(Problem::Overtaken(whole.article.head).into());
        }
        let needs_reviewer = eyes.need_review(settings::get_in(tx)?);
        if let Some(problem) = whole.hinders(&change.by, needs_reviewer) {
            return Err(problem.into());
        }
        let passages = ready.put(tx, id, head.content.visibility, change.at.wall)?;
        store::set_live(tx, id, Some(seen))?;
        store::set_state(tx, id, State::Published, change.at.wall)?;
        store::insert_step(tx, id, seen, "published", "", change)?;
        let entry = Entry::new(Action::ArticlePublished, id.as_str())
            .detail(&head.content.title)
            .before(json!({ "state": whole.article.state.name(), "live": whole.article.live }))
            .after(json!({
                "state": State::Published.name(),
                "live": seen,
                "author": head.author.to_string(),
                "passages": passages,
            }));
        audit::record(tx, change, &entry)?;
        Ok(())
    })
}

/// Takes the published version out of what questions find; the article stays.
pub(crate) fn withdraw(db: &Db, id: &ArticleId, change: &Change) -> Result<(), Error> {
    db.write(|tx| {
        let whole = store::whole(tx, id)?.ok_or(Error::Unknown)?;
        let live = whole.article.live.ok_or(Problem::WrongState)?;
        super::store::delete(tx, id)?;
        store::set_live(tx, id, None)?;
        if whole.article.state == State::Published {
            store::set_state(tx, id, State::Withdrawn, change.at.wall)?;
        }
        store::insert_step(tx, id, live, "withdrawn", "", change)?;
        let entry = Entry::new(Action::ArticleWithdrawn, id.as_str())
            .detail(&whole.head()?.content.title)
            .before(json!({ "live": live }));
        audit::record(tx, change, &entry)?;
        Ok(())
    })
}

/// Deletes an article with all its versions, and its document.
pub(crate) fn remove(db: &Db, id: &ArticleId, change: &Change) -> Result<Removal, Error> {
    db.write(|tx| {
        let whole = store::whole(tx, id)?.ok_or(Error::Unknown)?;
        let (mut removal, passages) = super::removal::take_out(tx, id)?;
        removal.versions = whole.versions.len();
        removal.path = whole.article.path.to_string();
        removal.title.clone_from(&whole.head()?.content.title);
        store::delete(tx, id)?;
        removal.verify(tx, id, &passages)?;
        removal.record(tx, Action::ArticleRemoved, id, change)?;
        Ok(removal)
    })
}

/// What the log says of a version: names, numbers and a hash, no content.
fn facts(number: u32, content: &Content) -> serde_json::Value {
    let hash = crate::crypto::sha256(content.markdown.as_bytes());
    json!({
        "version": number,
        "title": content.title,
        "label": content.visibility.label.name(),
        "effective": content.visibility.effective,
        "expires": content.visibility.expires,
        "sha256": crate::crypto::hex(&hash),
    })
}

/// `articles/how-to-pay.md`, or with a part of the id when that is taken.
fn free_path(tx: &Tx<'_>, title: &str, id: &ArticleId) -> Result<SourcePath, Error> {
    let mut slug = String::new();
    for letter in title.to_lowercase().chars().take(60) {
        if letter.is_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_matches('-');
    let slug = if slug.is_empty() { "article" } else { slug };
    let path: SourcePath = format!("articles/{slug}.md").parse()?;
    if !store::path_is_taken(tx, &path)? {
        return Ok(path);
    }
    Ok(format!("articles/{slug}-{}.md", &id.as_str()[..8]).parse()?)
}
