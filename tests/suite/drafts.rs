//! Nothing that was written is lost: texts that were not saved, and forms whose session was over.

use serde_json::Value;

use crate::support::{Browser, Page, Reply, shared};

const TEXT: &str = "Half a sentence about otters";

/// What the script of the editor sends, from a page of the editor.
fn keep(browser: &Browser<'_>, base: &str, editor: &Page, revision: &str, text: &str) -> Reply {
    let fields = [
        ("title", "Otters"),
        ("markdown", text),
        ("label", "public"),
        ("expires", "2030-"),
    ];
    let place = format!("{base}/articles/working-copy");
    keep_at(browser, &place, editor, revision, &fields)
}

fn keep_at(
    browser: &Browser<'_>,
    place: &str,
    editor: &Page,
    revision: &str,
    typed: &[(&str, &str)],
) -> Reply {
    let value = |name: &str| {
        let field = editor
            .all("input")
            .find(|input| input.attribute("name") == Some(name));
        field.unwrap().attribute("value").unwrap().to_owned()
    };
    let (copy, of, seen) = (value("copy"), value("of"), value("seen"));
    let window = [
        ("seen", &*seen),
        ("copy", &*copy),
        ("of", &*of),
        ("revision", revision),
    ];
    browser.post(place, &[typed, &window].concat())
}

/// Where the editor offers to go on.
fn offer(page: &Page) -> Option<String> {
    let found = page
        .addresses()
        .into_iter()
        .find(|to| to.contains("?copy="));
    found.map(ToOwned::to_owned)
}

fn text_of(page: &Page) -> &str {
    page.with_id("markdown").unwrap().text.trim()
}

#[test]
fn what_was_not_saved_is_offered_again_to_its_writer_alone() {
    shared().empty("drafts");
    let base = "/dashboard/w/drafts";
    let (_, ada) = shared().hire("member", "drafts");
    let (_, grace) = shared().hire("member", "drafts");
    let new = format!("{base}/articles/new");

    let editor = ada.page(&new);
    let kept = keep(&ada, base, &editor, "0", TEXT).has_status(200).json();
    assert_eq!(
        (&kept["revision"], &kept["overtaken_by"]),
        (&1.into(), &Value::Null)
    );
    assert!(
        kept["at"].as_str().is_some_and(|at| at.ends_with('Z')),
        "{kept}"
    );
    let place = offer(&ada.page(&new)).unwrap();
    let resumed = ada.page(&place);
    assert_eq!(text_of(&resumed), TEXT);
    // Half a date is no date, and came back none the less.
    assert_eq!(
        resumed.with_id("expires").unwrap().attribute("value"),
        Some("2030-")
    );
    assert!(offer(&grace.page(&new)).is_none());
    grace.get(&place).has_status(303);
    assert!(
        !ada.page(&format!("{base}/knowledge"))
            .elements()
            .iter()
            .any(|one| one.text.contains("Otters"))
    );

    // A second window with the same text does not overwrite it.
    keep(&ada, base, &editor, "1", "And more.").has_status(200);
    let late = keep(&ada, base, &editor, "1", "Older.")
        .has_status(409)
        .json();
    assert!(
        late["problem"]
            .as_str()
            .unwrap()
            .starts_with("Another window"),
        "{late}"
    );

    // Saved, it is a version, and nothing is offered any more.
    let copy = place.split_once("?copy=").unwrap().1;
    let fields = [
        ("title", "Otters"),
        ("markdown", "They swim."),
        ("label", "public"),
        ("copy", copy),
    ];
    let article = ada.post(&new, &fields).has_status(303);
    let article = article.header("location").to_owned();
    assert!(offer(&ada.page(&new)).is_none());
    ada.get(&place).has_status(303);

    let edit = format!("{article}/edit");
    let editor = ada.page(&edit);
    keep(&ada, base, &editor, "0", TEXT).has_status(200);
    let changed = [
        ("title", "Otters"),
        ("markdown", "They dive."),
        ("label", "public"),
        ("seen", "1"),
    ];
    grace.post(&edit, &changed).has_status(303);
    let kept = keep(&ada, base, &editor, "1", TEXT).has_status(200).json();
    assert_eq!(kept["overtaken_by"], 2, "somebody else has saved meanwhile");
    let place = offer(&ada.page(&edit)).unwrap();
    let resumed = ada.get(&place).has_status(200).body;
    assert!(
        resumed.contains("Version 2 was saved after you began to write"),
        "{resumed}"
    );

    let copy = place.split_once("?copy=").unwrap().1;
    let id = article.rsplit('/').next().unwrap();
    let discard = format!("{base}/articles/working-copy/{copy}/discard");
    grace.post(&discard, &[("of", id)]).has_status(303);
    assert!(
        offer(&ada.page(&edit)).is_some(),
        "it is not Grace's to discard"
    );
    let gone = ada.post(&discard, &[("of", id)]).has_status(303);
    assert_eq!(gone.header("location"), edit);
    assert!(offer(&ada.page(&edit)).is_none());
}

