//! The articles' rows.

use rusqlite::{Connection, OptionalExtension, Row};

use super::{Article, ArticleId, Content, Listed, Version, Whole};
use crate::audit::Change;
use crate::db::{self, Reader, Tx, column};
use crate::knowledge::SourcePath;
use crate::knowledge::review::course;
use crate::search::visibility_of;

pub(super) fn insert(
    tx: &Tx<'_>,
    id: &ArticleId,
    path: &SourcePath,
    content: &Content,
) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO article (id, path, title, label, effective_ms, expires_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (
            id.as_str(),
            path.as_str(),
            &content.title,
            content.visibility.label.name(),
            content.visibility.during.effective_ms(),
            content.visibility.during.expires_ms(),
        ),
    )?;
    Ok(())
}

pub(super) fn insert_version(
    tx: &Tx<'_>,
    id: &ArticleId,
    number: u32,
    content: &Content,
    change: &Change,
) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO article_version (article_id, number, title, markdown, label, effective_ms, expires_ms, author, saved_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        (
            id.as_str(),
            number,
            &content.title,
            &content.markdown,
            content.visibility.label.name(),
            content.visibility.during.effective_ms(),
            content.visibility.during.expires_ms(),
            change.by.to_string(),
            change.at.wall.as_millisecond(),
        ),
    )?;
    Ok(())
}

/// The newest version is what the article is called, and how it is to be shown.
pub(super) fn set_content(tx: &Tx<'_>, id: &ArticleId, content: &Content) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE article SET title = ?2, label = ?3, effective_ms = ?4, expires_ms = ?5 WHERE id = ?1",
        (
            id.as_str(),
            &content.title,
            content.visibility.label.name(),
            content.visibility.during.effective_ms(),
            content.visibility.during.expires_ms(),
        ),
    )?;
    Ok(())
}

pub(super) fn path_is_taken(tx: &Tx<'_>, path: &SourcePath) -> Result<bool, db::Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM article WHERE path = ?1) OR EXISTS (SELECT 1 FROM document WHERE path = ?1)";
    Ok(tx.query_row(sql, [path.as_str()], |row| row.get(0))?)
}

pub(super) fn find(c: &Connection, id: &ArticleId) -> Result<Option<Article>, db::Error> {
    let sql = "SELECT id, path, state, head, live, begun_ms, changed_ms FROM article JOIN course USING (id) WHERE id = ?1";
    Ok(c.prepare_cached(sql)?
        .query_row([id.as_str()], article)
        .optional()?)
}

pub(super) fn ids(c: &Reader<'_>) -> Result<Vec<ArticleId>, db::Error> {
    let mut statement = c.prepare_cached("SELECT id FROM article ORDER BY path")?;
    let rows = statement.query_map([], |row| column::parsed(row, "id"))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn whole(c: &Connection, id: &ArticleId) -> Result<Option<Whole>, db::Error> {
    let Some(article) = find(c, id)? else {
        return Ok(None);
    };
    let Some(head) = version(c, id, article.course.head)? else {
        return Ok(None);
    };
    let mut statement = c.prepare_cached(
        "SELECT number, label, effective_ms, expires_ms, author, saved_ms FROM article_version WHERE article_id = ?1 ORDER BY number DESC",
    )?;
    let rows = statement.query_map([id.as_str()], |row| {
        Ok(Listed {
            number: row.get("number")?,
            visibility: visibility_of(row)?,
            author: column::parsed(row, "author")?,
            saved: column::time(row, "saved_ms")?,
        })
    })?;
    let versions = rows.collect::<Result<_, _>>()?;
    let steps = course::steps(c, id.as_str())?;
    Ok(Some(Whole {
        article,
        head,
        versions,
        steps,
    }))
}

pub(super) fn version(
    c: &Connection,
    id: &ArticleId,
    number: u32,
) -> Result<Option<Version>, db::Error> {
    let mut statement = c.prepare_cached(
        "SELECT number, title, markdown, label, effective_ms, expires_ms, author, saved_ms FROM article_version
         WHERE article_id = ?1 AND number = ?2",
    )?;
    let found = statement.query_row((id.as_str(), number), |row| {
        Ok(Version {
            number: row.get("number")?,
            content: Content {
                title: row.get("title")?,
                markdown: row.get("markdown")?,
                visibility: visibility_of(row)?,
            },
            author: column::parsed(row, "author")?,
            saved: column::time(row, "saved_ms")?,
        })
    });
    Ok(found.optional()?)
}

fn article(row: &Row<'_>) -> rusqlite::Result<Article> {
    Ok(Article {
        id: column::parsed(row, "id")?,
        path: column::parsed(row, "path")?,
        course: course::course(row)?,
    })
}
