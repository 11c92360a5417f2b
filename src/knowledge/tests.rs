use super::Source;
use super::ingest::{Outcome, ingest, ingest_one};
use super::*;
use crate::inference::shared_pool;
use crate::search::{Filter, Query};
use crate::testing::{NOW, TestWorkspace, change, source};

struct Workspace(TestWorkspace);

impl std::ops::Deref for Workspace {
    type Target = TestWorkspace;
    fn deref(&self) -> &TestWorkspace {
        &self.0
    }
}

fn workspace() -> Workspace {
    Workspace(TestWorkspace::new())
}

fn markdown(path: &str, text: &str) -> Source {
    source(path, text, None)
}

impl Workspace {
    fn put(&self, path: &str, text: &str) -> Result<Outcome, Error> {
        ingest_one(
            &self.db,
            shared_pool(),
            markdown(path, text),
            Eyes::Second,
            &change(),
        )
    }

    fn find(&self, question: &str) -> Vec<String> {
        let vector = shared_pool().embed_now(&[question]).unwrap();
        let found = self
            .index
            .search(&Query::new(question, vector), &Filter::visitor(NOW), 3)
            .unwrap();
        found.hits.into_iter().map(|hit| hit.body).collect()
    }

    fn audited(&self) -> Vec<String> {
        self.db
            .read(|c| {
                let mut statement = c.prepare("SELECT actor_kind || ' ' || action || ' ' || detail FROM audit_entry JOIN audit_personal USING (seq) ORDER BY seq").map_err(crate::db::Error::from)?;
                let rows = statement.query_map([], |row| row.get(0)).map_err(crate::db::Error::from)?;
                Ok::<_, Error>(rows.collect::<Result<_, _>>().map_err(crate::db::Error::from)?)
            })
            .unwrap()
    }
}

#[test]
fn the_same_bytes_are_left_untouched_and_others_replace_under_the_same_id() {
    let workspace = workspace();
    assert!(matches!(
        workspace.put("a.md", "# A\n\nThe fee is five pounds."),
        Ok(Outcome::Added { passages: 1, .. })
    ));
    let before = get_by_path(&workspace.db, &"a.md".parse().unwrap()).unwrap();
    assert!(matches!(
        workspace.put("a.md", "# A\n\nThe fee is five pounds."),
        Ok(Outcome::Unchanged)
    ));
    assert!(matches!(
        workspace.put("a.md", "# A\n\nThe fee is nine pounds."),
        Ok(Outcome::Replaced { passages: 1, .. })
    ));
    let after = get_by_path(&workspace.db, &"a.md".parse().unwrap()).unwrap();
    assert_eq!(after.summary.id, before.summary.id);
    assert_eq!(
        workspace.find("What is the fee?"),
        ["The fee is nine pounds."]
    );
    assert_eq!(
        workspace.audited(),
        [
            "program document.added a.md",
            "program document.replaced a.md"
        ]
    );
}

#[test]
fn a_removed_document_is_not_found_and_its_removal_is_audited() {
    let workspace = workspace();
    workspace.put("a.md", "The fee is five pounds.").unwrap();
    let removal = remove(&workspace.db, &"a.md".parse().unwrap(), &change()).unwrap();
    assert_eq!(
        (removal.passages, removal.term_rows, removal.left_behind),
        (1, 1, 0)
    );
    assert!(workspace.find("What is the fee?").is_empty());
    assert_eq!(
        workspace.audited().last().unwrap(),
        "program document.removed a.md"
    );
    assert!(matches!(
        remove(&workspace.db, &"a.md".parse().unwrap(), &change()),
        Err(Error::Unknown)
    ));
}

#[test]
fn one_unreadable_source_does_not_keep_the_others_out() {
    let workspace = workspace();
    let sources = [
        markdown("good.md", "It is good."),
        markdown("empty.md", ""),
        markdown("last.md", "It is last."),
    ];
    let mut outcomes = Vec::new();
    ingest(
        &workspace.db,
        shared_pool(),
        sources.into_iter().map(Ok),
        &change(),
        |path, outcome| {
            outcomes.push((path.to_owned(), matches!(outcome, Outcome::Failed(_))));
        },
    )
    .unwrap();
    assert_eq!(
        outcomes,
        [
            ("good.md".to_owned(), false),
            ("empty.md".to_owned(), true),
            ("last.md".to_owned(), false)
        ]
    );
    assert_eq!(list(&workspace.db, "", None, 10).unwrap().len(), 2);
}

