//! `/help/WORKSPACE`: where a visitor asks, without an account and without JavaScript.

use crate::support::{Instance, Page, Reply, client, get, post_question, questions, shared};

fn post(workspace: &str, question: &str) -> Reply {
    post_question(
        &shared().server.url(&format!("/help/{workspace}")),
        question,
    )
}

#[track_caller]
fn page(reply: Reply) -> Page {
    assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
    Page::new(&reply.has_status(200).body)
}

/// The sources of an answer: link and quote.
fn sources(page: &Page) -> Vec<(String, String)> {
    let links = page
        .all("a")
        .filter(|link| link.attribute("class").is_none());
    let links = links
        .filter_map(|link| link.attribute("href"))
        .filter(|address| address.contains("/documents/"));
    links
        .zip(page.all("blockquote"))
        .map(|(address, quote)| (address.to_owned(), quote.text.clone()))
        .collect()
}

/// Words and numbers only: list markers, cell borders and spaces are set differently in a quote and on a page.
fn essence(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line = line.trim_start().trim_start_matches("• ");
        match line.split_once(". ") {
            Some((number, rest)) if number.bytes().all(|digit| digit.is_ascii_digit()) => rest,
            _ => line,
        }
    });
    lines
        .flat_map(str::chars)
        .filter(|letter| !letter.is_whitespace() && *letter != '|')
        .collect()
}

#[test]
fn a_visitor_asks_and_reads_the_passage() {
    let form = page(get(&shared().server.url("/help/main")));
    let tag = form.one("form");
    assert_eq!(
        (tag.attribute("method"), tag.attribute("action")),
        (Some("post"), Some("/help/main"))
    );
    assert_eq!(form.one("input").attribute("name"), Some("question"));
    assert_eq!(
        form.one("label").attribute("for"),
        form.one("input").attribute("id")
    );

    let answer = page(post(
        "main",
        "What are the opening hours of the Stannerbridge branch?",
    ));
    let (link, quote) = sources(&answer).into_iter().next().expect("a source");
    assert!(quote.contains("Stannerbridge"), "{quote}");
    let document = page(get(&shared().server.url(&link)));
    assert_eq!(
        document.one("h1").text,
        "Branch opening hours and addresses"
    );
    assert!(
        document.with_id("quote").is_some(),
        "the link leads to the quote"
    );
    assert!(
        document
            .all("tr")
            .any(|row| row.attribute("class") == Some("quoted")
                && row.text.contains("Stannerbridge"))
    );
}

#[test]
fn every_citation_opens_its_document_with_exactly_the_quote_marked() {
    let mut followed = 0;
    for question in questions(true).iter().step_by(2) {
        let answer = page(post("main", question));
        for (link, quote) in sources(&answer) {
            assert!(
                link.starts_with("/help/main/documents/") && link.ends_with("#quote"),
                "{link}"
            );
            let document = page(get(&shared().server.url(&link)));
            let marked = document.all("mark").chain(
                document
                    .all("tr")
                    .filter(|row| row.attribute("class") == Some("quoted")),
            );
            let marked: Vec<_> = marked.collect();
            assert_eq!(
                marked
                    .iter()
                    .filter(|element| element.attribute("id") == Some("quote"))
                    .count(),
                1,
                "{question}: {link}"
            );
            let (mut shown, mut quoted): (Vec<char>, Vec<char>) = (
                marked
                    .iter()
                    .flat_map(|element| essence(&element.text).chars().collect::<Vec<_>>())
                    .collect(),
                essence(&quote).chars().collect(),
            );
            // Rows and sentences of one quote are collected apart here; a single one is compared as it is.
            if marked.len() > 1 {
                shown.sort_unstable();
                quoted.sort_unstable();
            }
            assert_eq!(
                shown.iter().collect::<String>(),
                quoted.iter().collect::<String>(),
                "{question}: {link}"
            );
            followed += 1;
        }
    }
    assert!(followed >= 20, "only {followed} citations were followed");
}

#[test]
fn a_question_that_has_no_answer_is_told_so() {
    let answer = page(post(
        "main",
        "What is the interest rate on a personal loan?",
    ));
    assert_eq!(answer.one("h2").text, "We found no answer");
    assert!(sources(&answer).is_empty());
}

