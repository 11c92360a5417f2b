//! The first account, signing in and out, and what a browser is told about it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Barrier;
use std::thread;

use reqwest::Method;

use crate::support::{
    Browser, Instance, PASSWORD, Page, Server, client, get, path_of, shared, totp,
};

/// An instance whose server has no account yet, and its setup link.
fn not_set_up() -> (Instance, Server, String) {
    let instance = Instance::new();
    let server = Server::of(instance.command(&["serve"]));
    let link = fs::read_to_string(instance.data().join("setup-link")).unwrap();
    (instance, server, link.trim().to_owned())
}

#[test]
fn before_the_first_account_nothing_is_served_but_the_setup_and_health() {
    let (instance, server, link) = not_set_up();
    let file = instance.data().join("setup-link");
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o400
    );
    let setup = path_of(&link);

    get(&server.url("/health")).has_status(200);
    for path in [
        "/",
        "/help/main",
        "/dashboard",
        "/dashboard/sign-in",
        "/dashboard/join/none",
        "/api/v1/openapi.json",
        "/api/v1/documents",
    ] {
        assert_eq!(get(&server.url(path)).status, 503, "{path}");
    }
    get(&server.url(setup)).has_status(200);
    get(&server.url("/dashboard/setup/wrong")).has_status(410);

    let browser = Browser::new(&server);
    browser.join(&link, "ada@bank.example", "Ada Lovelace");
    assert!(!file.exists(), "the link is worthless now");
    get(&server.url(setup)).has_status(410);
    get(&server.url("/help/main")).has_status(200);
    browser.get("/dashboard/w/main").has_status(200);
}

#[test]
fn a_setup_link_stays_good_across_starts_and_is_in_no_log() {
    let instance = Instance::new();
    let file = instance.data().join("setup-link");
    assert!(
        !instance.kit.contains("/dashboard/setup/")
            && instance.kit.contains(file.to_str().unwrap()),
        "what is no terminal may be kept: {}",
        instance.kit
    );
    let made = fs::read_to_string(&file).unwrap();
    let first = Server::of(instance.command(&["serve"]));
    drop(first);
    let second = Server::of(instance.command(&["serve"]));
    let browser = Browser::new(&second);
    assert_eq!(
        fs::read_to_string(&file).unwrap().trim().rsplit('/').next(),
        made.trim().rsplit('/').next()
    );
    assert!(!second.log().contains("/dashboard/setup/"));
    browser.join(made.trim(), "ada@bank.example", "Ada Lovelace");
    browser.get("/dashboard/w/main").has_status(200);
}

#[test]
fn the_first_account_needs_a_good_password_and_a_valid_code() {
    let (_instance, server, link) = not_set_up();
    let browser = Browser::new(&server);
    let path = path_of(&link);
    let send = |email: &str, password: &str, repeated: &str| {
        let fields = [
            ("email", email),
            ("name", "Ada Lovelace"),
            ("password", password),
            ("repeated", repeated),
        ];
        browser.post_as_it_is(path, &fields)
    };
    for (field, email, password, repeated) in [
        ("email", "ada", PASSWORD, PASSWORD),
        ("password", "ada@bank.example", "too short", "too short"),
        (
            "password",
            "ada@bank.example",
            "password1234",
            "password1234",
        ),
        (
            "password",
            "ada@bank.example",
            "ada lovelace",
            "ada lovelace",
        ),
        (
            "repeated",
            "ada@bank.example",
            PASSWORD,
            "seven quiet tractors",
        ),
    ] {
        let reply = send(email, password, repeated).has_status(422);
        let page = Page::new(&reply.body);
        assert!(
            page.with_id(&format!("{field}-error")).is_some(),
            "{}",
            reply.body
        );
        assert_eq!(
            page.with_id(field).unwrap().attribute("aria-invalid"),
            Some("true")
        );
        // What was typed is still there, but for the passwords.
        assert_eq!(
            page.with_id("email").unwrap().attribute("value"),
            Some(email)
        );
        assert!(!reply.body.contains(password));
    }
    send("ada@bank.example", PASSWORD, PASSWORD).has_status(303);
    let page = browser.page("/dashboard/enrolment");
    let secret = page.with_id("secret").unwrap().text.replace(' ', "");
    assert!(page.html.contains("<svg"), "the same as a picture");
    let wrong = if totp(secret.trim(), 0) == "000000" {
        "000001"
    } else {
        "000000"
    };
    browser
        .post_as_it_is("/dashboard/enrolment", &[("code", wrong)])
        .has_status(422);
    assert!(!browser.has_session());
    get(&server.url("/help/main")).has_status(503);
    browser
        .post_as_it_is("/dashboard/enrolment", &[("code", &totp(secret.trim(), 0))])
        .has_status(200);
    assert!(browser.has_session());
}

