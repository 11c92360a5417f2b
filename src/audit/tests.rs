use serde_json::json;

use super::*;
use crate::id::{RequestId, StaffId};
use crate::testing::control_db;

fn change(second: i64) -> Change {
    Change {
        by: Actor::Operator { uid: 7 },
        ..Change::by_program(Timestamp::from_second(second).unwrap())
    }
}

fn record_all(db: &Db, entries: &[(i64, Action, &str)]) {
    db.write(|tx| {
        for (second, action, object) in entries {
            record(tx, &change(*second), &Entry::new(*action, object))?;
        }
        Ok::<_, db::Error>(())
    })
    .unwrap();
}

#[test]
fn an_entry_says_who_what_from_where_and_how_it_was_before_and_after() {
    let db = control_db();
    let workspace = WorkspaceId::random();
    let by = Change {
        by: Actor::Staff(StaffId::random()),
        from: Origin::Address("2001:db8::1".parse().unwrap()),
        request: Some(RequestId::random()),
        ..Change::by_program(Timestamp::UNIX_EPOCH)
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
        (&*found.action, &*found.object, found.detail()),
        ("role.given", "x", "Ada")
    );
    assert_eq!(
        (found.origin(), &*found.workspace),
        ("2001:db8::1", workspace.as_str())
    );
    assert_eq!(found.before(), Some(&json!({ "role": "viewer" })));
    assert_eq!(found.after(), Some(&json!({ "role": "admin" })));
    assert_eq!(found.request, by.request.unwrap().to_string());
}

#[test]
fn the_list_is_filtered_and_goes_on_where_it_ended() {
    let db = control_db();
    record_all(
        &db,
        &[
            (1, Action::DocumentAdded, "one"),
            (2, Action::DocumentRemoved, "one"),
            (3, Action::ApiKeyCreated, "Two"),
            (3, Action::DocumentAdded, "three"),
        ],
    );
    let objects = |filter: Filter| -> Vec<String> {
        list(&db, &filter, 10)
            .unwrap()
            .into_iter()
            .map(|entry| entry.object)
            .collect()
    };
    assert_eq!(objects(Filter::default()), ["three", "Two", "one", "one"]);
    let documents = Filter {
        action: "document.".into(),
        ..Filter::default()
    };
    assert_eq!(objects(documents), ["three", "one", "one"]);
    let text = Filter {
        text: "TWO".into(),
        ..Filter::default()
    };
    assert_eq!(objects(text), ["Two"]);
    let nobody = Filter {
        actor: "program".into(),
        ..Filter::default()
    };
    assert_eq!(objects(nobody), Vec::<String>::new());

    let first = list(&db, &Filter::default(), 2).unwrap();
    let last = first.last().unwrap();
    let rest = Filter {
        before: Some(Cursor {
            at: last.at,
            seq: last.seq,
        }),
        ..Filter::default()
    };
    assert_eq!(objects(rest), ["one", "one"]);
}

#[test]
fn an_entry_is_never_changed_or_deleted() {
    let db = control_db();
    record_all(&db, &[(1, Action::DocumentAdded, "one")]);
    for sql in [
        "UPDATE audit_entry SET actor_id = 'x'",
        "DELETE FROM audit_entry",
        "UPDATE audit_personal SET detail = 'x'",
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

/// Everything that an entry can say.
fn full_entry(db: &Db) -> Recorded {
    let workspace: WorkspaceId = "0123456789abcdefghjk".parse().unwrap();
    let by = Change {
        by: Actor::Staff("00000000000000000000".parse().unwrap()),
        from: Origin::Address("192.0.2.7".parse().unwrap()),
        request: Some("11111111111111111111".parse().unwrap()),
        ..Change::by_program(Timestamp::from_second(1_800_000_000).unwrap())
    };
    let entry = Entry::new(Action::RoleGiven, "x")
        .detail("Ada \"the\" Lovelace")
        .workspace(&workspace)
        .before(json!({ "z": 1, "a": [true, null, "ü"] }))
        .after(json!({ "role": "admin" }));
    let seq = db.write(|tx| record(tx, &by, &entry)).unwrap();
    find(db, seq).unwrap().unwrap()
}

#[test]
fn the_bytes_of_an_entry_are_its_canonical_json() {
    let db = control_db();
    let found = full_entry(&db);
    let hash = |hash: [u8; 32]| crate::crypto::hex(&hash);
    let expected = format!(
        "{{\"action\":\"role.given\",\"actor_id\":\"00000000000000000000\",\"actor_kind\":\"staff\",\"after_sha256\":\"{}\",\
         \"at_ms\":1800000000000,\"before_sha256\":\"{}\",\"detail_sha256\":\"{}\",\"object\":\"x\",\"origin_sha256\":\"{}\",\
         \"outcome\":\"done\",\"request\":\"11111111111111111111\",\"seq\":1,\"workspace\":\"0123456789abcdefghjk\"}}",
        hash(found.hashes.after),
        hash(found.hashes.before),
        hash(found.hashes.detail),
        hash(found.hashes.origin),
    );
    let bytes = found.canonical();
    assert_eq!(String::from_utf8(bytes.clone()).unwrap(), expected);
    // As RFC 8785 has it: written again with its keys in order, it is the same.
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(serde_json::to_vec(&value).unwrap(), bytes);
}

#[test]
fn what_an_entry_says_of_people_can_be_erased_and_its_bytes_stay() {
    let db = control_db();
    let before = full_entry(&db);
    assert_eq!(
        before.before().unwrap().to_string(),
        "{\"a\":[true,null,\"ü\"],\"z\":1}",
        "keys are in order"
    );
    db.write(|tx| Ok::<_, db::Error>(tx.execute("DELETE FROM audit_personal", [])?))
        .unwrap();
    let after = find(&db, before.seq).unwrap().unwrap();
    assert_eq!(after.canonical(), before.canonical());
    assert!(after.personal.is_none() && after.detail().is_empty());
}
