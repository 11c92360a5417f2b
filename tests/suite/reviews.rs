//! Four eyes: every way to the public, with the rule in force and without, by the author and by somebody else.

use std::sync::mpsc::channel;
use std::thread;

use reqwest::Method;
use reqwest::blocking::Body;
use reqwest::blocking::multipart::{Form, Part};

use crate::support::{
    Api, Browser, Instance, Page, Reply, Server, Slow, folder_of, post_question, shared,
};

const QUESTION: &str = "When are the hives on the roof opened?";

fn bees(day: &str) -> String {
    format!("# Bees\n\nThe hives on the roof are opened on {day}.\n")
}

/// A workspace with two who may publish.
struct House {
    name: &'static str,
    author: Browser<'static>,
    reviewer: Browser<'static>,
}

impl House {
    fn new(name: &'static str) -> Self {
        shared().empty(name);
        Self::of(name)
    }

    fn without_reviews(name: &'static str) -> Self {
        shared().empty_without_reviews(name);
        Self::of(name)
    }

    fn of(name: &'static str) -> Self {
        let (_, author) = shared().hire("member", name);
        let (_, reviewer) = shared().hire("member", name);
        Self {
            name,
            author,
            reviewer,
        }
    }

    fn base(&self) -> String {
        format!("/dashboard/w/{}", self.name)
    }

    /// Hands `bees.md` in by hand, and returns what the report calls the outcome.
    #[track_caller]
    fn upload(&self, label: &str, day: &str) -> String {
        let form = Form::new()
            .text("csrf", self.author.csrf())
            .text("label", label.to_owned())
            .text("folder", "")
            .part("files", Part::text(bees(day)).file_name("bees.md"));
        let request = self
            .author
            .request(Method::POST, &format!("{}/upload", self.base()));
        let reply = self.author.send(request.multipart(form)).has_status(200);
        let page = Page::new(&reply.body);
        let row = page.all("tr").find_map(|row| row.attribute("data-outcome"));
        row.expect("a report").to_owned()
    }

    fn ask(&self) -> String {
        let url = shared().server.url(&format!("/help/{}", self.name));
        post_question(&url, QUESTION).has_status(200).body
    }

    fn list(&self) -> Page {
        self.reviewer.page(&format!("{}/reviews", self.base()))
    }

    /// The address of the one thing that waits or was sent back.
    #[track_caller]
    fn only(&self) -> String {
        let start = format!("{}/reviews/", self.base());
        let list = self.list();
        let mut all = list
            .addresses()
            .into_iter()
            .filter(|address| address.starts_with(&start))
            .map(ToOwned::to_owned);
        let first = all.next().expect("something waits");
        assert_eq!(all.next(), None, "{}", list.html);
        first
    }

    #[track_caller]
    fn step(&self, by: &Browser<'_>, step: &str, status: u16) -> Reply {
        let address = format!("{}/{step}", self.only());
        by.post(&address, &[("remark", "Is it still so?")])
            .has_status(status)
    }

    /// The address of the document, which is published or for staff.
    #[track_caller]
    fn document(&self) -> String {
        let list = self.author.page(&format!("{}/knowledge", self.base()));
        let start = format!("{}/documents/", self.base());
        let mut all = list.addresses().into_iter();
        let found = all.find(|address| address.starts_with(&start));
        found.expect("a document").to_owned()
    }

    fn api(&self, scopes: &[&str]) -> Api<'static> {
        let (_, token) = shared().instance.create_key(self.name, scopes);
        Api::new(&shared().server, &token)
    }

    fn log(&self) -> String {
        let (_, admin) = shared().hire("admin", self.name);
        admin.page(&format!("{}/audit", self.base())).html
    }
}

/// What a comparison marks: the words that went, and those that came.
fn changed(page: &Page) -> [String; 2] {
    ["del", "ins"].map(|name| page.all(name).map(|one| one.text.clone()).collect())
}

/// What a page says to whoever publishes an older version than there is.
fn by_seen(by: &Browser<'_>, answer: &str, seen: &str) -> String {
    let reply = by.post(&format!("{answer}/publish"), &[("seen", seen)]);
    reply.has_status(409).body
}