#[test]
fn a_code_is_good_once_also_in_parallel_and_after_a_restart() {
    let instance = Instance::new();
    let server = Server::of(instance.command(&["serve"]));
    let ada = instance.set_up(&server).unwrap();
    // The next code, since the setup took the present one.
    let code = totp(&ada.totp_secret, 1);
    let browsers: Vec<Browser<'_>> = (0..4).map(|_| Browser::new(&server)).collect();
    for browser in &browsers {
        browser.give_password(&ada).has_status(303);
    }
    let (start, code) = (Barrier::new(browsers.len()), code.as_str());
    let signed_in: usize = thread::scope(|scope| {
        let tries: Vec<_> = browsers
            .iter()
            .map(|browser| {
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    browser.post_as_it_is("/dashboard/sign-in/code", &[("code", code)]);
                    usize::from(browser.has_session())
                })
            })
            .collect();
        tries.into_iter().map(|tried| tried.join().unwrap()).sum()
    });
    assert_eq!(signed_in, 1);
    drop(browsers);
    drop(server);

    let server = instance.serve();
    let late = Browser::new(&server);
    late.give_password(&ada).has_status(303);
    late.post_as_it_is("/dashboard/sign-in/code", &[("code", code)])
        .has_status(401);
    let recovery = ada.code();
    late.post_as_it_is("/dashboard/sign-in/code", &[("code", &recovery)])
        .has_status(303);
    let again = Browser::new(&server);
    again.give_password(&ada).has_status(303);
    again
        .post_as_it_is("/dashboard/sign-in/code", &[("code", &recovery)])
        .has_status(401);
}

#[test]
fn unknown_and_known_accounts_get_the_same_answer_and_guessing_gets_slow() {
    let instance = Instance::new();
    let server = Server::of(instance.command(&["serve"]));
    let ada = instance.set_up(&server).unwrap();
    let browser = Browser::new(&server);
    let guess = |email: &str| {
        let reply = browser.post_as_it_is(
            "/dashboard/sign-in",
            &[("email", email), ("password", "not the password")],
        );
        (reply.status, reply.body.replace(email, "ADDRESS"))
    };
    let known = guess(&ada.email);
    assert_eq!(known.0, 401);
    for stranger in ["nobody@bank.example", "not an address"] {
        assert_eq!(guess(stranger), known);
    }
    let statuses: Vec<u16> = (0..8).map(|_| guess(&ada.email).0).collect();
    assert!(statuses.contains(&429), "{statuses:?}");
    // The right password has to wait as well, or it could be told from a wrong one.
    browser.give_password(&ada).has_status(429);
}

#[test]
fn a_session_cookie_belongs_to_this_host_only_and_changes_with_its_privilege() {
    let (who, browser) = shared().hire("viewer", "main");
    let request = browser.request(Method::POST, "/dashboard/sign-out");
    let csrf = browser.csrf();
    assert_eq!(csrf.len(), 64);
    browser
        .send(request.header("x-csrf-token", &csrf))
        .has_status(303);
    assert!(!browser.has_session());

    browser.give_password(&who).has_status(303);
    let code = who.code();
    let reply = browser.post_as_it_is("/dashboard/sign-in/code", &[("code", &code)]);
    let cookies: Vec<&str> = reply
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|cookie| cookie.to_str().unwrap())
        .collect();
    let session = cookies
        .iter()
        .find(|cookie| cookie.starts_with("__Host-anchorite-session="))
        .unwrap();
    for attribute in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(session.contains(attribute), "{session}");
    }
    assert!(
        !session.contains("Domain") && !session.contains("Max-Age"),
        "{session}"
    );
    // 256 bits.
    let before = browser.cookie("__Host-anchorite-session").unwrap();
    assert!(before.len() >= 43, "{before}");

    browser.step_up(&who);
    let after = browser.cookie("__Host-anchorite-session").unwrap();
    assert_ne!(before, after);
    let thief = Browser::new(&shared().server);
    thief.set_cookie("__Host-anchorite-session", &before);
    thief.get("/dashboard/account").has_status(303);
    browser.get("/dashboard/account/password").has_status(200);
}

#[test]
fn a_session_ends_for_good_and_the_others_of_a_person_can_be_ended() {
    let (who, first) = shared().hire("member", "main");
    let second = Browser::new(&shared().server);
    second.sign_in(&who);
    let old = first.cookie("__Host-anchorite-session").unwrap();
    let listed = second.page("/dashboard/account");
    assert_eq!(
        listed
            .all("form")
            .filter(|form| {
                form.attribute("action")
                    .is_some_and(|action| action.contains("/sessions/"))
            })
            .count(),
        2,
        "one to end the other session, one to end all others"
    );
    second
        .post("/dashboard/account/sessions/end-others", &[])
        .has_status(303);
    first.get("/dashboard/account").has_status(303);
    second.get("/dashboard/account").has_status(200);

    let reply = second.post("/dashboard/sign-out", &[]).has_status(303);
    assert_eq!(reply.header("clear-site-data"), "\"cache\", \"storage\"");
    assert_eq!(reply.header("location"), "/dashboard/sign-in");
    let page = second.page("/dashboard/sign-in");
    assert!(page.html.contains("You are signed out."), "it is said once");
    let page = second.page("/dashboard/sign-in");
    assert!(!page.html.contains("You are signed out."), "and not again");
    let thief = Browser::new(&shared().server);
    thief.set_cookie("__Host-anchorite-session", &old);
    let reply = thief
        .get("/dashboard/w/main/knowledge?text=fees")
        .has_status(303);
    assert_eq!(
        reply.header("location"),
        "/dashboard/sign-in?return=/dashboard/w/main/knowledge%3Ftext%3Dfees"
    );
    // A part of a page says so in a way that a script sees.
    let part = thief
        .request(Method::GET, "/dashboard/session")
        .header("hx-request", "true");
    thief.send(part).has_status(401);
}

