use super::*;
use crate::inference::WIDTH;
use crate::testing::{TestDb, workspace_db};

fn everything() -> Filter {
    Filter::visitor(jiff::Timestamp::UNIX_EPOCH)
}

/// A workspace whose passages have made-up vectors: the n-th axis stands for the n-th meaning.
struct Workspace {
    db: TestDb,
    index: Index,
}

fn axis(n: usize) -> Vec<f32> {
    (0..WIDTH).map(|i| if i == n { 1.0 } else { 0.0 }).collect()
}

impl Workspace {
    fn new() -> Self {
        let db = workspace_db();
        let index = Index::open(db.clone(), 1_000).unwrap();
        Self { db, index }
    }

    fn add(&self, path: &str, title: &str, body: &str, meaning: usize) -> DocumentId {
        let id = DocumentId::random();
        self.db
            .write(|tx| {
                tx.execute(
                    "INSERT INTO document (id, path, title, media_type, sha256, bytes, ingested_ms, label, origin) VALUES (?1, ?2, ?3, 'text/plain', x'', 0, 0, 'public', 'ingested')",
                    (id.as_str(), path, title),
                )
                .map_err(db::Error::from)?;
                let passage = NewPassage {
                    ordinal: 0,
                    title: title.to_owned(),
                    heading_path: Vec::new(),
                    table_header: String::new(),
                    body: body.to_owned(),
                    start_char: 0,
                    units: vec![Unit {
                        kind: UnitKind::Sentence,
                        start: 0,
                        end: u32::try_from(body.len()).unwrap(),
                        leads_in: false,
                    }],
                    vectors: Vectors::pack(&axis(meaning), &axis(meaning), &axis(meaning)),
                };
                add_passages(tx, &id, &[passage])
            })
            .unwrap();
        id
    }

    fn remove(&self, id: &DocumentId) {
        self.db
            .write(|tx| {
                Ok::<_, Error>(
                    tx.execute("DELETE FROM document WHERE id = ?1", [id.as_str()])
                        .map_err(db::Error::from)?,
                )
            })
            .unwrap();
    }

    fn find(&self, question: &str, meaning: usize, filter: &Filter) -> Vec<String> {
        let found = self
            .index
            .search(&Query::new(question, axis(meaning)), filter, 10)
            .unwrap();
        found.hits.into_iter().map(|hit| hit.path).collect()
    }

    fn count(&self, table: &str, condition: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM {table} WHERE {condition}");
        self.db
            .read(|c| {
                Ok::<_, Error>(
                    c.query_row(&sql, [], |row| row.get(0))
                        .map_err(db::Error::from)?,
                )
            })
            .unwrap()
    }
}

#[test]
fn a_passage_is_found_by_its_meaning_and_by_its_words() {
    let workspace = Workspace::new();
    workspace.add("fees.md", "Fees", "A transfer costs five pounds.", 1);
    workspace.add("hours.md", "Hours", "We open at nine.", 2);
    assert_eq!(
        workspace.find("nothing in common", 2, &everything())[0],
        "hours.md"
    );
    assert_eq!(
        workspace.find("what do transfers cost", 9, &everything())[0],
        "fees.md"
    );
}

#[test]
fn what_another_process_commits_is_found_by_the_next_search() {
    let workspace = Workspace::new();
    assert!(workspace.find("hours", 2, &everything()).is_empty());
    let id = workspace.add("hours.md", "Hours", "We open at nine.", 2);
    assert_eq!(workspace.find("hours", 2, &everything()), ["hours.md"]);
    workspace.add("more.md", "More", "We close at five.", 2);
    assert_eq!(workspace.find("hours", 2, &everything()).len(), 2);
    workspace.remove(&id);
    assert_eq!(workspace.find("hours", 2, &everything()), ["more.md"]);
}

