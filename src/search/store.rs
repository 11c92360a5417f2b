//! The rows of passages, their terms, and the log of what came and went.

use rusqlite::{Connection, OptionalExtension, Row};

use super::stated::Stated;
use super::{During, Error, Hit, NewPassage, PassageRow, Scores, Visibility, analysis, unit};
use crate::db::{self, Reader, Tx, column};
use crate::id::DocumentId;

/// What the memory index needs of a passage.
pub(super) struct IndexRow {
    pub passage: i64,
    pub length: u32,
    pub vectors: Vec<u8>,
    pub title: String,
    pub visibility: Visibility,
}

pub(super) struct Change {
    pub passage: i64,
    pub removed: bool,
}

pub(super) struct Blobs {
    pub main: Vec<u8>,
    pub units: Vec<u8>,
}

pub(super) fn insert(
    tx: &Tx<'_>,
    document: &DocumentId,
    passage: &NewPassage,
) -> Result<(), Error> {
    let title = analysis::index_terms(&passage.title);
    let heading = analysis::index_terms(&passage.heading_path.join(" "));
    let body = analysis::index_terms(&format!("{} {}", passage.table_header, passage.body));
    let length = title.len() + heading.len() + body.len();
    let heading_path =
        serde_json::to_string(&passage.heading_path).map_err(|_| Error::Damaged("headings"))?;
    tx.prepare_cached(
        "INSERT INTO passage
             (document_id, ordinal, length, vectors, title, heading_path, table_header, body, start_char, units, unit_vectors)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )
    .map_err(db::Error::from)?
    .execute((
        document.as_str(),
        passage.ordinal,
        length,
        passage.vectors.main(),
        &passage.title,
        heading_path,
        &passage.table_header,
        &passage.body,
        i64::try_from(passage.start_char).unwrap_or(i64::MAX),
        unit::encode(&passage.units),
        passage.vectors.units(),
    ))
    .map_err(db::Error::from)?;
    tx.prepare_cached(
        "INSERT INTO passage_terms (rowid, title, heading, body) VALUES (?1, ?2, ?3, ?4)",
    )
    .map_err(db::Error::from)?
    .execute((
        tx.last_insert_rowid(),
        title.join(" "),
        heading.join(" "),
        body.join(" "),
    ))
    .map_err(db::Error::from)?;
    Ok(())
}

/// How many passages hold a term.
pub(super) fn passages_with_term(c: &Reader<'_>, term: &str) -> Result<usize, db::Error> {
    let count = c
        .prepare_cached("SELECT doc FROM passage_term WHERE term = ?1")?
        .query_row([term], |row| row.get(0))
        .optional()?;
    Ok(count.unwrap_or(0))
}

/// Calls `visit` once for each passage that holds `term`, with how often it does, in the title weighted by `title_weight`.
pub(super) fn for_each_posting(
    c: &Reader<'_>,
    term: &str,
    title_weight: f32,
    mut visit: impl FnMut(i64, f32),
) -> Result<(), db::Error> {
    let mut statement = c.prepare_cached(
        "SELECT doc, col = 'title' AS is_title FROM passage_term_place WHERE term = ?1",
    )?;
    let mut rows = statement.query([term])?;
    let mut current: Option<(i64, f32)> = None;
    let (passage, is_title) = {
        let statement = rows.as_ref().ok_or(rusqlite::Error::InvalidQuery)?;
        (
            statement.column_index("doc")?,
            statement.column_index("is_title")?,
        )
    };
    while let Some(row) = rows.next()? {
        let passage: i64 = row.get(passage)?;
        let weight = if row.get(is_title)? {
            title_weight
        } else {
            1.0
        };
        current = match current {
            Some((same, frequency)) if same == passage => Some((same, frequency + weight)),
            other => {
                if let Some((done, frequency)) = other {
                    visit(done, frequency);
                }
                Some((passage, weight))
            }
        };
    }
    if let Some((done, frequency)) = current {
        visit(done, frequency);
    }
    Ok(())
}

pub(super) fn last_change(c: &Connection) -> Result<i64, db::Error> {
    Ok(
        c.prepare_cached("SELECT coalesce(max(seq), 0) FROM passage_change")?
            .query_row([], |row| row.get(0))?,
    )
}

/// The oldest change that the log still holds.
pub(super) fn first_change(c: &Connection) -> Result<i64, db::Error> {
    Ok(
        c.prepare_cached("SELECT coalesce(min(seq), 0) FROM passage_change")?
            .query_row([], |row| row.get(0))?,
    )
}

/// Makes followers look, though no passage came or went.
pub(super) fn notify(tx: &Tx<'_>) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO passage_change (passage_id, removed) VALUES (0, 1)",
        [],
    )?;
    Ok(())
}

/// Forgets all but the last `kept` changes. Who is further behind reads everything again.
pub(super) fn trim_changes(tx: &Tx<'_>, kept: i64) -> Result<(), db::Error> {
    let sql = "DELETE FROM passage_change WHERE seq <= (SELECT max(seq) FROM passage_change) - ?1";
    tx.prepare_cached(sql)?.execute([kept])?;
    Ok(())
}

