//! The work of staff on the knowledge: uploads, articles, approved answers, the playground, gaps, exports.

use std::io::Read;

use reqwest::Method;
use reqwest::blocking::multipart::{Form, Part};
use serde_json::Value;

use crate::support::{Browser, Page, Reply, eventually, get, post_question, shared};

/// Sends files as the page does without a script.
#[track_caller]
pub(crate) fn upload(
    browser: &Browser<'_>,
    workspace: &str,
    label: &str,
    files: &[(&str, &str)],
) -> Reply {
    let form = Form::new()
        .text("csrf", browser.csrf())
        .text("label", label.to_owned())
        .text("folder", "");
    let form = files.iter().fold(form, |form, (name, content)| {
        form.part(
            "files",
            Part::text((*content).to_owned()).file_name((*name).to_owned()),
        )
    });
    let request = browser.request(Method::POST, &format!("/dashboard/w/{workspace}/upload"));
    browser.send(request.multipart(form))
}

fn ask(workspace: &str, question: &str) -> String {
    let url = shared().server.url(&format!("/help/{workspace}"));
    post_question(&url, question).has_status(200).body
}

/// The first address of a page that begins like this.
#[track_caller]
fn address(page: &Page, start: &str) -> String {
    let mut all = page.addresses().into_iter();
    let found = all.find(|address| address.starts_with(start) && address.len() > start.len() + 15);
    found
        .unwrap_or_else(|| panic!("no {start}… in {}", page.html))
        .to_owned()
}

/// The outcomes of an upload, file by file.
fn outcomes(reply: &Reply) -> Vec<String> {
    Page::new(&reply.body)
        .all("tr")
        .filter_map(|row| row.attribute("data-outcome").map(ToOwned::to_owned))
        .collect()
}

#[test]
fn files_are_uploaded_with_a_report_for_each_and_a_label_that_counts() {
    shared().empty_without_reviews("uploads");
    let (_, member) = shared().hire("member", "uploads");
    let bees = "# Bees\n\nThe hives on the roof are opened on Tuesdays.\n";
    let files = [
        ("bees.md", bees),
        ("doors.html", "<h1>Doors</h1><p>The doors are green.</p>"),
        ("virus.exe", "MZ"),
        ("../up.md", bees),
    ];
    let reply = upload(&member, "uploads", "public", &files).has_status(200);
    assert_eq!(outcomes(&reply), ["added", "added", "failed", "failed"]);
    assert!(ask("uploads", "When are the hives on the roof opened?").contains("Tuesdays"));

    let again = upload(&member, "uploads", "public", &files[..1]).has_status(200);
    assert_eq!(outcomes(&again), ["unchanged"]);
    // The same bytes under another label are another matter.
    let staff = upload(&member, "uploads", "staff", &files[..1]).has_status(200);
    assert_eq!(outcomes(&staff), ["replaced"]);
    assert!(!ask("uploads", "When are the hives on the roof opened?").contains("Tuesdays"));
    let asked = [
        ("question", "When are the hives on the roof opened?"),
        ("as_staff", "yes"),
    ];
    let seen = member
        .post("/dashboard/w/uploads/playground", &asked)
        .has_status(200);
    assert!(seen.body.contains("Tuesdays"));

    upload(&member, "uploads", "secret", &files[..1]).has_status(400);
    // A newer file keeps the label unless another is chosen; the log has every change of it.
    let newer = [(
        "bees.md",
        "# Bees\n\nThe hives on the roof are opened on Thursdays.\n",
    )];
    let reply = upload(&member, "uploads", "as-it-is", &newer).has_status(200);
    assert_eq!(outcomes(&reply), ["replaced"]);
    assert!(!reply.body.contains("→"), "{}", reply.body);
    assert!(!ask("uploads", "When are the hives on the roof opened?").contains("Thursdays"));
    let reply = upload(&member, "uploads", "public", &newer).has_status(200);
    assert!(reply.body.contains("staff → public"), "{}", reply.body);
    assert!(ask("uploads", "When are the hives on the roof opened?").contains("Thursdays"));
    let (_, admin) = shared().hire("admin", "uploads");
    let log = admin.page("/dashboard/w/uploads/audit?area=document").html;
    let changed = |before: &str, after: &str| {
        log.contains(&format!(
            "label: <del><bdi>{before}</bdi></del> → <bdi>{after}</bdi>"
        ))
    };
    assert!(
        changed("public", "staff") && changed("staff", "public"),
        "{log}"
    );
    let (_, viewer) = shared().hire("viewer", "uploads");
    upload(&viewer, "uploads", "public", &files[..1]).has_status(403);
    let forged = Form::new()
        .text("csrf", "0".repeat(64))
        .text("label", "public");
    let request = member.request(Method::POST, "/dashboard/w/uploads/upload");
    member.send(request.multipart(forged)).has_status(403);
}