#[test]
fn an_upload_for_visitors_waits_for_somebody_else() {
    let house = House::new("four-eyes-upload");
    assert_eq!(house.upload("as-it-is", "Mondays"), "added");
    assert!(!house.ask().contains("Mondays"), "it is for staff");
    assert_eq!(house.upload("public", "Tuesdays"), "waiting");
    assert!(!house.ask().contains("Tuesdays"));
    let seen = house.author.page(&house.document());
    assert!(seen.html.contains("A new version waits for a review"));
    let waiting = house.author.page(&house.only());
    assert!(
        waiting.html.contains("opened on Tuesdays")
            && waiting.html.contains("somebody else must approve it"),
        "{}",
        waiting.html
    );
    assert_eq!(changed(&waiting), ["Mondays", "Tuesdays"]);
    let refused = house.step(&house.author, "approve", 403).body;
    assert!(
        refused.contains("Nothing was done with “Bees”. It came from you"),
        "{refused}"
    );
    assert!(!house.ask().contains("Tuesdays"));
    let (_, viewer) = shared().hire("viewer", house.name);
    house.step(&viewer, "approve", 403);
    let address = house.only();
    house.step(&house.reviewer, "approve", 303);
    assert!(house.ask().contains("Tuesdays"));
    assert!(house.list().html.contains("Nothing waits."));
    let late = house.reviewer.post(&format!("{address}/approve"), &[]);
    let late = late.has_status(409).body;
    assert!(
        late.contains("It does not wait any more") && late.contains("Nothing waits."),
        "{late}"
    );

    // What is published stays while a newer version waits, is sent back, and is taken back.
    assert_eq!(house.upload("as-it-is", "Wednesdays"), "waiting");
    house.step(&house.reviewer, "return", 303);
    assert!(house.list().html.contains("Is it still so?"));
    house.step(&house.reviewer, "approve", 409);
    house.step(&house.reviewer, "take-back", 403);
    house.step(&house.author, "take-back", 303);
    assert!(house.ask().contains("Tuesdays"));
    let log = house.log();
    for action in ["submitted", "approved", "returned", "taken-back"] {
        assert!(log.contains(&format!("document.{action}")), "{action}");
    }
}

#[test]
fn without_the_setting_whoever_may_publish_publishes_alone() {
    let house = House::without_reviews("two-eyes");
    assert_eq!(house.upload("public", "Mondays"), "added");
    assert!(house.ask().contains("Mondays"));
    house
        .api(&["sources_create"])
        .put("bees.md", &bees("Fridays"))
        .has_status(200);
    assert!(house.ask().contains("Fridays"));
    let later = [("label", "staff")];
    let change = format!("{}/change", house.document());
    house.author.post(&change, &later).has_status(303);
    house
        .author
        .post(&change, &[("label", "public")])
        .has_status(303);
    assert!(house.ask().contains("Fridays"));
}

#[test]
fn a_staff_document_becomes_public_by_two() {
    let house = House::new("four-eyes-label");
    assert_eq!(house.upload("staff", "Mondays"), "added");
    let change = format!("{}/change", house.document());
    let show = |label: &str, expires: &str| {
        let fields = [("label", label), ("expires", expires)];
        house.author.post(&change, &fields).has_status(303);
    };
    show("public", "");
    assert!(!house.ask().contains("Mondays"));
    house.step(&house.author, "approve", 403);
    house.step(&house.reviewer, "approve", 303);
    assert!(house.ask().contains("Mondays"));
    show("public", "2020-01-01T00:00");
    assert!(!house.ask().contains("Mondays"), "less is shown at once");
    show("public", "");
    assert!(!house.ask().contains("Mondays"), "more waits");
    // A reviewer approves the text that they saw.
    assert_eq!(house.upload("staff", "Tuesdays"), "replaced");
    let refused = house.step(&house.reviewer, "approve", 409).body;
    assert!(
        refused.contains("Nothing was done with “Bees”. The document was changed"),
        "{refused}"
    );
    assert!(!house.ask().contains("Tuesdays"));
}

