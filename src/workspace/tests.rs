use super::*;
use crate::testing::control_db;

#[test]
fn a_name_is_safe_in_a_url() {
    for good in ["a", "help-desk", "2026"] {
        assert!(good.parse::<Name>().is_ok(), "{good}");
    }
    for bad in ["", "-a", "a-", "Main", "a b", "a/b", "..", &"x".repeat(41)] {
        assert!(bad.parse::<Name>().is_err(), "{bad}");
    }
}

#[test]
fn a_workspace_is_found_by_its_name_and_registered_once_with_an_audit_entry() {
    let control = control_db();
    let name: Name = "main".parse().unwrap();
    let change = Change::by_program(Timestamp::UNIX_EPOCH);
    let made = register(&control, WorkspaceId::random(), name.clone(), &change).unwrap();
    assert_eq!(get_by_name(&control, &name).unwrap().id, made.id);
    assert_eq!(find_by_id(&control, &made.id).unwrap().unwrap().name, name);
    let again = register(&control, WorkspaceId::random(), name, &change);
    assert!(matches!(again, Err(Error::NameTaken(_))));
    assert_eq!(list(&control).unwrap().len(), 1);
    let entries: i64 = control
        .read(|c| {
            Ok::<_, db::Error>(c.query_row(
                "SELECT count(*) FROM audit_entry WHERE action = 'workspace.created'",
                [],
                |row| row.get(0),
            )?)
        })
        .unwrap();
    assert_eq!(entries, 1);
    let erased = control.write(|tx| Ok::<_, db::Error>(tx.execute("DELETE FROM audit_entry", [])?));
    assert!(erased.is_err());
}