#[test]
fn what_staff_say_beside_answers_is_on_the_page() {
    let shared = shared();
    shared.empty("words");
    let settings = "/dashboard/w/words/settings/visitors";
    let (boss, admin) = shared.hire("admin", "words");
    let fields = [
        ("name", "Harbour & Vale"),
        (
            "contact",
            "Call **0808 157 0111**, or [write](mailto:help@bank.example).\r\n<script>alert(1)</script>",
        ),
        (
            "examples",
            "What does a card cost?\r\n\r\nWhen do you open?",
        ),
        ("greeting", "Ahoy!"),
    ];
    // Both factors first.
    admin.post(settings, &fields).has_status(401);
    admin.step_up(&boss);
    admin.post(settings, &fields).has_status(303);
    let start = page(get(&shared.server.url("/help/words")));
    assert_eq!(start.one("title").text, "Help – Harbour & Vale");
    let examples: Vec<_> = start
        .all("button")
        .filter_map(|button| button.attribute("value"))
        .collect();
    assert_eq!(examples, ["What does a card cost?", "When do you open?"]);
    let reply = page(post("words", "Hi"));
    assert!(reply.html.contains("Ahoy!") && !reply.html.contains("Did this help?"));
    let refusal = page(post("words", "How do I insure my bicycle?"));
    assert!(refusal.html.contains("Call <strong>0808 157 0111</strong>"));
    assert!(refusal.html.contains("href=\"mailto:help@bank.example\""));
    assert!(!refusal.html.contains("<script>"));

    let long = "x".repeat(501);
    let reply = admin.post(settings, &[("contact", &long)]).has_status(422);
    assert!(reply.body.contains(&long), "it is still in the form");
    assert!(page(post("words", "How?")).html.contains("0808"));
    let trail = admin.page("/dashboard/w/words/audit").html;
    assert!(trail.contains("workspace.settings-changed"), "{trail}");
}

#[test]
fn what_another_window_saved_beside_answers_is_not_put_back() {
    let shared = shared();
    shared.empty("two-windows");
    let settings = "/dashboard/w/two-windows/settings";
    let (boss, admin) = shared.hire("admin", "two-windows");
    admin.step_up(&boss);
    let words = format!("{settings}/visitors");
    let seen = ("seen", "0");
    let contact = [seen, ("contact", "Call **0808**.")];
    admin.post(&words, &contact).has_status(303);
    let thanks = [seen, ("contact", ""), ("thanks", "Any time.")];
    let refused = admin.post(&words, &thanks).has_status(409);
    assert!(refused.body.contains("This was not saved: somebody else"));
    assert!(
        refused.body.contains("Any time."),
        "it is still in the form"
    );
    let page = admin.page(settings).html;
    assert!(page.contains("Call **0808**.") && !page.contains("Any time."));
    admin.post(settings, &[seen]).has_status(303);
    let again = [seen, ("needs_reviewer", "1")];
    let refused = admin.post(settings, &again).has_status(409);
    assert!(
        refused
            .body
            .contains("name=\"needs_reviewer\" value=\"1\" checked")
    );
}

#[test]
fn a_question_that_cannot_be_asked_is_answered_with_why() {
    for (question, reason) in [
        (" ", "is empty"),
        (&*"x".repeat(2_001), "more than 2000 characters"),
        ("a\u{1b}b", "control characters"),
    ] {
        let answer = page(post("main", question));
        let problem = answer
            .all("p")
            .find(|element| element.attribute("role") == Some("alert"))
            .expect("a problem");
        assert!(problem.text.contains(reason), "{}", problem.text);
    }
    assert_eq!(post("main", &"x".repeat(100_000)).status, 400);
    let send = |body: &'static str, media: &str| {
        let url = shared().server.url("/help/main");
        Reply::of(
            client()
                .build()
                .unwrap()
                .post(url)
                .header("content-type", media)
                .body(body)
                .send(),
        )
    };
    for (body, media) in [
        ("", "application/x-www-form-urlencoded"),
        ("other=1", "application/x-www-form-urlencoded"),
        ("{}", "application/json"),
    ] {
        let refused = send(body, media).has_status(400);
        assert_eq!(refused.header("content-type"), "text/html; charset=utf-8");
    }
}

