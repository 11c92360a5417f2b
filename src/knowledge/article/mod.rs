//! Articles: written by staff, reviewed by somebody else, published, and kept in every version.
//!
//! A save makes a new version; none is ever changed. How a version goes from draft to published, and who may let it, [`super::review::course`] says.
//! Publishing turns a version into a document with the article's id, in one transaction with the step and the audit entry; until then, the version
//! that was published before goes on being found.

mod content;
mod store;
#[cfg(test)]
mod tests;

use serde_json::json;

use content::Listed;
pub(super) use content::MAX_MARKDOWN_BYTES;
pub(crate) use content::{Article, ArticleId, Content, MAX_TITLE_CHARS, Problem, Version, Whole};

use super::review::course::{self, Act, Step, Traveller};
use super::review::{Eyes, Remark};
use super::settings;
use super::{Error, Origin, Removal, SourcePath};
use super::{Source, ingest};
use crate::audit::{self, Action, Change, Entry};
use crate::db::{Db, Tx};
use crate::inference::Pool;
use crate::parser::MediaType;

pub(crate) fn get(db: &Db, id: &ArticleId) -> Result<Whole, Error> {
    db.read(|c| store::whole(c, id))?.ok_or(Error::Unknown)
}

/// One of its versions, with its text.
pub(crate) fn version(db: &Db, id: &ArticleId, number: u32) -> Result<Version, Error> {
    db.read(|c| store::version(c, id, number))?
        .ok_or(Error::Unknown)
}

/// The number of the newest version.
pub(super) fn head(tx: &Tx<'_>, id: &ArticleId) -> Result<u32, Error> {
    let article = store::find(tx, id)?.ok_or(Error::Unknown)?;
    Ok(article.course.head)
}

/// All articles, by their paths.
pub(crate) fn ids(db: &Db) -> Result<Vec<ArticleId>, Error> {
    Ok(db.read(store::ids)?)
}

/// Begins an article with a first version.
pub(crate) fn create(db: &Db, content: &Content, change: &Change) -> Result<ArticleId, Error> {
    db.write(|tx| {
        let id = ArticleId::random();
        course::begin(tx, id.as_str(), change)?;
        store::insert(tx, &id, &free_path(tx, &content.title, &id)?, content)?;
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
        let (before, head) = (whole.article.course, &whole.head);
        before.check_seen(seen)?;
        if head.content == *content {
            return Ok(before.head);
        }
        let number = before.head + 1;
        store::insert_version(tx, id, number, content, change)?;
        store::set_content(tx, id, content)?;
        course::set_head(tx, id.as_str(), number, change)?;
        let entry = Entry::new(Action::ArticleSaved, id.as_str())
            .detail(&content.title)
            .before(facts(before.head, &head.content))
            .after(facts(number, content));
        audit::record(tx, change, &entry)?;
        Ok(number)
    })
}

/// Makes an old version the newest again, as a draft.
pub(crate) fn roll_back(db: &Db, id: &ArticleId, to: u32, change: &Change) -> Result<u32, Error> {
    let whole = get(db, id)?;
    let content = version(db, id, to)?.content;
    save(db, id, whole.article.course.head, &content, change)
}

/// Asks for a review of the newest version.
pub(crate) fn submit(db: &Db, id: &ArticleId, seen: u32, change: &Change) -> Result<(), Error> {
    db.write(|tx| {
        let whole = advance(tx, id, Act::Submit { seen }, &[], change)?;
        Ok(whole.head.check_text()?)
    })
}

/// Gives the newest version back to its author, with a remark.
pub(crate) fn give_back(
    db: &Db,
    id: &ArticleId,
    seen: u32,
    remark: &Remark,
    change: &Change,
) -> Result<(), Error> {
    db.write(|tx| {
        advance(tx, id, Act::GiveBack { seen, remark }, &[], change)?;
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
    whole.article.course.check_seen(seen)?;
    let needs_review = eyes.need_review(settings::get(db)?.value);
    if let Some(problem) = whole.hinders(&change.by, needs_review) {
        return Err(problem.into());
    }
    let head = &whole.head;
    head.check_text()?;
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
        let passages = ready.put(tx, id, head.content.visibility, change.at.wall)?;
        let facts = [("passages", json!(passages))];
        // Reading and embedding took a while: whether this may be done is looked at again, in here.
        advance(tx, id, Act::Publish { seen, eyes }, &facts, change)?;
        Ok(())
    })
}

/// Takes the published version out of what questions find; the article stays.
pub(crate) fn withdraw(db: &Db, id: &ArticleId, change: &Change) -> Result<(), Error> {
    db.write(|tx| {
        advance(tx, id, Act::Withdraw, &[], change)?;
        Ok(super::store::delete(tx, id)?)
    })
}

/// Takes a step. Returns the article as it was before.
fn advance(
    tx: &Tx<'_>,
    id: &ArticleId,
    act: Act<'_>,
    facts: &[(&str, serde_json::Value)],
    change: &Change,
) -> Result<Whole, Error> {
    let whole = store::whole(tx, id)?.ok_or(Error::Unknown)?;
    let head = &whole.head;
    let traveller = Traveller {
        id: id.as_str(),
        course: whole.article.course,
        author: &head.author,
        title: &head.content.title,
        action: |step| match step {
            Step::Submitted => Action::ArticleSubmitted,
            Step::Returned => Action::ArticleReturned,
            Step::Published => Action::ArticlePublished,
            Step::Withdrawn => Action::ArticleWithdrawn,
        },
    };
    course::advance(tx, &traveller, act, facts, change)?;
    Ok(whole)
}

/// Deletes an article with all its versions, and its document.
pub(crate) fn remove(db: &Db, id: &ArticleId, change: &Change) -> Result<Removal, Error> {
    db.write(|tx| {
        let whole = store::whole(tx, id)?.ok_or(Error::Unknown)?;
        let (mut removal, passages) = super::removal::take_out(tx, id)?;
        removal.versions = whole.versions.len();
        removal.path = whole.article.path.to_string();
        removal.title.clone_from(&whole.head.content.title);
        course::delete(tx, id.as_str())?;
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
        "effective": content.visibility.during.effective,
        "expires": content.visibility.during.expires,
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