#[test]
fn an_approved_answer_that_was_not_saved_is_offered_again_to_its_writer_alone() {
    shared().empty("answer-drafts");
    let base = "/dashboard/w/answer-drafts";
    let (_, ada) = shared().hire("member", "answer-drafts");
    let (_, grace) = shared().hire("member", "answer-drafts");
    let (_, viewer) = shared().hire("viewer", "answer-drafts");
    let (_, admin) = shared().hire("admin", "answer-drafts");
    let (new, place) = (
        format!("{base}/approved/new"),
        format!("{base}/approved/working-copy"),
    );
    let typed = [
        ("question", "Do otters sleep?"),
        ("phrasings", "Do otters nap?"),
        ("text", TEXT),
        ("expires", "2030-"),
        ("path2", "otters.md"),
        ("quote2", "They sleep in"),
        ("find", "bees"),
    ];
    let keep = |editor: &Page, revision: &str| keep_at(&ada, &place, editor, revision, &typed);
    keep(&ada.page(&new), "0").has_status(200);
    let found = offer(&ada.page(&new)).unwrap();
    let resumed = ada.page(&found);
    assert_eq!(
        resumed.with_id("text").map(|text| text.text.trim()),
        Some(TEXT)
    );
    for (id, value) in [
        ("question", "Do otters sleep?"),
        ("expires", "2030-"),
        ("path2", "otters.md"),
        ("quote2", "They sleep in"),
        ("find", ""),
    ] {
        let field = resumed.with_id(id).unwrap();
        assert_eq!(field.attribute("value"), Some(value), "{id}");
    }
    assert!(offer(&grace.page(&new)).is_none());
    grace.get(&found).has_status(303);
    let list = ada.page(&format!("{base}/approved"));
    assert!(list.html.contains("There is none yet."), "it is no answer");
    assert!(
        offer(&ada.page(&format!("{base}/articles/new"))).is_none(),
        "it is no article"
    );
    keep(&resumed, "0").has_status(409);

    // What is picked or found wrong goes on in the same working copy.
    let copy = found.split_once("?copy=").unwrap().1;
    let window = [("copy", copy), ("revision", "1"), ("of", "")];
    let wrong = [&typed[..], &window].concat();
    let wrong = ada.post(&new, &wrong).has_status(422);
    let wrong = Page::new(&wrong.body);
    assert_eq!(
        keep(&wrong, "1").has_status(200).json()["revision"],
        2,
        "{}",
        wrong.html
    );

    // Enter finds while there is something to find.
    let text = [("text", "They do."), ("then", "enter")];
    let enter = [&typed[..1], &text, &[("find", "bees")], &window].concat();
    let searched = ada.post(&new, &enter).has_status(200).body;
    assert!(searched.contains("Nothing fits."), "{searched}");

    // Saved, it is a version, and nothing is offered any more.
    let saved = [&typed[..1], &text, &window].concat();
    let answer = ada.post(&new, &saved).has_status(303);
    let answer = answer.header("location").to_owned();
    assert!(offer(&ada.page(&new)).is_none());

    keep(&ada.page(&answer), "0").has_status(200);
    let found = offer(&ada.page(&answer)).unwrap();
    assert!(offer(&viewer.page(&answer)).is_none());
    let changed = [typed[0], ("text", "At noon."), ("seen", "1")];
    grace.post(&answer, &changed).has_status(303);
    let resumed = ada.get(&found).has_status(200).body;
    assert!(
        resumed.contains("Version 2 was saved after you began to write"),
        "{resumed}"
    );
    let copy = found.split_once("?copy=").unwrap().1;
    let id = answer.rsplit('/').next().unwrap();
    let discard = format!("{place}/{copy}/discard");
    grace.post(&discard, &[("of", id)]).has_status(303);
    assert!(
        offer(&ada.page(&answer)).is_some(),
        "it is not Grace's to discard"
    );
    let gone = ada.post(&discard, &[("of", id)]).has_status(303);
    assert_eq!(gone.header("location"), answer);
    assert!(offer(&ada.page(&answer)).is_none());
    let log = admin.page(&format!("{base}/audit")).html;
    assert!(!log.contains("working"), "{log}");
}

/// The form that a page carries along, as it came.
fn carried(reply: Reply) -> String {
    let page = Page::new(&reply.has_status(401).body);
    let field = page
        .all("input")
        .find(|input| input.attribute("name") == Some("kept"));
    field
        .and_then(|field| field.attribute("value"))
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn a_form_is_kept_while_its_sender_signs_in_or_proves_who_they_are() {
    shared().empty("kept-forms");
    let base = "/dashboard/w/kept-forms";
    let nobody = Browser::new(&shared().server);
    let (_, owner) = shared().hire("owner", "kept-forms");
    let nothing = "00000000000000000000";
    for (path, field, asks_again) in [
        (format!("{base}/articles/new"), "markdown", false),
        (format!("{base}/articles/prefill"), "question", false),
        (format!("{base}/approved/new"), "text", false),
        (format!("{base}/approved/prefill"), "question", false),
        (format!("{base}/documents/{nothing}/change"), "title", false),
        (format!("{base}/settings"), "needs_reviewer", true),
        (format!("{base}/settings/visitors"), "contact", true),
        (format!("{base}/team/invite"), "email", true),
        (format!("{base}/team/{nothing}"), "role", true),
        (format!("{base}/keys/new"), "name", true),
        ("/dashboard/account/name".to_owned(), "name", false),
        ("/dashboard/people/invite".to_owned(), "email", true),
        ("/dashboard/workspaces/new".to_owned(), "name", false),
        (
            format!("/dashboard/workspaces/{nothing}/rename"),
            "name",
            false,
        ),
    ] {
        let fields = [("csrf", "of a session that is over"), (field, TEXT)];
        let expected = format!("{path} {field}=Half+a+sentence+about+otters");
        assert_eq!(carried(nobody.post_as_it_is(&path, &fields)), expected);
        if asks_again {
            assert_eq!(carried(owner.post_as_it_is(&path, &fields)), expected);
        }
    }
    let fields = [("password", "seven quiet tractors hum")];
    for path in ["/dashboard/account/password", "/dashboard/account/email"] {
        let reply = nobody.post_as_it_is(path, &fields).has_status(303);
        assert!(!reply.body.contains("tractors"), "passwords are not kept");
    }
}