#[test]
fn a_question_never_stands_in_an_address() {
    let question = "zebrafish stripes and the Stannerbridge opening hours";
    let reply = post("main", question);
    assert_eq!(reply.header("location"), "");
    assert!(
        reply
            .headers
            .values()
            .all(|value| !String::from_utf8_lossy(value.as_bytes()).contains("zebrafish"))
    );
    let answer = page(reply);
    assert!(
        answer
            .addresses()
            .iter()
            .all(|address| !address.contains("zebra")),
        "{:?}",
        answer.addresses()
    );
    assert_eq!(
        answer.with_id("question").unwrap().attribute("value"),
        Some(question),
        "it stays in the form"
    );
    // And one that somebody put into an address is not taken from there.
    let form = get(&shared().server.url("/help/main?question=zebrafish")).has_status(200);
    assert!(!form.body.contains("zebrafish"));
}

#[test]
fn a_hostile_question_stays_text() {
    for question in [
        "\"><script>alert(1)</script>",
        "' autofocus onfocus='alert(1)",
        "</form><img src=x onerror=alert(1)>",
        "&lt;b&gt; &amp;amp;",
    ] {
        let answer = page(post("main", question));
        let field = answer.with_id("question").unwrap();
        assert_eq!(field.attribute("value"), Some(question));
        is_harmless(&answer);
    }
}

#[test]
fn a_hostile_document_stays_text() {
    let workspace = shared().workspace("hostile");
    let markdown = "# Kettle <script>alert('title')</script>\n\nThe kettle <img src=x onerror=alert(1)> boils in *four* minutes & is \"quick\".\n\n\
                    ```\n<script>alert('code')</script>\n```\n\n| Kettle | Time |\n|---|---|\n| `<svg onload=alert(1)>` | [four](javascript:alert(1)) |\n";
    let html = "<title>Toaster &lt;script&gt;alert(2)&lt;/script&gt;</title><h1>Toaster</h1><p onclick=alert(1)>The toaster pops after &lt;b&gt;two&lt;/b&gt; minutes.</p><script>x</script>";
    workspace.put("kettle<b>.md", markdown).has_status(201);
    workspace
        .put_as("text/html", "toaster.html", html)
        .has_status(201);

    let mut opened = 0;
    for question in [
        "How long does the kettle take to boil?",
        "After how many minutes does the toaster pop?",
        "kettle time four",
    ] {
        let answer = page(post("hostile", question));
        is_harmless(&answer);
        for (link, _) in sources(&answer) {
            is_harmless(&page(get(&shared().server.url(&link))));
            opened += 1;
        }
    }
    assert!(opened >= 2, "{opened} documents were opened");
    for document in workspace.documents() {
        let id = document["id"].as_str().unwrap();
        is_harmless(&page(get(&shared()
            .server
            .url(&format!("/help/hostile/documents/{id}?from=0&to=9999")))));
    }
}

/// Nothing on it can run or load from elsewhere.
#[track_caller]
fn is_harmless(page: &Page) {
    for element in page.elements() {
        let name = element.name.as_str();
        assert!(
            !["script", "img", "svg", "iframe", "object", "style", "base"].contains(&name),
            "<{name}> in {}",
            page.html
        );
        assert!(
            element
                .attributes()
                .all(|attribute| !attribute.starts_with("on") && attribute != "style"),
            "{}",
            page.html
        );
    }
    for address in page.addresses() {
        assert!(
            (address.starts_with('/') && !address.starts_with("//")) || address.starts_with('#'),
            "{address} in {}",
            page.html
        );
    }
}

#[test]
fn an_unknown_workspace_looks_like_any_other_missing_page() {
    let server = &shared().server;
    let missing = get(&server.url("/nothing")).has_status(404);
    assert!(missing.body.contains("This page does not exist"));
    for path in [
        "/help/nobody",
        "/help/NOT-A-NAME",
        "/help/main/nothing",
        "/help",
        "/help/nobody/documents/00000000000000000000",
        "/static/nothing.css",
    ] {
        assert_eq!(
            get(&server.url(path)).has_status(404).body,
            missing.body,
            "{path}"
        );
    }
    assert_eq!(
        post("nobody", "Is it free?").has_status(404).body,
        missing.body
    );
}

#[test]
fn an_unknown_document_is_a_missing_page() {
    for id in ["00000000000000000000", "nonsense", "..%2F..%2Fetc%2Fpasswd"] {
        get(&shared().server.url(&format!("/help/main/documents/{id}"))).has_status(404);
    }
}

