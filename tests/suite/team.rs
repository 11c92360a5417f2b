//! Invitations, roles, and what an owner can do to an account.

use std::sync::Barrier;
use std::sync::mpsc::channel;
use std::thread;

use crate::support::{Browser, PASSWORD, Page, Reply, Slow, Staff, path_of, shared, totp};

/// The link that a page shows to whoever caused it.
#[track_caller]
fn link_in(reply: &Reply) -> String {
    let page = Page::new(&reply.body);
    let link = page
        .with_id("link")
        .unwrap_or_else(|| panic!("no link in {}", reply.body));
    link.text.trim().to_owned()
}

/// The first address of a page that begins with `start` and ends with `end`.
#[track_caller]
fn address(page: &Page, start: &str, end: &str) -> String {
    let found = page
        .addresses()
        .into_iter()
        .find(|address| address.starts_with(start) && address.ends_with(end));
    found
        .unwrap_or_else(|| panic!("no {start}…{end} in {}", page.html))
        .to_owned()
}

/// The page of a person, for an owner.
fn person_path(owner: &Browser<'_>, email: &str) -> String {
    let page = owner.page("/dashboard/people");
    let row = page
        .all("tr")
        .position(|row| row.text.contains(email))
        .expect("they are listed");
    let rows: Vec<&str> = page.html.split("<tr>").collect();
    let at = rows[row + 1].find("/dashboard/people/").unwrap();
    rows[row + 1][at..].split('"').next().unwrap().to_owned()
}

