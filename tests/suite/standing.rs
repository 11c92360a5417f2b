//! What staff and programs are told of documents: how they stand to their own time, where two disagree, which language they are in.

use serde_json::{Value, json};

use crate::support::{Browser, eventually, folder_of, post_question, shared};
use crate::workbench::upload;

const OVER: &str =
    "# Parking\n\nThis page is valid until 31 December 2025. Parking costs 3 crowns an hour.\n";
const DRAFT: &str = "# Draft rule 9\n\nDogs are kept on a lead.\n";
const NOW: &str = "# Lockers\n\nA locker costs one crown.\n";

const NOTE: &str = "says that it was valid until 31 December 2025: it answers after pages in force";

#[test]
fn who_reads_a_document_in_is_told_that_it_is_over() {
    let api = shared().workspace("told");
    let reply = api.put("parking.md", OVER).has_status(201).json();
    assert_eq!(reply["notes"], json!([NOTE]));
    let stored = api.document("parking.md").json();
    assert_eq!(stored["notes"], json!([NOTE]));
    let folder = folder_of(&[("old/parking.md", OVER), ("lockers.md", NOW)]);
    let report = shared().instance.ingest(folder.path(), &["-w", "told"]);
    let notes = report["notes"].as_array().unwrap();
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert_eq!(notes[0]["reason"], NOTE);
    let (_, member) = shared().hire("member", "told");
    let page = upload(&member, "told", "staff", &[("again.md", OVER)]).has_status(200);
    assert!(page.body.contains(NOTE), "{}", page.body);
}