#[test]
fn the_help_pages_can_be_looked_through_page_by_page() {
    let workspace = shared().workspace("browse");
    for number in 0..60 {
        let text = format!("# Topic <{number:02}>\n\nIt is so.\n");
        workspace
            .put(&format!("a & b/{number:02}.md"), &text)
            .has_status(201);
    }
    for (path, label) in [("hidden.md", "staff"), ("unnamed.md", "unnamed")] {
        let route = format!("/documents/{path}?label={label}");
        let request = workspace.request(reqwest::Method::PUT, &route);
        let request = request.header("content-type", "text/markdown");
        Reply::of(request.body("# Not to be listed\n\nIt is so.\n").send()).has_status(201);
    }
    let (mut titles, mut next) = (Vec::new(), Some("/help/browse/pages".to_owned()));
    let mut count = 0;
    while let Some(address) = next {
        let list = page(get(&shared().server.url(&address)));
        is_harmless(&list);
        let links = list.all("a");
        let links = links.filter(|link| link.attribute("href").unwrap().contains("/documents/"));
        titles.extend(links.map(|link| link.text.clone()));
        next = list
            .all("a")
            .find(|link| link.attribute("rel") == Some("next"))
            .and_then(|link| link.attribute("href"))
            .map(ToOwned::to_owned);
        count += 1;
    }
    let expected: Vec<String> = (0..60)
        .map(|number| format!("Topic <{number:02}>"))
        .collect();
    assert_eq!((count, titles), (2, expected));
}

#[test]
fn an_old_page_and_a_draft_say_so() {
    let workspace = shared().workspace("standing");
    for (path, text) in [
        ("draft.md", "# Draft rule 9\n\nIt is so.\n"),
        ("new.md", "# Fees\n\nA card is free.\n"),
        ("old.md", "# Fees until 31 March 2020\n\nA card costs £5.\n"),
    ] {
        workspace.put(path, text).has_status(201);
    }
    let list = page(get(&shared().server.url("/help/standing/pages")));
    let listed: Vec<String> = list
        .all("li")
        .map(|item| item.text.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let expected = [
        "Draft rule 9 calls itself a draft",
        "Fees",
        "Fees until 31 March 2020 no longer in force",
    ];
    assert_eq!(listed, expected);
    let places = list.all("a").filter_map(|link| link.attribute("href"));
    let places: Vec<&str> = places
        .filter(|place| place.contains("/documents/"))
        .collect();
    for (place, said) in places.into_iter().zip([
        Some("This page calls itself a draft."),
        None,
        Some("This page is no longer in force."),
    ]) {
        let page = page(get(&shared().server.url(place)));
        let mut notice = page
            .all("p")
            .filter(|text| text.attribute("class") == Some("standing"));
        assert_eq!(
            notice.next().map(|found| found.text.trim()),
            said,
            "{place}"
        );
    }
}

#[test]
fn a_place_outside_of_the_document_marks_nothing_or_its_rest() {
    let id = shared().api().documents()[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let url = |place: &str| {
        shared()
            .server
            .url(&format!("/help/main/documents/{id}{place}"))
    };
    for place in [
        "",
        "?from=5&to=2",
        "?from=99999999&to=999999999",
        "?from=18446744073709551615&to=18446744073709551615",
    ] {
        assert!(page(get(&url(place))).with_id("quote").is_none(), "{place}");
    }
    for place in ["?from=x", "?from=-1&to=3", "?to=1e9"] {
        let reply = get(&url(place));
        assert!(
            matches!(reply.status, 200 | 400 | 404),
            "{place}: {}",
            reply.status
        );
        assert_eq!(
            reply.header("content-type"),
            "text/html; charset=utf-8",
            "{place}: a page, not {}",
            reply.body
        );
    }
}

#[test]
fn the_style_sheet_is_asked_for_by_the_version_of_this_server() {
    let version = |path: &str| {
        let page = page(get(&shared().server.url(path)));
        let sheet = page
            .all("link")
            .find(|link| link.attribute("rel") == Some("stylesheet"))
            .and_then(|link| link.attribute("href"))
            .unwrap()
            .to_owned();
        get(&shared().server.url(&sheet)).has_status(200);
        let (_, version) = sheet.split_once("?v=").expect("a version");
        version.to_owned()
    };
    assert_eq!(version("/help/main"), version("/dashboard/sign-in"));
}

#[test]
fn a_help_page_that_is_switched_off_does_not_exist() {
    let instance = Instance::new();
    instance.set("enabled = true", "enabled = false");
    let server = instance.serve();
    let missing = get(&server.url("/nothing")).has_status(404).body;
    assert_eq!(get(&server.url("/help/main")).has_status(404).body, missing);
    get(&server.url("/api/v1/openapi.json")).has_status(200);
}