#[test]
fn who_missed_more_than_the_log_holds_reads_everything_again() {
    let workspace = Workspace::new();
    let gone = workspace.add("gone.md", "Gone", "We open at nine.", 2);
    assert_eq!(workspace.find("hours", 2, &everything()), ["gone.md"]);
    workspace.remove(&gone);
    workspace.add("new.md", "New", "We close at five.", 2);
    workspace.add("last.md", "Last", "We close at six.", 2);
    workspace
        .db
        .write(|tx| Ok::<_, Error>(store::trim_changes(tx, 1)?))
        .unwrap();
    assert_eq!(workspace.count("passage_change", "true"), 1);
    assert_eq!(
        workspace.find("hours", 2, &everything()),
        ["new.md", "last.md"]
    );
}

#[test]
fn a_density_that_another_process_measured_is_used() {
    let workspace = Workspace::new();
    for n in 0..12 {
        workspace.add(&format!("{n}.md"), &format!("Title {n}"), "text", n);
    }
    let query = || Query::new("text", axis(1));
    let before = workspace
        .index
        .search(&query(), &everything(), 1)
        .unwrap()
        .density;
    Index::open(workspace.db.clone(), 1_000)
        .unwrap()
        .refresh_density()
        .unwrap();
    let after = workspace
        .index
        .search(&query(), &everything(), 1)
        .unwrap()
        .density;
    assert!(before > after, "{before} {after}");
}

#[test]
fn a_removed_document_leaves_no_passage_no_term_and_no_vector() {
    let workspace = Workspace::new();
    let id = workspace.add("secret.md", "Title", "The xylophone plan.", 3);
    assert_eq!(workspace.count("passage_term", "term = 'xylophon'"), 1);
    workspace.remove(&id);
    assert_eq!(workspace.count("passage_term", "term = 'xylophon'"), 0);
    assert_eq!(workspace.count("passage", "true"), 0);
    assert!(workspace.find("xylophone", 3, &everything()).is_empty());
}

#[test]
fn a_filter_holds_inside_the_search() {
    let workspace = Workspace::new();
    for n in 0..120 {
        workspace.add(
            &format!("other/{n}.md"),
            "Other",
            "A transfer costs five pounds.",
            1,
        );
    }
    workspace.add("wanted/a.md", "Wanted", "Something else.", 2);
    let filter = workspace.index.under("wanted/", everything()).unwrap();
    assert_eq!(
        workspace.find("transfer cost pounds", 1, &filter),
        ["wanted/a.md"]
    );
}

#[test]
fn a_term_that_no_passage_holds_is_the_rarest() {
    let workspace = Workspace::new();
    workspace.add("fees.md", "Fees", "A transfer costs five pounds.", 1);
    workspace.add("more.md", "Fees", "A transfer to abroad costs more.", 1);
    let found = workspace
        .index
        .search(
            &Query::new("passport transfer abroad", axis(1)),
            &everything(),
            5,
        )
        .unwrap();
    let passages: Vec<usize> = found.terms.iter().map(|weight| weight.passages).collect();
    assert_eq!(passages, [0, 2, 1]);
    assert!(found.terms[0].idf > found.terms[2].idf && found.terms[2].idf > found.terms[1].idf);
}

#[test]
fn the_lexical_score_is_a_share_of_what_the_question_could_reach() {
    let workspace = Workspace::new();
    workspace.add("a.md", "Transfer", "transfer transfer transfer", 1);
    workspace.add("b.md", "Other", "Nothing of that.", 2);
    let found = workspace
        .index
        .search(&Query::new("transfer", axis(1)), &everything(), 5)
        .unwrap();
    assert!(
        (0.5..=1.0).contains(&found.hits[0].scores.lexical),
        "{:?}",
        found.hits[0].scores
    );
    assert!(found.hits[1].scores.lexical.abs() < f32::EPSILON);
}