#[test]
fn a_program_publishes_with_the_scope_for_it_and_waits_without() {
    let house = House::new("four-eyes-api");
    let plain = house.api(&["sources_create", "sources_read", "sources_delete"]);
    let trusted = house.api(&["sources_create", "sources_publish"]);
    let reply = plain.put("bees.md", &bees("Mondays")).has_status(202);
    assert_eq!(reply.json()["status"], "waiting_for_review");
    assert!(plain.paths().is_empty());
    plain.document("bees.md").is_error(404, "document_unknown");
    assert!(!house.ask().contains("Mondays"));
    house.step(&house.author, "approve", 303);
    assert!(house.ask().contains("Mondays"));
    assert_eq!(plain.paths(), ["bees.md"]);
    trusted.put("bees.md", &bees("Tuesdays")).has_status(200);
    assert!(house.ask().contains("Tuesdays"));

    let labelled = |label: &str| {
        let request = plain
            .request(Method::PUT, &format!("/documents/wasps.md?label={label}"))
            .header("content-type", "text/markdown");
        Reply::of(request.body("# Wasps\n\nThey sleep in the attic.\n").send())
    };
    labelled("staff").has_status(201);
    labelled("public").has_status(202);
    labelled("everybody").is_error(400, "label");
    assert_eq!(plain.paths(), ["bees.md"]);
    // What waits goes with the document.
    plain.delete("wasps.md").has_status(200);
    assert!(house.list().html.contains("Nothing waits."));
}

#[test]
fn a_review_names_the_key_that_handed_something_in() {
    let house = House::new("four-eyes-key");
    let made = shared().instance.run(&[
        "keys",
        "create",
        "--json",
        "--workspace",
        house.name,
        "--scope",
        "sources_create",
        "--name",
        "nightly sync",
    ]);
    let token = made.succeeded().json()["token"].as_str().map(str::to_owned);
    Api::new(&shared().server, &token.unwrap())
        .put("bees.md", &bees("Mondays"))
        .has_status(202);
    for page in [house.list(), house.author.page(&house.only())] {
        assert!(
            page.html.contains("API key “nightly sync”"),
            "{}",
            page.html
        );
    }
}

#[test]
fn the_same_bytes_as_another_format_are_another_text() {
    let house = House::new("four-eyes-format");
    let trusted = house.api(&["sources_create", "sources_publish"]);
    let plain = house.api(&["sources_create"]);
    let page = "<p>The hives on the roof are opened on Mondays.</p><!-- Nobody knows. -->";
    trusted
        .put_as("text/html", "bees.html", page)
        .has_status(201);
    let request = plain
        .request(Method::PUT, "/documents/bees.html?label=unnamed")
        .header("content-type", "text/plain");
    Reply::of(request.body(page).send()).has_status(202);
    assert!(!house.ask().contains("Nobody knows"));
}

#[test]
fn a_key_that_is_revoked_while_its_document_arrives_publishes_nothing() {
    let name = "four-eyes-revoked";
    let house = House::new(name);
    let (id, token) = shared()
        .instance
        .create_key(name, &["sources_create", "sources_publish"]);
    let api = Api::new(&shared().server, &token);
    let (let_go, go) = channel();
    let parts = vec![
        b"# Bees\n\nThe hives on the roof ".to_vec(),
        b"sing.\n".to_vec(),
    ];
    let request = api
        .request(Method::PUT, "/documents/bees.md")
        .header("content-type", "text/markdown")
        .body(Body::new(Slow { parts, go }));
    let sending = thread::spawn(move || Reply::of(request.send()));
    shared().instance.run(&["keys", "revoke", &id]).succeeded();
    let_go.send(()).unwrap();
    sending.join().unwrap().is_error(401, "unauthorized");
    assert!(!house.ask().contains("sing"));
}