pub(super) fn changes_after(c: &Reader<'_>, position: i64) -> Result<Vec<Change>, db::Error> {
    let mut statement = c.prepare_cached(
        "SELECT passage_id, removed FROM passage_change WHERE seq > ?1 ORDER BY seq",
    )?;
    let rows = statement.query_map([position], |row| {
        Ok(Change {
            passage: row.get("passage_id")?,
            removed: row.get("removed")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn for_each_passage(
    c: &Reader<'_>,
    mut visit: impl FnMut(IndexRow) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut statement = c
        .prepare(&format!("{INDEX_ROWS} ORDER BY p.id"))
        .map_err(db::Error::from)?;
    let mut rows = statement.query([]).map_err(db::Error::from)?;
    while let Some(row) = rows.next().map_err(db::Error::from)? {
        visit(index_row(row).map_err(db::Error::from)?)?;
    }
    Ok(())
}

pub(super) fn find_index_row(c: &Reader<'_>, passage: i64) -> Result<Option<IndexRow>, db::Error> {
    Ok(c.prepare_cached(&format!("{INDEX_ROWS} WHERE p.id = ?1"))?
        .query_row([passage], index_row)
        .optional()?)
}

const INDEX_ROWS: &str =
    "SELECT p.id, p.length, p.vectors, p.title, d.label, d.effective_ms, d.expires_ms
     FROM passage p JOIN document d ON d.id = p.document_id";

/// From a row with the columns of that name.
pub(crate) fn visibility_of(row: &Row<'_>) -> rusqlite::Result<Visibility> {
    Ok(Visibility {
        label: column::parsed(row, "label")?,
        during: during_of(row)?,
    })
}

/// What a document says about its own time, from a row with the columns of that name.
pub(crate) fn stated_of(row: &Row<'_>) -> rusqlite::Result<Stated> {
    let standing: String = row.get("stated_standing")?;
    let day = |column: &str| -> rusqlite::Result<Option<jiff::civil::Date>> {
        let day: Option<String> = row.get(column)?;
        Ok(day.and_then(|day| day.parse().ok()))
    };
    Ok(Stated {
        standing: standing.parse().unwrap_or_default(),
        from: day("stated_from")?,
        until: day("stated_until")?,
    })
}

/// The same.
pub(crate) fn during_of(row: &Row<'_>) -> rusqlite::Result<During> {
    Ok(During {
        effective: column::optional_time(row, "effective_ms")?,
        expires: column::optional_time(row, "expires_ms")?,
    })
}

/// Whether something is in force at `:now` of the wall clock and `:expiry` of the guarded one. `columns`: what stands before the names of its two columns.
pub(crate) fn in_force_sql(columns: &str) -> String {
    format!(
        "(coalesce({columns}effective_ms <= :now, TRUE) AND coalesce({columns}expires_ms > :expiry, TRUE))"
    )
}

/// Whether a document says nothing against being in force on the day `:today`. `columns`: what stands before the names of its three columns.
/// [`Stated::force`] is the same in the program.
pub(crate) fn stated_in_force_sql(columns: &str) -> String {
    format!(
        "({columns}stated_standing = 'current' AND coalesce({columns}stated_from <= :today, TRUE) AND coalesce({columns}stated_until >= :today, TRUE))"
    )
}

fn index_row(row: &Row<'_>) -> rusqlite::Result<IndexRow> {
    Ok(IndexRow {
        passage: row.get("id")?,
        length: row.get("length")?,
        vectors: row.get("vectors")?,
        title: row.get("title")?,
        visibility: visibility_of(row)?,
    })
}

/// A passage with the document that it is of.
pub(super) fn find_hit(c: &Reader<'_>, passage: i64) -> Result<Option<(Hit, Blobs)>, Error> {
    let found = c
        .prepare_cached(
            "SELECT p.document_id, d.path, p.ordinal, p.title, p.heading_path, p.table_header, p.body, p.start_char, p.units,
                    p.vectors, p.unit_vectors,
                    p.ordinal = 0 AND NOT EXISTS (SELECT 1 FROM passage o WHERE o.document_id = p.document_id AND o.ordinal = 1) AS is_whole,
                    d.label, d.effective_ms, d.expires_ms, d.stated_standing, d.stated_from, d.stated_until
             FROM passage p JOIN document d ON d.id = p.document_id
             WHERE p.id = ?1",
        )
        .map_err(db::Error::from)?
        .query_row([passage], |row| {
            let hit = Hit {
                passage,
                document: column::parsed(row, "document_id")?,
                path: row.get("path")?,
                visibility: visibility_of(row)?,
                stated: stated_of(row)?,
                ordinal: row.get("ordinal")?,
                title: row.get("title")?,
                heading_path: column::json(row, "heading_path")?,
                table_header: row.get("table_header")?,
                body: row.get("body")?,
                start_char: column::count(row, "start_char")?,
                units: Vec::new(),
                is_whole_document: row.get("is_whole")?,
                vector: Vec::new(),
                unit_scores: Vec::new(),
                scores: Scores::default(),
            };
            let units: Vec<u8> = row.get("units")?;
            Ok((hit, units, Blobs { main: row.get("vectors")?, units: row.get("unit_vectors")? }))
        })
        .optional()
        .map_err(db::Error::from)?;
    let Some((mut hit, units, blobs)) = found else {
        return Ok(None);
    };
    hit.units = unit::decode(&units, &hit.body)?;
    Ok(Some((hit, blobs)))
}

pub(super) fn passages_of(c: &Reader<'_>, document: &DocumentId) -> Result<Vec<PassageRow>, Error> {
    let mut statement = c
        .prepare_cached(
            "SELECT id, ordinal, heading_path, body, length, units FROM passage WHERE document_id = ?1 ORDER BY ordinal",
        )
        .map_err(db::Error::from)?;
    let rows = statement
        .query_map([document.as_str()], |row| {
            let units: Vec<u8> = row.get("units")?;
            let passage = PassageRow {
                id: row.get("id")?,
                ordinal: row.get("ordinal")?,
                heading_path: column::json(row, "heading_path")?,
                body: row.get("body")?,
                length: row.get("length")?,
                units: Vec::new(),
            };
            Ok((passage, units))
        })
        .map_err(db::Error::from)?;
    rows.map(|row| {
        let (passage, units) = row.map_err(db::Error::from)?;
        Ok(PassageRow {
            units: unit::decode(&units, &passage.body)?,
            ..passage
        })
    })
    .collect()
}

/// Those of a document from one place to another, both included, in order.
pub(super) fn passages_between(
    c: &Reader<'_>,
    document: &DocumentId,
    from: u32,
    to: u32,
) -> Result<Vec<i64>, db::Error> {
    let mut statement = c.prepare_cached(
        "SELECT id FROM passage WHERE document_id = ?1 AND ordinal BETWEEN ?2 AND ?3 ORDER BY ordinal",
    )?;
    let rows = statement.query_map((document.as_str(), from, to), |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// All terms with the number of passages that hold them, at most `most`.
pub(super) fn terms(c: &Reader<'_>, most: usize) -> Result<Vec<(String, usize)>, db::Error> {
    let mut statement = c.prepare_cached("SELECT term, doc FROM passage_term LIMIT ?1")?;
    let rows = statement.query_map([most], |row| Ok((row.get("term")?, row.get("doc")?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Where a term stands: the passage, and whether in its own text rather than in its title or headings. Ends when `found` says so.
pub(super) fn find_place_of_term(
    c: &Reader<'_>,
    term: &str,
    mut found: impl FnMut(i64, bool) -> bool,
) -> Result<Option<(i64, bool)>, db::Error> {
    let mut statement =
        c.prepare_cached("SELECT doc, col FROM passage_term_place WHERE term = ?1")?;
    let mut rows = statement.query([term])?;
    while let Some(row) = rows.next()? {
        let column: String = row.get("col")?;
        let (passage, is_own) = (row.get("doc")?, column == "body");
        if found(passage, is_own) {
            return Ok(Some((passage, is_own)));
        }
    }
    Ok(None)
}

/// A word, in lower case, of which `term` is the stem, as a passage has it.
pub(super) fn word_of_term(
    c: &Reader<'_>,
    term: &str,
    (passage, is_own): (i64, bool),
) -> Result<Option<String>, db::Error> {
    let text: Option<String> = c
        .prepare_cached(
            "SELECT table_header || ' ' || body || CASE ?2 WHEN 1 THEN '' ELSE ' ' || title || ' ' || heading_path END AS text
             FROM passage WHERE id = ?1",
        )?
        .query_row((passage, is_own), |row| row.get("text"))
        .optional()?;
    Ok(text.and_then(|text| {
        let word = analysis::words(&text)
            .into_iter()
            .find(|word| word.term == term)?;
        Some(text[word.range].to_lowercase())
    }))
}

pub(super) fn count_documents(c: &Reader<'_>) -> Result<usize, db::Error> {
    Ok(c.query_row(
        "SELECT count(*) FROM passage WHERE ordinal = 0",
        [],
        |row| row.get(0),
    )?)
}

/// The passages of the documents whose path begins with `prefix`. Those that are not to be named are not found by their name either.
pub(super) fn passages_under(
    c: &Reader<'_>,
    prefix: &str,
) -> Result<std::collections::HashSet<i64>, db::Error> {
    let mut statement = c.prepare_cached(
        "SELECT p.id FROM passage p JOIN document d ON d.id = p.document_id WHERE substr(d.path, 1, length(?1)) = ?1 AND d.label = 'public'",
    )?;
    let rows = statement.query_map([prefix], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