#[test]
fn full_text_operators_are_words_like_others() {
    let workspace = Workspace::new();
    workspace.add("a.md", "A", "alpha beta", 1);
    for question in [
        "\"alpha",
        "alpha* OR (beta",
        "NEAR(alpha, beta)",
        "title:alpha AND -beta ^",
        "'; DROP TABLE passage; --",
    ] {
        assert_eq!(
            workspace.find(question, 1, &everything()),
            ["a.md"],
            "{question}"
        );
    }
}

#[test]
fn the_density_of_alike_passages_is_higher() {
    let density = |meanings: &[usize]| {
        let workspace = Workspace::new();
        for (n, meaning) in meanings.iter().enumerate() {
            workspace.add(&format!("{n}.md"), &format!("Title {n}"), "text", *meaning);
        }
        workspace.index.refresh_density().unwrap();
        workspace
            .index
            .search(&Query::new("text", axis(1)), &everything(), 1)
            .unwrap()
            .density
    };
    assert!(
        (density(&[1; 12]) - 0.85).abs() < 1e-6,
        "alike, at the upper end"
    );
    assert!(
        (density(&(0..12).collect::<Vec<_>>()) - 0.3).abs() < 1e-6,
        "unlike, at the lower end"
    );
    assert!((density(&[1, 2]) - 0.7).abs() < 1e-6, "too few to tell");
}

#[test]
fn what_must_not_be_seen_is_not_found_and_a_change_counts_at_once() {
    let workspace = Workspace::new();
    let id = workspace.add("a.md", "Hours", "Staff hours and xylophones", 1);
    let day = jiff::SignedDuration::from_hours(24);
    let now = jiff::Timestamp::UNIX_EPOCH + day * 10;
    let change = |sql: &str, value: Option<i64>| {
        workspace
            .db
            .write(|tx| Ok::<_, db::Error>(tx.execute(sql, (value, id.as_str()))?))
            .unwrap();
    };
    let found = |audience: Audience, at: jiff::Timestamp| {
        workspace.find("hours", 1, &Filter::new(audience, at)).len()
    };
    assert_eq!(found(Audience::Visitor, now), 1);

    workspace
        .db
        .write(|tx| Ok::<_, db::Error>(tx.execute("UPDATE document SET label = 'staff'", [])?))
        .unwrap();
    assert_eq!(
        (found(Audience::Visitor, now), found(Audience::Staff, now)),
        (0, 1)
    );
    // Nor does a visitor learn which words stand there.
    let query = Query::new("xylophones", axis(1));
    let terms = |audience: Audience| {
        let filter = Filter::new(audience, now);
        workspace.index.search(&query, &filter, 5).unwrap().terms[0].passages
    };
    assert_eq!((terms(Audience::Visitor), terms(Audience::Staff)), (0, 1));

    workspace
        .db
        .write(|tx| Ok::<_, db::Error>(tx.execute("UPDATE document SET label = 'unnamed'", [])?))
        .unwrap();
    assert_eq!(found(Audience::Visitor, now), 1);
    change(
        "UPDATE document SET effective_ms = ?1 WHERE id = ?2",
        Some((now + day).as_millisecond()),
    );
    assert_eq!(
        (found(Audience::Visitor, now), found(Audience::Staff, now)),
        (0, 0)
    );
    assert_eq!(found(Audience::Visitor, now + day), 1, "its day has come");
    let over = now + day * 2;
    change(
        "UPDATE document SET expires_ms = ?1 WHERE id = ?2",
        Some(over.as_millisecond()),
    );
    assert_eq!(found(Audience::Visitor, over), 0, "its time is over");
    // The same from an index that is made anew.
    let index = Index::open(workspace.db.clone(), 1_000).unwrap();
    let found = |at: jiff::Timestamp| {
        let filter = Filter::new(Audience::Visitor, at);
        let query = Query::new("hours", axis(1));
        index.search(&query, &filter, 5).unwrap().hits.len()
    };
    assert_eq!([found(now), found(now + day), found(over)], [0, 1, 0]);
}