#[test]
fn a_change_needs_the_token_of_its_session_and_a_page_of_this_server() {
    let (_, browser) = shared().hire("member", "main");
    let csrf = browser.csrf();
    let send = |headers: &[(&str, &str)], csrf: &str, who: &str| {
        let cookie = format!(
            "__Host-anchorite-session={}",
            browser.cookie("__Host-anchorite-session").unwrap()
        );
        let mut request = client()
            .build()
            .unwrap()
            .post(shared().server.url("/dashboard/account/name"))
            .header("cookie", cookie)
            .header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = format!("name={who}&csrf={csrf}");
        request.body(body).send().unwrap().status().as_u16()
    };
    let own = format!("https://{}", shared().server.address());
    assert_eq!(send(&[("origin", &own)], &csrf, "Grace"), 303);
    assert_eq!(
        send(&[("sec-fetch-site", "same-origin")], &csrf, "Grace"),
        303
    );
    for headers in [
        vec![],
        vec![("origin", "https://evil.example")],
        vec![("origin", "null")],
        vec![("origin", &*own), ("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
        vec![("sec-fetch-site", "none")],
    ] {
        assert_eq!(send(&headers, &csrf, "Mallory"), 403, "{headers:?}");
    }
    let (_, stranger) = shared().hire("member", "main");
    for wrong in ["", "0", &*stranger.csrf()] {
        // The form comes back, to be sent by a person; until then nothing is changed.
        assert_eq!(send(&[("origin", &own)], wrong, "Mallory"), 200);
    }
    let account = browser.get("/dashboard/account").body;
    assert!(account.contains("Grace") && !account.contains("Mallory"));
    for wrong in ["", "0", &*stranger.csrf()] {
        let place = "/dashboard/account/sessions/end-others";
        let reply = browser.post_as_it_is(place, &[("csrf", wrong)]);
        reply.has_status(403);
    }
    let json = browser
        .request(Method::POST, "/dashboard/account/name")
        .header("content-type", "text/plain")
        .body(format!("name=x&csrf={csrf}"));
    browser.send(json).has_status(403);
}

#[test]
fn every_page_of_the_dashboard_tells_the_browser_to_keep_nothing_and_trust_nobody() {
    let (_, browser) = shared().hire("owner", "main");
    for path in [
        "/dashboard/w/main",
        "/dashboard/account",
        "/dashboard/nothing",
        "/dashboard/sign-in",
    ] {
        let reply = browser.get(path);
        let policy = reply.header("content-security-policy").to_owned();
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        for source in policy
            .split([';', ' '])
            .filter(|word| word.contains('\'') || word.contains(':'))
        {
            assert!(["'none'", "'self'"].contains(&source), "{policy}");
        }
        for (name, value) in [
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(reply.header(name), value, "{path} {name}");
        }
        assert!(
            reply
                .header("strict-transport-security")
                .starts_with("max-age=")
        );
        if reply.status == 200 {
            let page = Page::new(&reply.body);
            for element in page.elements() {
                for attribute in element.attributes() {
                    assert!(
                        !attribute.starts_with("on") && attribute != "style",
                        "{path}: {attribute}"
                    );
                }
            }
            for script in page.all("script") {
                assert!(
                    script.attribute("src").is_some() && script.text.is_empty(),
                    "{path}"
                );
            }
            for address in page.addresses() {
                assert!(address.starts_with(['/', '#', '?']), "{path}: {address}");
            }
        }
    }
}

#[test]
fn a_return_address_leads_nowhere_else() {
    let (who, _) = shared().hire("viewer", "main");
    for back in [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/dashboard//evil.example",
        "/help/main",
        "javascript:alert(1)",
    ] {
        let browser = Browser::new(&shared().server);
        let fields = [
            ("email", &*who.email),
            ("password", PASSWORD),
            ("return", back),
        ];
        let reply = browser
            .post_as_it_is("/dashboard/sign-in", &fields)
            .has_status(303);
        assert_eq!(
            reply.header("location"),
            "/dashboard/sign-in/code?return=/dashboard",
            "{back}"
        );
    }
}
