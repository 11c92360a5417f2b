//! The articles' rows.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

use super::{Article, ArticleId, Content, State, Step, Version, Whole};
use crate::audit::Change;
use crate::db::{self, Reader, Tx, column};
use crate::knowledge::SourcePath;
use crate::search::visibility_of;

const COLUMNS: &str = "id, path, state, head, live, created_ms, changed_ms";

pub(super) fn insert(tx: &Tx<'_>, article: &Article, content: &Content) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO article (id, path, state, title, label, effective_ms, expires_ms, head, live, created_ms, changed_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        (
            article.id.as_str(),
            article.path.as_str(),
            article.state.name(),
            &content.title,
            content.visibility.label.name(),
            content.visibility.effective.map(Timestamp::as_millisecond),
            content.visibility.expires.map(Timestamp::as_millisecond),
            article.head,
            article.live,
            article.created.as_millisecond(),
            article.changed.as_millisecond(),
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
            content.visibility.effective.map(Timestamp::as_millisecond),
            content.visibility.expires.map(Timestamp::as_millisecond),
            change.by.to_string(),
            change.at.wall.as_millisecond(),
        ),
    )?;
    Ok(())
}

pub(super) fn insert_step(
    tx: &Tx<'_>,
    id: &ArticleId,
    version: u32,
    step: &str,
    remark: &str,
    change: &Change,
) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO article_step (article_id, seq, version, step, actor, at_ms, remark)
         VALUES (?1, (SELECT coalesce(max(seq), 0) + 1 FROM article_step WHERE article_id = ?1), ?2, ?3, ?4, ?5, ?6)",
        (
            id.as_str(),
            version,
            step,
            change.by.to_string(),
            change.at.wall.as_millisecond(),
            remark,
        ),
    )?;
    Ok(())
}

pub(super) fn set_head(
    tx: &Tx<'_>,
    id: &ArticleId,
    head: u32,
    state: State,
    content: &Content,
    at: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE article SET head = ?2, state = ?3, title = ?4, label = ?5, effective_ms = ?6, expires_ms = ?7, changed_ms = ?8 WHERE id = ?1",
        (
            id.as_str(),
            head,
            state.name(),
            &content.title,
            content.visibility.label.name(),
            content.visibility.effective.map(Timestamp::as_millisecond),
            content.visibility.expires.map(Timestamp::as_millisecond),
            at.as_millisecond(),
        ),
    )?;
    Ok(())
}

pub(super) fn set_state(
    tx: &Tx<'_>,
    id: &ArticleId,
    state: State,
    at: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE article SET state = ?2, changed_ms = ?3 WHERE id = ?1",
        (id.as_str(), state.name(), at.as_millisecond()),
    )?;
    Ok(())
}

pub(super) fn set_live(tx: &Tx<'_>, id: &ArticleId, live: Option<u32>) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE article SET live = ?2 WHERE id = ?1",
        (id.as_str(), live),
    )?;
    Ok(())
}

pub(super) fn delete(tx: &Tx<'_>, id: &ArticleId) -> Result<(), db::Error> {
    tx.execute("DELETE FROM article WHERE id = ?1", [id.as_str()])?;
    Ok(())
}

pub(super) fn path_is_taken(tx: &Tx<'_>, path: &SourcePath) -> Result<bool, db::Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM article WHERE path = ?1) OR EXISTS (SELECT 1 FROM document WHERE path = ?1)";
    Ok(tx.query_row(sql, [path.as_str()], |row| row.get(0))?)
}

pub(super) fn find(c: &Connection, id: &ArticleId) -> Result<Option<Article>, db::Error> {
    let sql = format!("SELECT {COLUMNS} FROM article WHERE id = ?1");
    Ok(c.prepare_cached(&sql)?
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
    let mut statement = c.prepare_cached(
        "SELECT number, title, markdown, label, effective_ms, expires_ms, author, saved_ms FROM article_version
         WHERE article_id = ?1 ORDER BY number DESC",
    )?;
    let rows = statement.query_map([id.as_str()], |row| {
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
    })?;
    let versions = rows.collect::<Result<_, _>>()?;
    let mut statement = c.prepare_cached(
        "SELECT version, step, actor, at_ms, remark FROM article_step WHERE article_id = ?1 ORDER BY seq DESC",
    )?;
    let rows = statement.query_map([id.as_str()], |row| {
        Ok(Step {
            version: row.get("version")?,
            what: row.get("step")?,
            actor: column::parsed(row, "actor")?,
            at: column::time(row, "at_ms")?,
            remark: row.get("remark")?,
        })
    })?;
    let steps = rows.collect::<Result<_, _>>()?;
    Ok(Some(Whole {
        article,
        versions,
        steps,
    }))
}

fn article(row: &Row<'_>) -> rusqlite::Result<Article> {
    Ok(Article {
        id: column::parsed(row, "id")?,
        path: column::parsed(row, "path")?,
        state: column::parsed(row, "state")?,
        head: row.get("head")?,
        live: row.get("live")?,
        created: column::time(row, "created_ms")?,
        changed: column::time(row, "changed_ms")?,
    })
}