#[test]
fn a_hundred_people_with_one_invitation_become_one_account() {
    let (somebody, admin) = shared().hire("admin", "main");
    let fields = [("email", "new@bank.example"), ("role", "member")];
    let asked = admin
        .post("/dashboard/w/main/team/invite", &fields)
        .has_status(401)
        .body;
    assert!(
        asked.contains("Confirm that it is you") && asked.contains("new%40bank.example"),
        "what was typed is kept: {asked}"
    );
    admin.step_up(&somebody);
    let link = link_in(
        &admin
            .post("/dashboard/w/main/team/invite", &fields)
            .has_status(200),
    );
    let path = path_of(&link).to_owned();
    // Four browsers begin; each has a key of its own and sends its code twenty-five times.
    let begun: Vec<(Browser<'static>, String)> = (0..4)
        .map(|number| {
            let browser = Browser::new(&shared().server);
            let name = format!("New {number}");
            let fields = [
                ("name", &*name),
                ("password", PASSWORD),
                ("repeated", PASSWORD),
            ];
            browser.post_as_it_is(&path, &fields).has_status(303);
            let page = browser.page("/dashboard/enrolment");
            let secret = page.with_id("secret").unwrap().text.replace(' ', "");
            (browser, totp(secret.trim(), 0))
        })
        .collect();
    let start = Barrier::new(100);
    let succeeded: usize = thread::scope(|scope| {
        let (begun, start) = (&begun, &start);
        let tries: Vec<_> = (0..100)
            .map(|number| {
                scope.spawn(move || {
                    let (browser, code) = &begun[number % 4];
                    let request = browser.form("/dashboard/enrolment", &[("code", code)]);
                    start.wait();
                    let status = Reply::of(request.send()).status;
                    assert!([200, 303, 401, 410, 422, 503].contains(&status), "{status}");
                    usize::from(status == 200)
                })
            })
            .collect();
        tries.into_iter().map(|tried| tried.join().unwrap()).sum()
    });
    assert_eq!(succeeded, 1);
    let team = admin.page("/dashboard/w/main/team");
    assert_eq!(team.html.matches("new@bank.example").count(), 1);
    Browser::new(&shared().server).get(&path).has_status(410);
}

#[test]
fn an_invitation_can_be_sent_again_and_withdrawn() {
    shared().empty("invited");
    let (somebody, admin) = shared().hire("admin", "invited");
    admin.step_up(&somebody);
    let fields = [("email", "late@bank.example"), ("role", "viewer")];
    let first = link_in(
        &admin
            .post("/dashboard/w/invited/team/invite", &fields)
            .has_status(200),
    );
    let team = admin.page("/dashboard/w/invited/team");
    let again = address(&team, "/dashboard/w/invited/team/invitations/", "/again");
    let second = link_in(&admin.post(&again, &[]).has_status(200));
    let guest = Browser::new(&shared().server);
    guest.get(path_of(&first)).has_status(410);
    guest.get(path_of(&second)).has_status(200);
    let team = admin.page("/dashboard/w/invited/team");
    let withdraw = address(&team, "/dashboard/w/invited/team/invitations/", "/withdraw");
    admin.post(&withdraw, &[]).has_status(303);
    guest.get(path_of(&second)).has_status(410);
    // It is in the log, with the address and the role, and without the link.
    let log = admin.page("/dashboard/w/invited/audit");
    assert!(
        log.html.contains("late@bank.example") && log.html.contains("invitation.sent"),
        "{}",
        log.html
    );
    let token = second.rsplit('/').next().unwrap();
    assert!(!log.html.contains(token));
}

#[test]
fn somebody_with_an_account_accepts_an_invitation_to_another_workspace() {
    shared().empty("second-desk");
    let (who, browser) = shared().hire("viewer", "main");
    let (somebody, admin) = shared().hire("admin", "second-desk");
    admin.step_up(&somebody);
    browser.get("/dashboard/w/second-desk").has_status(404);
    let fields = [("email", &*who.email), ("role", "member")];
    let link = link_in(
        &admin
            .post("/dashboard/w/second-desk/team/invite", &fields)
            .has_status(200),
    );
    let path = path_of(&link);
    // Another person who is signed in cannot take it.
    let (_, stranger) = shared().hire("viewer", "main");
    stranger
        .post(&format!("{path}/accept"), &[])
        .has_status(403);
    let before = browser.cookie("__Host-anchorite-session").unwrap();
    browser.post(&format!("{path}/accept"), &[]).has_status(303);
    assert_ne!(browser.cookie("__Host-anchorite-session").unwrap(), before);
    browser
        .get("/dashboard/w/second-desk/articles/new")
        .has_status(200);
    browser
        .get("/dashboard/w/main/articles/new")
        .has_status(403);
    browser.post(&format!("{path}/accept"), &[]).has_status(410);
}

#[test]
fn a_role_is_changed_after_both_factors_and_signs_its_holder_out() {
    let (boss, admin) = shared().hire("admin", "main");
    let (who, browser) = shared().hire("member", "main");
    let team = admin.page("/dashboard/w/main/team");
    let row = team
        .html
        .split("<tr>")
        .find(|row| row.contains(&who.email))
        .unwrap();
    let at = row
        .find("/dashboard/w/main/team/")
        .expect("a link to the role");
    let path = row[at..].split('"').next().unwrap().to_owned();

    let reply = admin.get(&path).has_status(303);
    assert!(
        reply
            .header("location")
            .starts_with("/dashboard/step-up?return=")
    );
    admin.post(&path, &[("role", "viewer")]).has_status(401);
    browser
        .get("/dashboard/w/main/articles/new")
        .has_status(200);

    admin.step_up(&boss);
    admin.post(&path, &[("role", "viewer")]).has_status(303);
    browser
        .get("/dashboard/w/main/articles/new")
        .has_status(303);
    browser.sign_in(&who);
    browser
        .get("/dashboard/w/main/articles/new")
        .has_status(403);
    // Owner is not a role of a workspace, and nobody gives a role that does not exist.
    for role in ["owner", "king", ""] {
        admin.post(&path, &[("role", role)]).has_status(422);
    }
    admin.post(&format!("{path}/remove"), &[]).has_status(303);
    browser.sign_in(&who);
    browser.get("/dashboard/w/main").has_status(404);
}

#[test]
fn the_clock_is_said_to_be_right_after_both_factors_were_proved() {
    let (who, owner) = shared().hire("owner", "main");
    let path = "/dashboard/system/clock";
    let asked = owner.post(path, &[("time", "2030-01-01T00:00:00Z")]);
    let asked = Page::new(&asked.has_status(401).body);
    let value = |name: &str| {
        let mut fields = asked.all("input");
        let field = fields.find(|one| one.attribute("name") == Some(name));
        field.and_then(|field| field.attribute("value")).unwrap()
    };
    let kept = value("kept");
    assert!(kept.starts_with(path), "{kept}");
    let proof = [
        ("password", PASSWORD),
        ("code", &*who.code()),
        ("return", value("return")),
        ("kept", kept),
    ];
    let offered = owner.post("/dashboard/step-up", &proof).has_status(200);
    assert!(
        offered.body.contains(&format!("action=\"{path}\"")),
        "{}",
        offered.body
    );
}

fn owner_who_stepped_up() -> (Staff, Browser<'static>) {
    let (who, browser) = shared().hire("owner", "main");
    browser.step_up(&who);
    (who, browser)
}

#[test]
fn an_owner_disables_enables_and_resets_an_account() {
    let (_, owner) = owner_who_stepped_up();
    let (who, browser) = shared().hire("member", "main");
    let person = person_path(&owner, &who.email);

    owner
        .post(&format!("{person}/disable"), &[])
        .has_status(303);
    browser.get("/dashboard/account").has_status(303);
    browser.give_password(&who).has_status(401);
    owner.post(&format!("{person}/enable"), &[]).has_status(303);
    browser.sign_in(&who);

    // The authenticator app is lost: the old codes are worthless, the password is still needed.
    let reply = owner
        .post(&format!("{person}/reset-one-time-codes"), &[])
        .has_status(200);
    let link = link_in(&reply);
    browser.get("/dashboard/account").has_status(303);
    let reset = path_of(&link);
    browser
        .post_as_it_is(reset, &[("password", "not the password")])
        .has_status(422);
    browser
        .post_as_it_is(reset, &[("password", PASSWORD)])
        .has_status(303);
    let secret = browser
        .page("/dashboard/enrolment")
        .with_id("secret")
        .unwrap()
        .text
        .replace(' ', "");
    let secret = secret.trim();
    browser
        .post_as_it_is("/dashboard/enrolment", &[("code", &totp(secret, 0))])
        .has_status(200);
    browser.get("/dashboard/w/main").has_status(200);
    browser.get(reset).has_status(410);

    // The password is forgotten: a code is still needed.
    let reply = owner
        .post(&format!("{person}/reset-password"), &[])
        .has_status(200);
    let reset = path_of(&link_in(&reply)).to_owned();
    browser.give_password(&who).has_status(401);
    let new = "eleven blue harvest moons";
    let fields = |code: &str| {
        vec![
            ("password", new.to_owned()),
            ("repeated", new.to_owned()),
            ("code", code.to_owned()),
        ]
    };
    let send = |code: &str| {
        let fields = fields(code);
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        browser.post_as_it_is(&reset, &fields)
    };
    send("000000").has_status(422);
    send(&totp(secret, 1)).has_status(303);
    let fields = [("email", &*who.email), ("password", new)];
    browser
        .post_as_it_is("/dashboard/sign-in", &fields)
        .has_status(303);
}

#[test]
fn the_last_owner_stays() {
    let instance = crate::support::Instance::new();
    let server = crate::support::Server::of(instance.command(&["serve"]));
    let ada = instance.set_up(&server).unwrap();
    let browser = Browser::new(&server);
    browser.sign_in(&ada);
    browser.step_up(&ada);
    let person = person_path(&browser, &ada.email);
    for act in ["take-owner", "disable"] {
        let reply = browser
            .post(&format!("{person}/{act}"), &[])
            .has_status(422);
        assert!(reply.body.contains("owner"), "{}", reply.body);
    }
    let refused = instance.run(&["user", "disable", &ada.email]).was_refused();
    assert!(refused.contains("owner"), "{refused}");
    browser.get("/dashboard/w/main").has_status(200);
}

#[test]
fn an_operator_helps_whoever_is_locked_out() {
    let instance = crate::support::Instance::new();
    let server = crate::support::Server::of(instance.command(&["serve"]));
    let ada = instance.set_up(&server).unwrap();
    let listed = instance.run(&["user", "list", "--json"]).succeeded().json();
    assert_eq!(listed[0]["email"], ada.email);
    assert_eq!(listed[0]["roles"], serde_json::json!(["owner"]));
    let said = instance
        .run(&["user", "reset-totp", &ada.email])
        .succeeded()
        .stdout;
    let link = said
        .split_whitespace()
        .find(|word| word.contains("/dashboard/reset/"))
        .unwrap();
    let browser = Browser::new(&server);
    browser
        .post_as_it_is(path_of(link), &[("password", PASSWORD)])
        .has_status(303);
    browser.page("/dashboard/enrolment");
    let unknown = instance
        .run(&["user", "disable", "nobody@bank.example"])
        .was_refused();
    assert!(!unknown.is_empty());
    // Both are lost: the second link makes both anew.
    let said = instance
        .run(&["user", "reset-password", &ada.email])
        .succeeded()
        .stdout;
    let second = said
        .split_whitespace()
        .find(|word| word.contains("/dashboard/reset/"))
        .unwrap();
    browser.get(path_of(link)).has_status(410);
    let guest = Browser::new(&server);
    let fields = [
        ("password", "eleven blue harvest moons"),
        ("repeated", "eleven blue harvest moons"),
    ];
    guest
        .post_as_it_is(path_of(second), &[fields[0]])
        .has_status(422);
    guest
        .post_as_it_is(path_of(second), &fields)
        .has_status(303);
    let page = guest.page("/dashboard/enrolment");
    let secret = page.with_id("secret").unwrap().text.replace(' ', "");
    guest
        .post_as_it_is("/dashboard/enrolment", &[("code", &totp(secret.trim(), 0))])
        .has_status(200);
    guest.get("/dashboard/people").has_status(200);
}

#[test]
fn a_workspace_is_made_renamed_and_destroyed_by_an_owner() {
    let (_, owner) = owner_who_stepped_up();
    owner
        .post("/dashboard/workspaces/new", &[("name", "Bad Name")])
        .has_status(422);
    owner
        .post("/dashboard/workspaces/new", &[("name", "main")])
        .has_status(422);
    owner
        .post("/dashboard/workspaces/new", &[("name", "short-lived")])
        .has_status(303);
    let listed = shared()
        .instance
        .run(&["workspace", "list", "--json"])
        .succeeded()
        .json();
    let found = listed
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["name"] == "short-lived");
    let id = found.unwrap()["id"].as_str().unwrap().to_owned();
    let (_, token) = shared().instance.create_key(
        "short-lived",
        &["sources_create", "sources_publish", "sources_read"],
    );
    let api = crate::support::Api::new(&shared().server, &token);
    api.put("a.md", "# Bees\n\nThe hives are on the roof.\n")
        .has_status(201);

    let path = format!("/dashboard/workspaces/{id}");
    owner
        .post(&format!("{path}/rename"), &[("name", "shorter")])
        .has_status(303);
    owner.get("/dashboard/w/short-lived").has_status(404);
    owner.get("/dashboard/w/shorter").has_status(200);
    api.document("a.md").has_status(200);

    let folder = shared().instance.data().join("workspaces").join(&id);
    let key = shared()
        .instance
        .data()
        .join("vault/keys")
        .join(format!("workspace-{id}.json"));
    assert!(folder.exists() && key.exists(), "{}", key.display());
    owner
        .post(&format!("{path}/delete"), &[("name", "short-lived")])
        .has_status(422);
    assert!(key.exists());
    owner
        .post(&format!("{path}/delete"), &[("name", "shorter")])
        .has_status(303);
    assert!(!folder.exists() && !key.exists());
    owner.get("/dashboard/w/shorter").has_status(404);
    assert!([401, 404].contains(&api.document("a.md").status));
    let log = owner.page("/dashboard/audit?area=workspace");
    assert!(log.html.contains("workspace.deleted"), "{}", log.html);
}

