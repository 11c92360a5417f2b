use serde_json::json;

use super::*;
use crate::crypto;
use crate::db::schema;

fn log() -> (tempfile::TempDir, Db) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(
        &folder.path().join("control.db"),
        &crypto::random_key(),
        &schema::CONTROL,
        1,
    )
    .unwrap();
    (folder, db)
}

fn change(second: i64) -> Change {
    Change {
        by: Actor::Operator { uid: 7 },
        from: Origin::Machine,
        at: Timestamp::from_second(second).unwrap(),
    }
}

fn record_all(db: &Db, entries: &[(i64, Action, &str)]) {
    db.write(|tx| {
        for (second, action, subject) in entries {
            record(tx, &change(*second), &Entry::new(*action, subject))?;
        }
        Ok::<_, db::Error>(())
    })
    .unwrap();
}

#[test]
fn an_entry_says_who_what_from_where_and_how_it_was_before_and_after() {
    let (_folder, db) = log();
    let workspace = WorkspaceId::random();
    let by = Change {
        by: Actor::Staff(StaffId::random()),
        from: Origin::Address("2001:db8::1".parse().unwrap()),
        at: Timestamp::UNIX_EPOCH,
    };
    let entry = Entry::new(Action::RoleGiven, "x")
        .detail("Ada")
        .workspace(&workspace)
        .before(json!({ "role": "viewer" }))
        .after(json!({ "role": "admin" }));
    let seq = db.write(|tx| record(tx, &by, &entry)).unwrap();
    let found = find(&db, seq).unwrap().unwrap();
    assert_eq!(found.actor.parse::<Actor>().unwrap(), by.by);
    assert_eq!(
        (&*found.action, &*found.subject, &*found.detail),
        ("role.given", "x", "Ada")
    );
    assert_eq!(
        (&*found.origin, &*found.workspace),
        ("2001:db8::1", workspace.as_str())
    );
    assert_eq!(found.before, Some(json!({ "role": "viewer" })));
    assert_eq!(found.after, Some(json!({ "role": "admin" })));
}

#[test]
fn the_list_is_filtered_and_goes_on_where_it_ended() {
    let (_folder, db) = log();
    record_all(
        &db,
        &[
            (1, Action::DocumentAdded, "one"),
            (2, Action::DocumentRemoved, "one"),
            (3, Action::ApiKeyCreated, "Two"),
            (3, Action::DocumentAdded, "three"),
        ],
    );
    let subjects = |filter: Filter| -> Vec<String> {
        list(&db, &filter, 10)
            .unwrap()
            .into_iter()
            .map(|entry| entry.subject)
            .collect()
    };
    assert_eq!(subjects(Filter::default()), ["three", "Two", "one", "one"]);
    let documents = Filter {
        action: "document.".into(),
        ..Filter::default()
    };
    assert_eq!(subjects(documents), ["three", "one", "one"]);
    let text = Filter {
        text: "TWO".into(),
        ..Filter::default()
    };
    assert_eq!(subjects(text), ["Two"]);
    let nobody = Filter {
        actor: "program".into(),
        ..Filter::default()
    };
    assert_eq!(subjects(nobody), Vec::<String>::new());

    let first = list(&db, &Filter::default(), 2).unwrap();
    let last = first.last().unwrap();
    let rest = Filter {
        before: Some(Cursor {
            at: last.at,
            seq: last.seq,
        }),
        ..Filter::default()
    };
    assert_eq!(subjects(rest), ["one", "one"]);
}

#[test]
fn an_entry_is_never_changed_or_deleted() {
    let (_folder, db) = log();
    record_all(&db, &[(1, Action::DocumentAdded, "one")]);
    for sql in [
        "UPDATE audit_entry SET actor = 'x'",
        "DELETE FROM audit_entry",
    ] {
        let done = db.write(|tx| Ok::<_, db::Error>(tx.execute(sql, [])?));
        assert!(done.is_err(), "{sql}");
    }
    assert_eq!(list(&db, &Filter::default(), 10).unwrap().len(), 1);
}

#[test]
fn no_two_actions_share_a_name() {
    let mut names: Vec<_> = Action::ALL.iter().map(|action| action.name()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Action::ALL.len());
}