#[test]
fn pruning_keeps_to_its_prefix() {
    let workspace = workspace();
    for path in ["kb/a.md", "kb/b.md", "kbase/c.md", "kb.md", "other/c.md"] {
        workspace.put(path, &format!("About {path}.")).unwrap();
    }
    let there = ingested_paths(&workspace.db, "kb/").unwrap();
    assert_eq!(there, ["kb/a.md", "kb/b.md"]);
    assert_eq!(ingested_paths(&workspace.db, "kb").unwrap(), there);
    assert_eq!(ingested_paths(&workspace.db, "").unwrap().len(), 5);
    let gone = prune(&workspace.db, &there[1..], &change()).unwrap();
    assert_eq!(gone, ["kb/b.md"]);
    assert!(
        prune(&workspace.db, &gone, &change()).unwrap().is_empty(),
        "what went in the meantime is gone already"
    );
    let left: Vec<_> = list(&workspace.db, "", None, 10)
        .unwrap()
        .into_iter()
        .map(|summary| summary.path.to_string())
        .collect();
    assert_eq!(left, ["kb.md", "kb/a.md", "kbase/c.md", "other/c.md"]);
}

#[test]
fn a_list_of_documents_goes_on_where_it_ended() {
    let workspace = workspace();
    for path in ["a.md", "b.md", "c.md"] {
        workspace.put(path, path).unwrap();
    }
    let page = list(&workspace.db, "", Some("a.md"), 1).unwrap();
    assert_eq!(
        page.iter()
            .map(|summary| summary.path.as_str())
            .collect::<Vec<_>>(),
        ["b.md"]
    );
}

#[test]
fn every_unit_has_a_vector_even_beyond_what_the_model_reads() {
    let workspace = workspace();
    // Numbers are many word pieces each: the end of the passage is past the model's 256 tokens.
    let numbers = (0..25)
        .map(|n| format!("The code of branch {n} is 98{n}76{n}54{n}32{n}10 exactly."))
        .collect::<Vec<_>>()
        .join(" ");
    workspace
        .put(
            "a.md",
            &format!("# Codes\n\n{numbers} The ferry leaves at noon."),
        )
        .unwrap();
    let vector = shared_pool()
        .embed_now(&["When does the ferry leave?"])
        .unwrap();
    let found = workspace
        .index
        .search(
            &Query::new("When does the ferry leave?", vector),
            &Filter::visitor(NOW),
            1,
        )
        .unwrap();
    let scores = &found.hits[0].unit_scores;
    let best = scores.iter().copied().fold(f32::MIN, f32::max);
    assert!(
        best > 0.5 && (scores.last().unwrap() - best).abs() < 1e-6,
        "{scores:?}"
    );
}

#[test]
fn a_citation_place_counts_characters_not_bytes() {
    let workspace = workspace();
    workspace
        .put(
            "a.md",
            "# Ä\n\nÜberblick: größer als früher.\n\n## Zwei\n\nDer Schlüssel liegt außen.",
        )
        .unwrap();
    let document = get_by_path(&workspace.db, &"a.md".parse().unwrap()).unwrap();
    let vector = shared_pool().embed_now(&["Schlüssel"]).unwrap();
    let found = workspace
        .index
        .search(&Query::new("Schlüssel", vector), &Filter::visitor(NOW), 5)
        .unwrap();
    assert_eq!(found.hits.len(), 2);
    for hit in found.hits {
        let start = usize::try_from(hit.start_char).unwrap();
        let slice: String = document
            .text
            .chars()
            .skip(start)
            .take(hit.body.chars().count())
            .collect();
        assert_eq!(slice, hit.body);
    }
}