#[test]
fn who_is_shut_out_while_a_request_is_on_its_way_changes_nothing_more() {
    shared().empty("on-its-way");
    let base = "/dashboard/w/on-its-way";
    let (_, owner) = owner_who_stepped_up();
    let (grace, member) = shared().hire("member", "on-its-way");
    let csrf = member.csrf();
    let slow = |path: &str, media: &str, first: String, last: &str| {
        let (let_go, go) = channel();
        let parts = vec![first.into_bytes(), last.as_bytes().to_vec()];
        let request = member
            .request(reqwest::Method::POST, path)
            .header("content-type", media)
            .body(reqwest::blocking::Body::new(Slow { parts, go }));
        (let_go, thread::spawn(move || Reply::of(request.send())))
    };
    let fields = format!("csrf={csrf}&title=Late&label=public&seen=0&markdown=Too+");
    let form = slow(
        &format!("{base}/articles/new"),
        "application/x-www-form-urlencoded",
        fields,
        "late.",
    );
    let part = |name: &str, value: &str| {
        format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let file =
        "--x\r\ncontent-disposition: form-data; name=\"files\"; filename=\"late.md\"\r\n\r\nToo ";
    let upload = slow(
        &format!("{base}/upload"),
        "multipart/form-data; boundary=x",
        [
            part("csrf", &csrf),
            part("label", "public"),
            file.to_owned(),
        ]
        .concat(),
        "late.\r\n--x--\r\n",
    );
    // Both are on their way: the server has what came before the last part, or will have it before that.
    let person = person_path(&owner, &grace.email);
    owner
        .post(&format!("{person}/disable"), &[])
        .has_status(303);
    for (let_go, sending) in [form, upload] {
        let_go.send(()).unwrap();
        let reply = sending.join().unwrap();
        assert!(
            reply.status == 401
                || reply
                    .body
                    .contains("you were signed out before it had arrived"),
            "{}: {}",
            reply.status,
            reply.body
        );
    }
    let list = owner.page(&format!("{base}/knowledge"));
    assert!(
        !list.html.contains("Late") && !list.html.contains("late.md"),
        "{}",
        list.html
    );
}