#[test]
fn an_approved_answer_is_given_when_somebody_else_has_published_it() {
    let house = House::new("four-eyes-answer");
    let new = format!("{}/approved/new", house.base());
    let fields = |text: &'static str, seen: &'static str, then: &'static str| {
        [
            ("question", QUESTION),
            ("text", text),
            ("seen", seen),
            ("then", then),
        ]
    };
    let post = |path: &str, fields: &[(&str, &str)]| house.author.post(path, fields);
    post(&new, &fields("On **Mondays**.", "0", "draft")).has_status(303);
    let list = house.author.page(&format!("{}/approved", house.base()));
    let start = format!("{}/approved/", house.base());
    let mut all = list.addresses().into_iter();
    let answer = all
        .find(|address| address.starts_with(&start) && !address.ends_with("/new"))
        .expect("a draft")
        .to_owned();
    assert!(!house.ask().contains("Mondays"));
    assert!(
        list.html.contains("draft:</span> <bdi>On Mondays.</bdi>"),
        "{}",
        list.html
    );
    let step = |by: &Browser<'_>, step: &str, seen: &str, status: u16| {
        let fields = [("seen", seen), ("remark", "All of them?")];
        by.post(&format!("{answer}/{step}"), &fields)
            .has_status(status);
    };
    step(&house.reviewer, "publish", "1", 409);
    step(&house.author, "submit", "1", 303);
    assert!(house.list().html.contains("new approved answer"));
    step(&house.author, "publish", "1", 403);
    step(&house.reviewer, "return", "1", 303);
    assert!(house.author.page(&answer).html.contains("All of them?"));
    post(&answer, &fields("Most on **Mondays**.", "1", "submit")).has_status(303);
    step(&house.reviewer, "publish", "2", 303);
    assert!(house.ask().contains("Most on <strong>Mondays</strong>."));
    // A newer version waits, and the older one is given meanwhile.
    // A button that was not on the page publishes nothing.
    post(&answer, &fields("Never.", "2", "publish")).has_status(303);
    assert!(house.ask().contains("Mondays"));
    let list = house.author.page(&format!("{}/approved", house.base()));
    assert!(
        list.html.contains("<bdi>Most on Mondays.</bdi>") && !list.html.contains("Never."),
        "{}",
        list.html
    );
    let page = house.reviewer.page(&answer);
    assert!(
        page.html.contains("Changes against what is published")
            && page.html.contains("Most on **Mondays**.")
            && page.html.contains("Never."),
        "{}",
        page.html
    );
    let refused = by_seen(&house.reviewer, &answer, "2");
    assert!(
        refused.contains("its newest version is 3") && refused.contains("Never."),
        "{refused}"
    );
    let second = format!("{answer}/versions/2");
    assert!(page.addresses().contains(&&*second));
    let second = house.reviewer.page(&second);
    assert!(second.html.contains("Changes against version 1"));
    assert_eq!(changed(&second), ["On", "Most on"]);
    step(&house.reviewer, "publish", "3", 303);
    assert!(house.ask().contains("Never."));
    step(&house.reviewer, "withdraw", "", 303);
    assert!(!house.ask().contains("Never."));
    let log = house.log();
    for action in ["submitted", "returned", "published", "withdrawn"] {
        assert!(
            log.contains(&format!("approved-answer.{action}")),
            "{action}"
        );
    }
}

#[test]
fn an_old_version_of_an_approved_answer_comes_back_as_a_draft() {
    let house = House::new("four-eyes-back");
    let new = format!("{}/approved/new", house.base());
    let save = |path: &str, question: &str, text: &str, seen: &str| {
        let fields = [
            ("question", question),
            ("text", text),
            ("seen", seen),
            ("then", "submit"),
        ];
        let saved = house.author.post(path, &fields).has_status(303);
        saved.header("location").to_owned()
    };
    let answer = save(&new, QUESTION, "On Mondays.", "0");
    let publish = |by: &Browser<'_>, seen: &str, status: u16| {
        by.post(&format!("{answer}/publish"), &[("seen", seen)])
            .has_status(status);
    };
    publish(&house.reviewer, "1", 303);
    save(&answer, QUESTION, "On Fridays.", "1");
    publish(&house.reviewer, "2", 303);
    let first = format!("{answer}/versions/1");
    let restore = format!("{first}/restore");
    let is_offered = |page: &Page| {
        page.all("form")
            .any(|form| form.attribute("action") == Some(&*restore))
    };
    assert!(is_offered(&house.author.page(&first)));
    let (_, viewer) = shared().hire("viewer", house.name);
    assert!(!is_offered(&viewer.page(&first)));
    let back = house.author.post(&restore, &[]).has_status(303);
    assert_eq!(back.header("location"), answer);
    let page = house.author.page(&answer).html;
    assert!(page.contains("The old version is the draft now"), "{page}");
    assert!(house.ask().contains("Fridays"), "it is given meanwhile");
    publish(&house.reviewer, "3", 409);
    let submit = format!("{answer}/submit");
    house.author.post(&submit, &[("seen", "3")]).has_status(303);
    publish(&house.author, "3", 403);
    publish(&house.reviewer, "3", 303);
    assert!(house.ask().contains("Mondays"));

    // What somebody else answers by now does not come back as it was; its words do.
    save(&answer, "Who opens the hives?", "Ada.", "3");
    publish(&house.reviewer, "4", 303);
    save(&new, QUESTION, "On Sundays.", "0");
    let refused = house.author.post(&restore, &[]).has_status(422);
    let page = Page::new(&refused.body);
    assert!(page.with_id("question-error").is_some(), "{}", page.html);
    assert!(page.with_id("text").unwrap().text.contains("On Mondays."));
    assert!(!house.author.page(&answer).html.contains("versions/5"));
}