#[test]
fn an_upload_of_too_many_files_says_of_each_what_became_of_it() {
    shared().empty("many");
    let (_, member) = shared().hire("member", "many");
    let names: Vec<String> = (0..503).map(|number| format!("{number:03}.md")).collect();
    let content = |number: usize| if number == 7 { "" } else { "Short." };
    let files: Vec<(&str, &str)> = names
        .iter()
        .enumerate()
        .map(|(number, name)| (name.as_str(), content(number)))
        .collect();
    let reply = upload(&member, "many", "staff", &files).has_status(200);
    let outcomes = outcomes(&reply);
    assert_eq!(outcomes.len(), 503);
    for (number, outcome) in outcomes.iter().enumerate() {
        let is_stored = number != 7 && number < 500;
        assert_eq!(
            outcome,
            if is_stored { "added" } else { "failed" },
            "{number}"
        );
    }
    let page = Page::new(&reply.body);
    let row = page
        .all("tr")
        .find(|row| row.text.contains("502.md"))
        .expect("the last file is named");
    assert!(
        row.text
            .contains("at most 500 files are taken at a time: upload it again"),
        "{}",
        row.text
    );
    assert!(reply.body.contains("499 added, 4 failed"));
    let list = member.page("/dashboard/w/many/knowledge").html;
    assert!(list.contains("499") && !list.contains("502.md"), "{list}");
}