#[test]
fn the_api_says_how_a_document_stands_today() {
    let api = shared().workspace("stands");
    for (path, text) in [("a.md", OVER), ("b.md", DRAFT), ("c.md", NOW)] {
        api.put(path, text).has_status(201);
    }
    let listed = api.get("/documents").has_status(200).json();
    let stated: Vec<Value> = listed["documents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|document| document["stated"].clone())
        .collect();
    let expected = [
        json!({ "standing": "current", "from": null, "until": "2025-12-31", "force": "over" }),
        json!({ "standing": "draft", "from": null, "until": null, "force": "not_yet" }),
        json!({ "standing": "current", "from": null, "until": null, "force": "now" }),
    ];
    assert_eq!(stated, expected);
    assert_eq!(api.document("b.md").json()["stated"], expected[1]);
}

/// Titles of the list with the badges that follow them.
fn listed(browser: &Browser<'_>, query: &str) -> Vec<(String, bool)> {
    let page = browser.page(&format!("/dashboard/w/badges/knowledge{query}"));
    let badge = ["no longer in force", "calls itself a draft"];
    page.all("tr")
        .filter_map(|row| {
            let mut titles = ["Parking", "Draft rule 9", "Lockers"].into_iter();
            let title = titles.find(|title| row.text.contains(title))?;
            let has_badge = badge.iter().any(|badge| row.text.contains(badge));
            Some((title.to_owned(), has_badge))
        })
        .collect()
}

#[test]
fn the_list_and_the_page_of_a_document_have_a_badge_and_the_list_a_filter() {
    let api = shared().workspace("badges");
    for (path, text) in [("a.md", OVER), ("b.md", DRAFT), ("c.md", NOW)] {
        api.put(path, text).has_status(201);
    }
    let (_, viewer) = shared().hire("viewer", "badges");
    let mut all = listed(&viewer, "");
    all.sort();
    let entry = |title: &str, badge| (title.to_owned(), badge);
    let (draft, lockers, parking) = (
        entry("Draft rule 9", true),
        entry("Lockers", false),
        entry("Parking", true),
    );
    assert_eq!(all, [draft.clone(), lockers.clone(), parking.clone()]);
    assert_eq!(listed(&viewer, "?force=yes"), [lockers]);
    let mut over = listed(&viewer, "?force=no");
    over.sort();
    assert_eq!(over, [draft, parking]);
    let id = api.document("a.md").json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let page = viewer.page(&format!("/dashboard/w/badges/documents/{id}"));
    for said in ["no longer in force", "until 31 December 2025"] {
        assert!(page.html.contains(said), "{said}: {}", page.html);
    }
}

#[test]
fn pages_that_disagree_are_listed_until_somebody_dismisses_them() {
    let api = shared().workspace("disagree");
    let here = "A payment to another country costs 5 pounds.";
    let there = "A payment to another country costs 9 pounds.";
    api.put("fees.md", &format!("# Fees\n\n{here}\n"))
        .has_status(201);
    api.put("abroad.md", &format!("# Abroad\n\n{there}\n"))
        .has_status(201);
    let base = "/dashboard/w/disagree/disagreements";
    let (_, viewer) = shared().hire("viewer", "disagree");
    let page = eventually("the job has found them", || {
        let page = viewer.page(base);
        page.html.contains(here).then_some(page)
    });
    assert!(page.html.contains(there), "{}", page.html);
    let leads_to = |title: &str| {
        let link = page.all("a").find(|link| link.text == title);
        let address = link.and_then(|link| link.attribute("href"));
        viewer.page(address.unwrap_or_else(|| panic!("{title}: {}", page.html)))
    };
    assert!(leads_to("Fees").html.contains(here));
    assert!(leads_to(there).html.contains("id=\"quote\""));
    let act = |page: &crate::support::Page, what: &str| {
        let end = format!("/{what}");
        let mut addresses = page.addresses().into_iter();
        addresses
            .find(|address| address.ends_with(&end))
            .map(ToOwned::to_owned)
    };
    assert_eq!(act(&page, "dismiss"), None, "a viewer only looks");
    let (_, member) = shared().hire("member", "disagree");
    let list = member.page("/dashboard/w/disagree/knowledge");
    assert!(list.addresses().contains(&base), "{}", list.html);
    let dismiss = act(&member.page(base), "dismiss").unwrap();
    viewer.post(&dismiss, &[]).has_status(403);
    member.post(&dismiss, &[]).has_status(303);
    assert!(!member.page(base).html.contains(here));
    let dismissed = member.page(&format!("{base}?state=dismissed"));
    assert!(dismissed.html.contains(here), "{}", dismissed.html);
    let reopen = act(&dismissed, "reopen").unwrap();
    member.post(&reopen, &[]).has_status(303);
    assert!(member.page(base).html.contains(here));
}

#[test]
fn staff_sees_which_documents_and_questions_are_in_another_language() {
    let api = shared().workspace("languages");
    let english = "# Hours\n\nOur branches are open on Saturdays from nine to twelve. On Sundays all of our branches stay closed to the public.\n";
    let german = "# Zeiten\n\nUnsere Filialen sind am Samstag von neun bis zwölf Uhr geöffnet. Am Sonntag bleiben alle Filialen geschlossen.\n";
    for (path, text) in [("a.md", english), ("b.md", english), ("c.md", german)] {
        api.put(path, text).has_status(201);
    }
    assert_eq!(api.document("a.md").json()["language"], "eng");
    let document = api.document("c.md").json();
    assert_eq!(document["language"], "deu");
    let (_, viewer) = shared().hire("viewer", "languages");
    let base = "/dashboard/w/languages";
    let list = viewer.page(&format!("{base}/knowledge"));
    let rows: Vec<&str> = list.all("tr").map(|row| row.text.as_str()).collect();
    assert_eq!(rows.iter().filter(|row| row.contains("German")).count(), 1);
    let is_english = |row: &&&str| row.contains("English");
    assert_eq!(
        rows.iter().filter(is_english).count(),
        0,
        "it is the usual one"
    );
    let id = document["id"].as_str().unwrap();
    let page = viewer.page(&format!("{base}/documents/{id}"));
    assert!(page.html.contains("German"), "{}", page.html);

    let url = shared().server.url("/help/languages");
    let question = "¿Cuánto cuesta una tarjeta nueva para mi cuenta?";
    post_question(&url, question).has_status(200);
    let gaps = eventually("the gap is there", || {
        let page = viewer.page(&format!("{base}/gaps"));
        page.html.contains("Cuánto").then_some(page)
    });
    assert!(gaps.html.contains("Spanish"), "{}", gaps.html);
}