#[test]
fn sources_are_picked_without_a_script() {
    let house = House::new("four-eyes-sources");
    house.upload("staff", "Mondays");
    let new = format!("{}/approved/new", house.base());
    let typed = [("question", QUESTION), ("text", "On Mondays.")];
    let find = [&typed[..], &[("find", "BEES"), ("then", "find")]].concat();
    let found = house.author.post(&new, &find).has_status(200);
    let page = Page::new(&found.body);
    let button = page
        .all("button")
        .find(|button| button.attribute("name") == Some("pick"))
        .expect("something is found");
    assert_eq!(button.attribute("value"), Some("bees.md"));
    let pick = [&typed[..], &[("path1", "other.md"), ("pick", "bees.md")]].concat();
    let picked = house.author.post(&new, &pick).has_status(200);
    let page = Page::new(&picked.body);
    let value = |id: &str| page.with_id(id).unwrap().attribute("value").unwrap();
    assert_eq!((value("path1"), value("path2")), ("other.md", "bees.md"));
    assert_eq!(value("question"), QUESTION, "what was typed is still there");
    let list = house.author.page(&format!("{}/approved", house.base()));
    assert!(
        list.html.contains("There is none yet."),
        "nothing was saved"
    );
}

#[test]
fn the_command_line_is_a_second_pair_of_eyes() {
    let house = House::new("four-eyes-operator");
    let files = folder_of(&[("bees.md", &bees("Mondays"))]);
    let report = shared()
        .instance
        .ingest(files.path(), &["--workspace", house.name]);
    assert_eq!(report["added"], 1);
    assert!(house.ask().contains("Mondays"));
    assert!(house.log().contains("on the machine"));
}

#[test]
fn the_rule_waits_for_a_second_person_and_the_settings_say_so() {
    let instance = Instance::new();
    let server = Server::of(instance.command(&["serve"]));
    let ada = instance.set_up(&server).expect("the first account");
    let owner = Browser::new(&server);
    owner.sign_in(&ada);
    let settings = owner.page("/dashboard/w/main/settings").html;
    assert!(
        settings.contains("Not in force yet: only one person may publish here."),
        "{settings}"
    );
    let upload = |day: &str| {
        let form = Form::new()
            .text("csrf", owner.csrf())
            .text("label", "public")
            .part("files", Part::text(bees(day)).file_name("bees.md"));
        let request = owner.request(Method::POST, "/dashboard/w/main/upload");
        owner.send(request.multipart(form)).has_status(200).body
    };
    assert!(upload("Mondays").contains("data-outcome=\"added\""));
    let link = instance.invite("grace@bank.example", "member", "main");
    let grace = Browser::new(&server);
    grace.join(&link, "grace@bank.example", "Grace Hopper");
    let settings = owner.page("/dashboard/w/main/settings").html;
    assert!(
        settings.contains("In force: 2 people may publish here."),
        "{settings}"
    );
    assert!(upload("Tuesdays").contains("data-outcome=\"waiting\""));
    // Who is shut out does not count.
    owner.step_up(&ada);
    let people = owner.page("/dashboard/people").html;
    let at = people.find("Grace Hopper").expect("she is listed");
    let start = people[..at].rfind("/dashboard/people/").expect("a link");
    let id: String = people[start + 18..].chars().take(20).collect();
    owner
        .post(&format!("/dashboard/people/{id}/disable"), &[])
        .has_status(303);
    assert!(upload("Wednesdays").contains("data-outcome=\"replaced\""));
}
