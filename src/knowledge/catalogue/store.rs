//! The list, out of the rows of documents and articles. It reads small rows only; what documents say is elsewhere.

use jiff::SignedDuration;
use rusqlite::{Row, named_params};

use super::{Counts, Filter, Item, Page, Standing};
use crate::clock::Moment;
use crate::db::{self, Reader, column};
use crate::knowledge::Origin;
use crate::language::Tongue;
use crate::search::{Label, in_force_sql, stated_in_force_sql, stated_of, visibility_of};

/// Documents and articles alike. An article's document is not listed beside it. What an article is in its newest version need not be what is
/// published of it, which is the document of its id: that has a label and an expiry of its own (`live_…`), while it is in force.
const ITEMS: &str = "
    WITH item AS (
        SELECT d.id, 0 AS is_article, d.title, d.path, d.label, d.effective_ms, d.expires_ms, d.origin AS source, d.ingested_ms AS changed_ms,
               'published' AS state, d.label AS live_label, d.effective_ms AS live_effective_ms, d.expires_ms AS live_expires_ms, 0 AS is_ahead,
               d.stated_standing, d.stated_from, d.stated_until, nullif(d.language, '') AS language
        FROM document d WHERE d.origin <> 'article'
        UNION ALL
        SELECT a.id, 1, a.title, a.path, a.label, a.effective_ms, a.expires_ms, 'article', c.changed_ms,
               c.state, d.label, d.effective_ms, d.expires_ms, c.live <> c.head,
               coalesce(d.stated_standing, 'current'), d.stated_from, d.stated_until, nullif(d.language, '')
        FROM article a JOIN course c ON c.id = a.id LEFT JOIN document d ON d.id = a.id
    ), standing AS (
        SELECT *, CASE
            WHEN state <> 'published' THEN state
            WHEN expires_ms <= :expiry THEN 'expired'
            WHEN effective_ms > :now THEN 'scheduled'
            ELSE 'published' END AS standing,
            live_label IS NOT NULL AND {IN_FORCE} AS is_live, {STATED_IN_FORCE} AS says_in_force
        FROM item
    ), listed AS (
        SELECT * FROM standing
        WHERE (:text = '' OR instr(fold(title), :text) > 0 OR instr(fold(path), :text) > 0)
          AND (:standing = '' OR standing = :standing)
          AND (:label = '' OR label = :label OR (is_live AND live_label = :label))
          AND (:source = '' OR source = :source)
          AND changed_ms <= :changed_until
          AND (:expires_until IS NULL OR (is_live AND live_expires_ms <= :expires_until))
          AND (:in_force IS NULL OR :in_force = (is_live AND says_in_force))
          AND (:language = '' OR language = :language)
    )";

fn items() -> String {
    ITEMS
        .replace("{IN_FORCE}", &in_force_sql("live_"))
        .replace("{STATED_IN_FORCE}", &stated_in_force_sql(""))
}

pub(super) fn page(
    c: &Reader<'_>,
    filter: &Filter,
    now: Moment,
    offset: usize,
    limit: usize,
) -> Result<Page, db::Error> {
    let days = |days: u32| SignedDuration::from_hours(24 * i64::from(days));
    let changed_until = filter
        .older_than_days
        .map_or(i64::MAX, |age| (now.wall - days(age)).as_millisecond());
    let expires_until = filter
        .expires_within_days
        .map(|within| (now.wall + days(within)).as_millisecond());
    let (text, standing) = (
        db::fold(filter.text.trim()),
        filter.standing.map_or("", Standing::name),
    );
    let label = filter.label.map_or("", Label::name);
    let language = filter.language.map_or("", Tongue::code);
    let today = now.day().to_string();
    let items = items();
    let total = c
        .prepare_cached(&format!("{items} SELECT count(*) FROM listed"))?
        .query_row(
            named_params! {
                ":now": now.wall.as_millisecond(), ":expiry": now.expiry.as_millisecond(), ":text": text, ":standing": standing, ":label": label,
                ":source": filter.source.map_or("", Origin::name), ":changed_until": changed_until, ":expires_until": expires_until,
            ":today": today, ":in_force": filter.in_force, ":language": language,
            },
            |row| row.get(0),
        )?;
    let mut statement = c.prepare_cached(&format!(
        "{items} SELECT id, is_article, title, path, label, effective_ms, expires_ms, source, changed_ms, standing,
             CASE WHEN is_live AND is_ahead THEN live_label END AS older_live, CASE WHEN is_live THEN live_expires_ms END AS live_until_ms,
             stated_standing, stated_from, stated_until, language,
             (SELECT count(*) FROM passage p WHERE p.document_id = shown.id) AS passages
         FROM (SELECT * FROM listed ORDER BY changed_ms DESC, id LIMIT :limit OFFSET :offset) shown
         ORDER BY changed_ms DESC, id"
    ))?;
    let rows = statement.query_map(
        named_params! {
            ":now": now.wall.as_millisecond(), ":expiry": now.expiry.as_millisecond(), ":text": text, ":standing": standing, ":label": label,
            ":source": filter.source.map_or("", Origin::name), ":changed_until": changed_until, ":expires_until": expires_until,
            ":today": today, ":in_force": filter.in_force, ":language": language,
            ":limit": limit, ":offset": offset,
        },
        item,
    )?;
    Ok(Page {
        items: rows.collect::<Result<_, _>>()?,
        total,
    })
}

pub(super) fn counts(c: &Reader<'_>) -> Result<Counts, db::Error> {
    let sql = "SELECT (SELECT count(*) FROM document) AS documents, (SELECT count(*) FROM passage) AS passages";
    Ok(c.prepare_cached(sql)?.query_row([], |row| {
        Ok(Counts {
            documents: row.get("documents")?,
            passages: row.get("passages")?,
        })
    })?)
}

fn item(row: &Row<'_>) -> rusqlite::Result<Item> {
    Ok(Item {
        id: column::parsed(row, "id")?,
        is_article: row.get("is_article")?,
        title: row.get("title")?,
        path: row.get("path")?,
        visibility: visibility_of(row)?,
        source: column::parsed(row, "source")?,
        changed: column::time(row, "changed_ms")?,
        standing: column::parsed(row, "standing")?,
        older_live: column::optional(row, "older_live")?,
        live_expires: column::optional_time(row, "live_until_ms")?,
        passages: row.get("passages")?,
        stated: stated_of(row)?,
        language: column::optional(row, "language")?,
    })
}
