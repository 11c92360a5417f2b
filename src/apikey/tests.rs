use jiff::ToSpan;

use super::*;
use crate::testing::{NOW, TestDb, change, control_db};
use crate::workspace;

fn instance() -> (TestDb, WorkspaceId) {
    let control = control_db();
    control.write(create_hashing_key).unwrap();
    let id = WorkspaceId::random();
    workspace::register(&control, id.clone(), "main".parse().unwrap(), &change()).unwrap();
    (control, id)
}

fn make(control: &Db, workspace: &WorkspaceId, expires: Option<Timestamp>) -> (ApiKey, Token) {
    let new = NewApiKey {
        workspace: workspace.clone(),
        name: "site".parse().unwrap(),
        scopes: vec![Scope::ProjectSearch, Scope::ChatCreate, Scope::ChatCreate],
        expires,
    };
    create(control, new, &change()).unwrap()
}

#[test]
fn a_token_opens_its_own_workspace_until_it_is_revoked() {
    let (control, workspace) = instance();
    let (key, token) = make(&control, &workspace, None);
    let presented: Token = token.text().expose().parse().unwrap();
    let found = authenticate(&control, &presented, NOW.into())
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.workspace, found.scopes),
        (
            workspace.clone(),
            vec![Scope::ChatCreate, Scope::ProjectSearch]
        )
    );
    assert_eq!(
        list(&control, Some(&workspace)).unwrap()[0].last_used,
        Some(NOW)
    );

    revoke(&control, None, &key.id, &change()).unwrap();
    assert!(
        authenticate(&control, &presented, NOW.into())
            .unwrap()
            .is_none()
    );
    assert!(matches!(
        revoke(&control, None, &key.id, &change()),
        Err(Error::Unknown)
    ));
}

#[test]
fn another_secret_under_the_same_id_is_refused() {
    let (control, workspace) = instance();
    let (key, _) = make(&control, &workspace, None);
    assert!(
        authenticate(&control, &Token::random(key.id), NOW.into())
            .unwrap()
            .is_none()
    );
    assert!(
        authenticate(&control, &Token::random(ApiKeyId::random()), NOW.into())
            .unwrap()
            .is_none()
    );
}

#[test]
fn a_key_expires() {
    let (control, workspace) = instance();
    let expires = NOW + 1.hour();
    let (_, token) = make(&control, &workspace, Some(expires));
    assert!(
        authenticate(&control, &token, (expires - 1.second()).into())
            .unwrap()
            .is_some()
    );
    assert!(
        authenticate(&control, &token, expires.into())
            .unwrap()
            .is_none()
    );
}

#[test]
fn a_mistyped_token_is_told_without_asking_the_database() {
    let token = Token::random(ApiKeyId::random());
    let text = token.text().expose();
    assert!(text.parse::<Token>().is_ok());
    let wrong_end = format!(
        "{}{}",
        &text[..text.len() - 1],
        if text.ends_with('0') { '1' } else { '0' }
    );
    for bad in ["", "ank_", "ank_x_y", &wrong_end, &text[1..]] {
        assert_eq!(bad.parse::<Token>().unwrap_err(), token::Malformed, "{bad}");
    }
}

#[test]
fn the_token_is_not_in_the_database_and_does_not_print() {
    let (control, workspace) = instance();
    let (_, token) = make(&control, &workspace, None);
    let stored: Vec<u8> = control
        .read(|c| {
            Ok::<_, db::Error>(c.query_row("SELECT token_hash FROM api_key", [], |row| row.get(0))?)
        })
        .unwrap();
    assert_eq!(stored.len(), 32);
    assert!(!format!("{token:?}").contains(&token.text().expose()[25..]));
}

#[test]
fn a_key_without_a_scope_is_not_made() {
    let (control, workspace) = instance();
    let new = NewApiKey {
        workspace,
        name: "".parse().unwrap(),
        scopes: vec![],
        expires: None,
    };
    assert!(matches!(
        create(&control, new, &change()),
        Err(Error::NoScope)
    ));
}

#[test]
fn a_hashing_key_that_is_damaged_or_gone_stops_keys_and_is_not_replaced() {
    let (control, workspace) = instance();
    let (_, token) = make(&control, &workspace, None);
    for sql in ["UPDATE value SET content = x'00'", "DELETE FROM value"] {
        control
            .write(|tx| Ok::<_, db::Error>(tx.execute(sql, [])?))
            .unwrap();
        assert!(
            matches!(
                authenticate(&control, &token, NOW.into()),
                Err(Error::Storage(db::Error::DamagedValue(_)))
            ),
            "{sql}"
        );
        let new = NewApiKey {
            workspace: workspace.clone(),
            name: "other".parse().unwrap(),
            scopes: vec![Scope::ChatCreate],
            expires: None,
        };
        assert!(create(&control, new, &change()).is_err(), "{sql}");
    }
}

#[test]
fn a_name_shows_all_that_is_in_it() {
    assert_eq!(" site ".parse::<KeyName>().unwrap().as_str(), "site");
    for bad in ["a\u{2066}b", "a\nb", &"x".repeat(81)] {
        assert!(bad.parse::<KeyName>().is_err(), "{bad:?}");
    }
}