#[test]
fn an_upload_that_ends_too_early_says_what_was_stored() {
    shared().empty("early");
    let (_, member) = shared().hire("member", "early");
    let send = |last: &str| {
        let field = |name: &str, value: &str| {
            format!("--part\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let file = |name: &str, value: &str| {
            format!(
                "--part\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n{value}"
            )
        };
        let body = [
            field("csrf", &member.csrf()),
            field("label", "staff"),
            file("whole.md", "It is whole.\r\n"),
            last.replace("FILE", &file("half.md", "It is ha")),
        ]
        .concat();
        let request = member
            .request(Method::POST, "/dashboard/w/early/upload")
            .header("content-type", "multipart/form-data; boundary=part");
        member.send(request.body(body)).has_status(200)
    };
    for last in [
        "FILE",
        "--part\r\n",
        "--part\r\nContent-Disposition: form-data; name=\"label\"\r\n\r\nst",
    ] {
        let reply = send(last);
        let outcomes = outcomes(&reply);
        assert!(
            matches!(&*outcomes[0], "added" | "unchanged"),
            "{outcomes:?}"
        );
        assert_eq!(outcomes[1..], ["failed"], "{last}: {outcomes:?}");
        assert!(
            reply.body.contains("the upload did not arrive whole"),
            "{last}"
        );
        assert_eq!(reply.body.contains("half.md"), last == "FILE");
    }
    let list = member.page("/dashboard/w/early/knowledge").html;
    assert!(
        list.contains("whole.md") && !list.contains("half.md"),
        "{list}"
    );
}

#[test]
fn a_backslash_in_a_file_s_name_is_refused_and_not_left_out() {
    shared().empty("backslash");
    let (_, member) = shared().hire("member", "backslash");
    for name in ["a\\b.md", "C:\\fake\\win.md"] {
        let head = "--part\r\nContent-Disposition: form-data; name";
        let body = [
            format!("{head}=\"csrf\"\r\n\r\n{}\r\n", member.csrf()),
            format!("{head}=\"label\"\r\n\r\nstaff\r\n"),
            format!("{head}=\"files\"; filename=\"{name}\"\r\n\r\n# Otters\r\n--part--\r\n"),
        ];
        let request = member
            .request(Method::POST, "/dashboard/w/backslash/upload")
            .header("content-type", "multipart/form-data; boundary=part");
        let reply = member.send(request.body(body.concat())).has_status(200);
        assert_eq!(outcomes(&reply), ["failed"], "{name}: {}", reply.body);
        assert!(reply.body.contains(name) && reply.body.contains("a backslash"));
    }
}

const ARTICLE: &str = "The otters in the pond are fed at noon every day.\n";

fn write(
    browser: &Browser<'_>,
    path: &str,
    title: &str,
    markdown: &str,
    seen: &str,
    more: &[(&str, &str)],
) -> Reply {
    let fields = [
        ("title", title),
        ("markdown", markdown),
        ("label", "public"),
        ("seen", seen),
    ];
    browser.post(path, &[&fields, more].concat())
}

/// An article in a workspace of its own that one person wrote, at its first version, and somebody who can review it.
struct Written {
    workspace: &'static str,
    author: Browser<'static>,
    reviewer: Browser<'static>,
    /// Its address.
    article: String,
}

const QUESTION: &str = "When are the otters in the pond fed?";

impl Written {
    fn new(workspace: &'static str) -> Self {
        shared().empty(workspace);
        let (_, author) = shared().hire("member", workspace);
        let (_, reviewer) = shared().hire("member", workspace);
        let place = format!("/dashboard/w/{workspace}/articles/new");
        let reply = write(&author, &place, "Otters", ARTICLE, "0", &[]).has_status(303);
        let article = reply.header("location").split('?').next().unwrap();
        Self {
            workspace,
            article: article.to_owned(),
            author,
            reviewer,
        }
    }

    fn edit(&self, by: &Browser<'_>, markdown: &str, seen: &str, more: &[(&str, &str)]) -> Reply {
        let place = format!("{}/edit", self.article);
        write(by, &place, "Otters", markdown, seen, more)
    }

    fn step(&self, by: &Browser<'_>, what: &str, seen: &str, status: u16) {
        let fields = [("seen", seen), ("remark", "Say where the pond is.")];
        by.post(&format!("{}/{what}", self.article), &fields)
            .has_status(status);
    }

    fn is_found(&self) -> bool {
        ask(self.workspace, QUESTION).contains("noon")
    }
}

#[test]
fn an_article_is_found_from_its_publication_by_another_person_until_it_expires() {
    let written = Written::new("articles");
    let (author, reviewer) = (&written.author, &written.reviewer);
    assert!(!written.is_found(), "a draft is not found");
    written.step(author, "submit", "1", 303);
    written.step(author, "publish", "1", 403);
    assert!(!written.is_found());
    written.step(reviewer, "publish", "1", 303);
    assert!(written.is_found());

    let over = [("expires", "2020-01-01T00:00")];
    written.edit(author, ARTICLE, "1", &over).has_status(303);
    assert!(written.is_found(), "what is published stays");
    written.step(author, "submit", "2", 303);
    written.step(reviewer, "publish", "2", 303);
    assert!(!written.is_found(), "it has expired");
    let (_, admin) = shared().hire("admin", written.workspace);
    let log = admin.page("/dashboard/w/articles/audit?area=article");
    for action in ["created", "saved", "submitted", "published"] {
        assert!(log.html.contains(&format!("article.{action}")), "{action}");
    }
}

#[test]
fn versions_are_compared_gone_back_to_and_given_back() {
    let written = Written::new("versions");
    let (author, reviewer) = (&written.author, &written.reviewer);
    let dawn = "The otters in the pond are fed at dawn.\n";
    written.edit(author, dawn, "1", &[]).has_status(303);
    // Who saves over another's work is told.
    let late = written.edit(reviewer, "Mine.\n", "1", &[]).has_status(409);
    assert!(late.body.contains("Mine."), "what was typed is still there");
    let version = author.page(&format!("{}/versions/2", written.article));
    let has = |name: &str, text: &str| version.all(name).any(|part| part.text.contains(text));
    assert!(has("del", "noon") && has("ins", "dawn"), "{}", version.html);
    let first = format!("{}/versions/1/restore", written.article);
    author.post(&first, &[]).has_status(303);
    assert!(author.page(&written.article).html.contains("noon"));

    written.step(author, "submit", "3", 303);
    written.step(reviewer, "return", "3", 303);
    let page = author.page(&written.article);
    assert!(page.html.contains("Say where the pond is."));
    written.step(reviewer, "publish", "3", 409);
    assert!(!written.is_found());
}

#[test]
fn bad_input_to_an_article_is_said_next_to_its_field_and_nothing_is_lost() {
    let (_, member) = shared().hire("member", "main");
    let long = "x".repeat(301);
    for (field, title, markdown, more) in [
        ("title", "", ARTICLE, vec![]),
        ("title", &*long, ARTICLE, vec![]),
        (
            "effective",
            "Otters",
            ARTICLE,
            vec![("effective", "yesterday")],
        ),
        (
            "expires",
            "Otters",
            ARTICLE,
            vec![
                ("effective", "2030-01-02T00:00"),
                ("expires", "2030-01-01T00:00"),
            ],
        ),
    ] {
        let reply = write(
            &member,
            "/dashboard/w/main/articles/new",
            title,
            markdown,
            "0",
            &more,
        )
        .has_status(422);
        let page = Page::new(&reply.body);
        assert!(
            page.with_id(&format!("{field}-error")).is_some(),
            "{field}: {}",
            reply.body
        );
        assert_eq!(
            page.with_id("title").unwrap().attribute("value"),
            Some(title)
        );
        assert_eq!(
            page.with_id("markdown").unwrap().text.trim(),
            markdown.trim()
        );
    }
}

#[test]
fn a_removal_leaves_a_certificate_and_nothing_to_find() {
    shared().empty_without_reviews("removals");
    let base = "/dashboard/w/removals";
    let (_, admin) = shared().hire("admin", "removals");
    let bees = "# Bees\n\nThe hives on the roof are opened on Tuesdays.\n";
    upload(&admin, "removals", "public", &[("bees.md", bees)]).has_status(200);
    let list = admin.page(&format!("{base}/knowledge"));
    let document = address(&list, &format!("{base}/documents/"));
    let page = admin.page(&document);
    assert!(
        page.html.contains("opened on Tuesdays"),
        "its passages are shown"
    );
    let (_, member) = shared().hire("member", "removals");
    member
        .post(&format!("{document}/delete"), &[])
        .has_status(403);
    let reply = admin
        .post(&format!("{document}/delete"), &[])
        .has_status(303);
    let certificate = reply.header("location").to_owned();
    let page = admin.page(&certificate);
    let facts: Vec<String> = page
        .all("dd")
        .map(|fact| fact.text.trim().to_owned())
        .collect();
    assert_eq!(
        (&*facts[1], &*facts[5], &*facts[9]),
        ("bees.md", "1", "0"),
        "path, passages, left behind: {facts:?}"
    );
    let file = admin
        .get(&format!("{certificate}/certificate"))
        .has_status(200);
    assert!(file.header("content-disposition").starts_with("attachment"));
    let file: Value = serde_json::from_str(&file.body).unwrap();
    assert_eq!(file["action"], "document.removed");
    assert_eq!(file["before"]["passages"], 1);
    assert!(file["before"].get("entry").is_none(), "{file}");
    let log = admin.page(&format!("{base}/audit"));
    assert!(
        log.addresses().contains(&&*certificate),
        "the log leads to it"
    );
    admin.get(&document).has_status(404);
    assert!(!ask("removals", "When are the hives on the roof opened?").contains("Tuesdays"));
}

#[test]
fn an_approved_answer_is_given_word_for_word_to_near_enough_questions() {
    shared().empty_without_reviews("fixed");
    let base = "/dashboard/w/fixed";
    let (_, member) = shared().hire("member", "fixed");
    let bees = "# Bees\n\nThe hives on the roof are opened on Tuesdays.\n";
    upload(&member, "fixed", "public", &[("bees.md", bees)]).has_status(200);
    let fixed = "Come on a Tuesday; wear a veil.";
    let fields = [
        ("question", "When can I see the hives?"),
        (
            "phrasings",
            "When are the hives opened?\r\nWhat day are the bees shown?",
        ),
        ("text", fixed),
        ("path1", "bees.md"),
        ("quote1", "The hives on the roof are opened on Tuesdays."),
    ];
    let publish = ("then", "publish");
    member
        .post(
            &format!("{base}/approved/new"),
            &[&fields[..], &[publish]].concat(),
        )
        .has_status(303);
    assert!(ask("fixed", "when are the hives opened").contains(fixed));
    assert!(!ask("fixed", "When are the hives closed?").contains(fixed));
    // A citation of what is not there is refused, next to the citations.
    let broken = [
        fields[0],
        fields[2],
        ("path1", "bees.md"),
        ("quote1", "The hives are on the ground."),
    ];
    let refused = member
        .post(&format!("{base}/approved/new"), &broken)
        .has_status(422);
    assert!(
        Page::new(&refused.body)
            .with_id("citations-error")
            .is_some(),
        "{}",
        refused.body
    );
    let twice = member.post(&format!("{base}/approved/new"), &[fields[0], fields[2]]);
    assert!(
        Page::new(&twice.has_status(422).body)
            .with_id("question-error")
            .is_some(),
        "one question has one answer"
    );
    let pathless = [("question", "Who keeps bees?"), fields[2], fields[4]];
    let refused = member
        .post(&format!("{base}/approved/new"), &pathless)
        .has_status(422);
    assert!(refused.body.contains("Which document holds"));
    let list = member.page(&format!("{base}/approved"));
    let one = address(&list, &format!("{base}/approved/"));
    let seen = |page: &Page| {
        let field = page
            .all("input")
            .find(|input| input.attribute("name") == Some("seen"));
        field.unwrap().attribute("value").unwrap().to_owned()
    };
    let first = seen(&member.page(&one));
    let save = |seen: &str, text: &str| {
        let fields = [
            fields[0],
            fields[1],
            ("text", text),
            fields[3],
            fields[4],
            ("seen", seen),
            publish,
        ];
        member.post(&one, &fields)
    };
    save(&first, "Come on a Tuesday.").has_status(303);
    let late = save(&first, "Come on a Sunday.").has_status(422);
    assert!(
        late.body.contains("somebody else changed") && late.body.contains("Come on a Sunday."),
        "{}",
        late.body
    );
    save(&seen(&member.page(&one)), fixed).has_status(303);
    member.post(&format!("{one}/delete"), &[]).has_status(303);
    assert!(!ask("fixed", "When are the hives opened?").contains(fixed));
}

#[test]
fn the_playground_shows_why_and_needs_no_room() {
    shared().empty_without_reviews("why");
    let base = "/dashboard/w/why";
    let (_, member) = shared().hire("member", "why");
    let bees = "# Bees\n\nThe hives on the roof are opened on Tuesdays.\n";
    upload(&member, "why", "public", &[("bees.md", bees)]).has_status(200);
    for (question, class) in [
        ("When are the hives on the roof opened?", "answered"),
        ("Who won the war of the roses?", "not found"),
    ] {
        let reply = member
            .post(&format!("{base}/playground"), &[("question", question)])
            .has_status(200);
        let page = Page::new(&reply.body);
        assert!(
            page.all("dd").any(|fact| fact.text.trim() == class),
            "{}",
            reply.body
        );
        for score in [
            "fused",
            "lexical",
            "passage vector",
            "best sentence",
            "Probability",
            "Look at the first passage",
        ] {
            assert!(reply.body.contains(score), "{score} in {}", reply.body);
        }
        let chosen: Vec<String> = page
            .all("span")
            .filter(|span| span.attribute("class") == Some("unit chosen"))
            .map(|span| span.text.trim().to_owned())
            .collect();
        if class == "answered" {
            assert_eq!(chosen, ["The hives on the roof are opened on Tuesdays."]);
            let fused = reply.body.split("fused <strong>").nth(1).unwrap();
            let fused: f32 = fused.split('<').next().unwrap().parse().unwrap();
            assert!((0.5..=1.0).contains(&fused), "{fused}");
        } else {
            assert_eq!(chosen, Vec::<String>::new());
        }
    }
    let hello = [("question", "hello")];
    let reply = member.post(&format!("{base}/playground"), &hello);
    let reply = reply.has_status(200).body;
    assert!(reply.contains("This is a fixed reply to a greeting"));
    for other in ["Evidence", "Probability", "Nothing was found", "100 %"] {
        assert!(!reply.contains(other), "{other} in {reply}");
    }
    member
        .post(&format!("{base}/playground"), &[("question", "\u{7}")])
        .has_status(422);
    let overview = member.page(base);
    assert!(
        overview.html.contains("Nobody has asked anything"),
        "{}",
        overview.html
    );
}

#[test]
fn questions_asked_in_vain_make_gaps_that_an_answer_closes() {
    shared().empty_without_reviews("in-vain");
    let base = "/dashboard/w/in-vain";
    let (_, member) = shared().hire("member", "in-vain");
    let bees = "# Bees\n\nThe hives on the roof are opened on Tuesdays.\n";
    upload(&member, "in-vain", "public", &[("bees.md", bees)]).has_status(200);
    for question in [
        "Do you offer student loans?",
        "do you offer any student loans",
        "How do I insure my bicycle? Write to me at jo@bank.example",
    ] {
        ask("in-vain", question);
    }
    let listed = eventually("the questions are kept", || {
        let page = member.page(&format!("{base}/gaps"));
        (page.html.contains("bicycle") && page.html.contains(">2<")).then_some(page)
    });
    assert!(!listed.html.contains("jo@bank.example"), "{}", listed.html);
    let row = listed
        .html
        .split("<tr>")
        .find(|row| row.contains("student loans"))
        .unwrap();
    let at = row.find("/gaps/").unwrap();
    let id = row[at + 6..].split('"').next().unwrap().to_owned();
    let gap = format!("{base}/gaps/{id}");
    assert!(
        member
            .page(&gap)
            .html
            .contains("do you offer any student loans")
    );
    let prefilled = member.page(&format!("{base}/articles/new?gap={id}"));
    assert!(
        prefilled
            .with_id("title")
            .unwrap()
            .attribute("value")
            .unwrap()
            .contains("student loans")
    );

    // A fixed answer; what was asked is asked again by itself.
    let fields = [
        ("question", "Do you offer student loans?"),
        ("phrasings", "do you offer any student loans"),
        ("text", "No, we do not."),
        ("then", "publish"),
    ];
    member
        .post(&format!("{base}/approved/new"), &fields)
        .has_status(303);
    eventually("the gap closes", || {
        let page = member.page(&format!("{base}/gaps?state=answered"));
        page.html.contains("student loans").then_some(())
    });

    let rest = member.page(&format!("{base}/gaps"));
    let other = address(&rest, &format!("{base}/gaps/"));
    member
        .post(&format!("{other}/dismiss"), &[("reason", " ")])
        .has_status(422);
    member
        .post(
            &format!("{other}/dismiss"),
            &[("reason", "We sell no insurance.")],
        )
        .has_status(303);
    let dismissed = member.page(&format!("{base}/gaps?state=dismissed"));
    assert!(dismissed.html.contains("We sell no insurance."));
    member.post(&format!("{other}/reopen"), &[]).has_status(303);
    assert!(
        member
            .page(&format!("{base}/gaps"))
            .html
            .contains("bicycle")
    );
}

#[test]
fn a_visitor_who_was_not_helped_makes_a_gap() {
    shared().empty_without_reviews("thumbs");
    let (_, member) = shared().hire("member", "thumbs");
    let bees = "# Bees\n\nThe hives on the roof are opened on Tuesdays.\n";
    upload(&member, "thumbs", "public", &[("bees.md", bees)]).has_status(200);
    let page = Page::new(&ask("thumbs", "When are the hives on the roof opened?"));
    let id = page
        .all("input")
        .find(|input| {
            input.attribute("name") == Some("question") && input.attribute("type") == Some("hidden")
        })
        .and_then(|input| input.attribute("value"))
        .expect("the page can say whether it helped");
    let visitor = Browser::new(&shared().server);
    let reply = visitor.post_as_it_is(
        "/help/thumbs/feedback",
        &[("question", id), ("helped", "no")],
    );
    assert_eq!(reply.status, 200, "{}", reply.body);
    eventually("the gap is there", || {
        let page = member.page("/dashboard/w/thumbs/gaps");
        page.html.contains("When are the hives").then_some(())
    });
    // The answer stays on the page while its visitor says why.
    let asked = "When are the hives on the roof opened?";
    let fields = [("question", id), ("helped", "no"), ("asked", asked)];
    let reply = visitor.post_as_it_is("/help/thumbs/feedback", &fields);
    let why = Page::new(&reply.has_status(200).body);
    assert!(why.html.contains("on Tuesdays"), "{}", why.html);
    assert!(why.with_id("remark").is_some());
    let remark = "Thursdays, says anna@bank.example";
    let reason = [("reason", "out_of_date"), ("remark", remark)];
    let fields = [&fields[..], &reason].concat();
    visitor
        .post_as_it_is("/help/thumbs/feedback", &fields)
        .has_status(200);
    let list = member.page("/dashboard/w/thumbs/gaps");
    let gap = list
        .addresses()
        .into_iter()
        .find(|address| address.contains("/gaps/"))
        .unwrap();
    let gap = member.page(gap).html;
    assert!(gap.contains("It is out of date"), "{gap}");
    assert!(gap.contains("Thursdays, says [e-mail]"), "{gap}");
    // What was not asked under this id is not answered there.
    let fields = [("question", id), ("helped", "no"), ("asked", "Why bees?")];
    let reply = visitor.post_as_it_is("/help/thumbs/feedback", &fields);
    assert!(!reply.has_status(200).body.contains("Why bees?"));
    visitor
        .post_as_it_is(
            "/help/thumbs/feedback",
            &[("question", "made up"), ("helped", "no")],
        )
        .has_status(404);
}

#[test]
fn what_a_workspace_knows_and_did_can_be_exported_after_both_factors() {
    shared().empty_without_reviews("exports");
    let base = "/dashboard/w/exports";
    let (boss, admin) = shared().hire("admin", "exports");
    let bees = "# Bees\n\nThe hives on the roof are opened on Tuesdays.\n";
    upload(&admin, "exports", "unnamed", &[("bees.md", bees)]).has_status(200);
    // More than is looked up at a time, and a text that is longer than a piece of the answer.
    let owls = "The owls of the mill are counted at dusk. ".repeat(8_000);
    let many: Vec<(String, String)> = (0..150)
        .map(|number| {
            (
                format!("owl-{number:03}.md"),
                format!("# Owl {number}\n\nIt sleeps.\n"),
            )
        })
        .chain([("owls.md".to_owned(), owls)])
        .collect();
    let files: Vec<(&str, &str)> = many.iter().map(|(name, text)| (&**name, &**text)).collect();
    upload(&admin, "exports", "staff", &files).has_status(200);
    write(
        &admin,
        &format!("{base}/articles/new"),
        "Otters",
        ARTICLE,
        "0",
        &[],
    )
    .has_status(303);
    for path in ["export", "audit/export"] {
        let reply = admin.post(&format!("{base}/{path}"), &[]).has_status(303);
        assert!(
            reply.header("location").starts_with("/dashboard/step-up"),
            "{path}"
        );
    }
    admin.step_up(&boss);
    let lines = |path: &str| -> Vec<Value> {
        let reply = admin.post(&format!("{base}/{path}"), &[]).has_status(200);
        assert!(
            reply
                .header("content-disposition")
                .starts_with("attachment")
        );
        reply
            .body
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    let knowledge = lines("export");
    let paths: Vec<&str> = knowledge
        .iter()
        .filter(|line| line["kind"] == "document")
        .map(|line| line["path"].as_str().unwrap())
        .collect();
    let mut expected: Vec<&str> = files
        .iter()
        .map(|(name, _)| *name)
        .chain(["bees.md"])
        .collect();
    expected.sort_unstable();
    assert_eq!(paths, expected);
    let all = serde_json::to_string(&knowledge).unwrap();
    for known in ["opened on Tuesdays", "unnamed", "fed at noon"] {
        assert!(all.contains(known), "{known} in {all}");
    }
    let log = lines("audit/export");
    let actions: Vec<&str> = log
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect();
    for action in [
        "document.added",
        "article.created",
        "data.exported",
        "staff.joined",
    ] {
        assert!(actions.contains(&action), "{action} in {actions:?}");
    }
    let added = log
        .iter()
        .find(|entry| entry["action"] == "document.added")
        .unwrap();
    assert!(
        added["actor"].as_str().unwrap().starts_with("staff"),
        "{added}"
    );
    assert_eq!(added["origin"], "127.0.0.1");
    let of = |action: &str| actions.iter().filter(|known| **known == action).count();
    assert_eq!((of("document.added"), of("data.exported")), (152, 2));
}

#[test]
fn an_export_has_every_version_and_ends_with_the_right_of_who_takes_it() {
    shared().empty_without_reviews("long-exports");
    let base = "/dashboard/w/long-exports";
    let (boss, admin) = shared().hire("admin", "long-exports");
    let (_, owner) = shared().hire("owner", "long-exports");
    let answer = |text: &str, place: &str, then: &str| {
        let fields = [
            ("question", "Where is the lamp room?"),
            ("text", text),
            ("seen", if place.ends_with("new") { "0" } else { "1" }),
            ("then", then),
        ];
        let reply = owner.post(place, &fields).has_status(303);
        reply.header("location").to_owned()
    };
    let place = answer(
        "Below the stairs.",
        &format!("{base}/approved/new"),
        "publish",
    );
    answer("Above the stairs.", &place, "");
    // More than what lies between a server and a reader that does not read.
    let long = "The lamps of the pier are lit at dusk. ".repeat(25_000);
    let first = write(
        &owner,
        &format!("{base}/articles/new"),
        "Lamps",
        &long,
        "0",
        &[],
    );
    let article = first.has_status(303).header("location").to_owned();
    for seen in 1..20 {
        let text = format!("{seen}. {long}");
        let (edit, seen) = (format!("{article}/edit"), seen.to_string());
        write(&owner, &edit, "Lamps", &text, &seen, &[]).has_status(303);
    }
    admin.step_up(&boss);
    let take = || {
        let request = admin.form(&format!("{base}/export"), &[("csrf", &admin.csrf())]);
        let reply = request.send().unwrap();
        assert_eq!(reply.status(), 200);
        reply
    };
    let whole = take().text().unwrap();
    let lines: Vec<Value> = whole
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of = |kind: &str| lines.iter().filter(|line| line["kind"] == kind).count();
    assert_eq!((of("article"), of("article_version")), (1, 20));
    assert_eq!(
        (of("approved_answer"), of("approved_answer_version")),
        (1, 2)
    );
    assert!(whole.contains("Below the stairs.") && whole.contains("Above the stairs."));

    let mut taken = take();
    let mut piece = vec![0; 100_000];
    taken.read_exact(&mut piece).unwrap();
    shared()
        .instance
        .run(&["user", "disable", &boss.email])
        .succeeded();
    let mut rest = Vec::new();
    let ended = taken.read_to_end(&mut rest);
    assert!(ended.is_err(), "the download breaks off");
    assert!(rest.len() < whole.len() - piece.len(), "{}", rest.len());
}

#[test]
fn the_list_is_searched_filtered_and_shown_in_pages() {
    let (_, viewer) = shared().hire("viewer", "main");
    let rows = |query: &str| {
        let page = viewer.page(&format!("/dashboard/w/main/knowledge{query}"));
        page.all("td")
            .filter(|cell| cell.attribute("class") == Some("title-cell"))
            .count()
    };
    assert_eq!(rows("?text=isa"), rows("?text=ISA"));
    assert!((1..41).contains(&rows("?text=isa")));
    assert_eq!(rows("?label=staff"), 0);
    assert_eq!(rows("?source=article"), 0);
    assert_eq!(rows("?state=published&source=ingested"), rows(""));
    assert_eq!(rows("?age=365"), 0);
    assert_eq!(rows("?page=99"), 0);
    assert_eq!(
        rows("?text=%25"),
        0,
        "a percent sign is no wildcard: {}",
        viewer.page("/dashboard/w/main/knowledge?text=%25").html
    );
}

#[test]
fn a_label_decides_what_a_visitor_may_know() {
    shared().empty_without_reviews("labels");
    let base = "/dashboard/w/labels";
    let (_, member) = shared().hire("member", "labels");
    let bees = "# Secret name of the bees\n\nThe hives on the roof are opened on Tuesdays.\n";
    upload(&member, "labels", "unnamed", &[("bees.md", bees)]).has_status(200);
    let question = "When are the hives on the roof opened?";
    let shown = ask("labels", question);
    assert!(
        shown.contains("Tuesdays") && !shown.contains("Secret name"),
        "{shown}"
    );
    let list = member.page(&format!("{base}/knowledge"));
    let document = address(&list, &format!("{base}/documents/"));
    let id = document.rsplit('/').next().unwrap();
    let public = shared().server.url(&format!("/help/labels/documents/{id}"));
    get(&public).has_status(404);
    member
        .post(&format!("{document}/change"), &[("label", "public")])
        .has_status(303);
    get(&public).has_status(200);
    assert!(ask("labels", question).contains("Secret name"));
    let later = [("label", "public"), ("effective", "2090-01-01T00:00")];
    member
        .post(&format!("{document}/change"), &later)
        .has_status(303);
    get(&public).has_status(404);
    assert!(!ask("labels", question).contains("Tuesdays"));
}

#[test]
fn a_path_belongs_to_its_article_and_a_source_survives_its_withdrawal() {
    let written = Written::new("belongs");
    let base = "/dashboard/w/belongs";
    let taken = [("articles/otters.md", "# Otters\n\nThey sleep.\n")];
    let reply = upload(&written.author, "belongs", "public", &taken).has_status(200);
    assert_eq!(outcomes(&reply), ["failed"], "{}", reply.body);
    written.step(&written.author, "submit", "1", 303);
    written.step(&written.reviewer, "publish", "1", 303);
    let fields = [
        ("question", "When do the otters eat?"),
        ("text", "At noon."),
        ("path1", "articles/otters.md"),
        ("then", "submit"),
    ];
    let made = written
        .author
        .post(&format!("{base}/approved/new"), &fields)
        .has_status(303);
    let publish = format!("{}/publish", made.header("location"));
    written
        .reviewer
        .post(&publish, &[("seen", "1")])
        .has_status(303);
    let shown = || ask("belongs", "When do the otters eat?");
    assert!(shown().contains("At noon.") && shown().contains("Otters"));
    written.step(&written.reviewer, "withdraw", "1", 303);
    assert!(shown().contains("At noon.") && !shown().contains("Otters"));
    let list = written.author.page(&format!("{base}/approved"));
    let page = written
        .author
        .page(&address(&list, &format!("{base}/approved/")));
    let path = page.with_id("path1").unwrap();
    assert_eq!(path.attribute("value"), Some("articles/otters.md"));
    written.step(&written.author, "submit", "1", 303);
    written.step(&written.reviewer, "publish", "1", 303);
    assert!(shown().contains("Otters"), "it is a source again");
}

#[test]
fn an_article_may_be_long_in_any_alphabet() {
    shared().empty("long");
    let (_, author) = shared().hire("member", "long");
    let text = "Выдры в пруду едят в полдень. ".repeat(4_000);
    let place = "/dashboard/w/long/articles/new";
    let made = write(&author, place, "Выдры", &text, "0", &[]).has_status(303);
    let article = made
        .header("location")
        .split('?')
        .next()
        .unwrap()
        .to_owned();
    assert!(author.page(&article).html.contains("едят в полдень"));
    let list = author.page("/dashboard/w/long/knowledge?text=%D0%B2%D1%8B%D0%94%D1%80%D1%8B");
    assert!(list.html.contains("Выдры"), "выДры finds it");
}
