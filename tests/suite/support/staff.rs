//! Members of staff and their browsers: cookies, forms, one-time codes.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

use reqwest::Method;
use reqwest::blocking::RequestBuilder;

use super::http::shared_client;
use super::{Page, Reply, Server, encoded};

pub(crate) const PASSWORD: &str = "seven quiet tractors hum";

/// A browser that keeps cookies and follows nothing by itself.
pub(crate) struct Browser<'s> {
    server: &'s Server,
    cookies: Mutex<BTreeMap<String, String>>,
}

/// Somebody with an account.
pub(crate) struct Staff {
    pub email: String,
    /// Base 32, without spaces.
    pub totp_secret: String,
    /// Each is good once.
    recovery_codes: Mutex<Vec<String>>,
}

impl Staff {
    /// A second factor that was not used yet.
    #[track_caller]
    pub(crate) fn code(&self) -> String {
        self.recovery_codes
            .lock()
            .unwrap()
            .pop()
            .expect("a recovery code is left")
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the clock of an authenticator app"
)]
/// The code of a moment, in steps of half a minute from now.
pub(crate) fn totp(secret: &str, steps: i64) -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    totp.generate(now.strict_add_signed(steps * 30)).to_string()
}

impl<'s> Browser<'s> {
    pub(crate) fn new(server: &'s Server) -> Self {
        Self {
            server,
            cookies: Mutex::default(),
        }
    }

    /// A request with this browser's cookies and what browsers say of where it comes from.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let cookies: Vec<String> = self
            .cookies
            .lock()
            .unwrap()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = shared_client()
            .request(method, self.server.url(path))
            .header("sec-fetch-site", "same-origin");
        if cookies.is_empty() {
            request
        } else {
            request.header("cookie", cookies.join("; "))
        }
    }

    /// Sends a request and keeps the cookies of its answer.
    #[track_caller]
    pub(crate) fn send(&self, request: RequestBuilder) -> Reply {
        let reply = Reply::of(request.send());
        for cookie in reply.headers.get_all("set-cookie") {
            let (pair, rest) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            let mut cookies = self.cookies.lock().unwrap();
            if rest.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path))
    }

    /// A page that is shown.
    #[track_caller]
    pub(crate) fn page(&self, path: &str) -> Page {
        Page::new(&self.get(path).has_status(200).body)
    }

    /// Sends a form as a page of ours would, with the session's token.
    #[track_caller]
    pub(crate) fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let csrf = self.csrf();
        let with_token = [fields, &[("csrf", &csrf)]].concat();
        self.post_as_it_is(path, &with_token)
    }

    /// The same without a token.
    #[track_caller]
    pub(crate) fn post_as_it_is(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.send(self.form(path, fields))
    }

    /// The request of a form, without a token.
    pub(crate) fn form(&self, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        let pairs: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        self.request(Method::POST, path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(pairs.join("&"))
    }

    /// The token of this browser's session; empty without one.
    #[track_caller]
    pub(crate) fn csrf(&self) -> String {
        if !self.has_session() {
            return String::new();
        }
        let reply = self.get("/dashboard/permissions");
        let page = Page::new(&reply.body);
        let field = page
            .all("input")
            .find(|input| input.attribute("name") == Some("csrf"));
        field
            .and_then(|input| input.attribute("value"))
            .unwrap_or_default()
            .to_owned()
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    pub(crate) fn set_cookie(&self, name: &str, value: &str) {
        self.cookies
            .lock()
            .unwrap()
            .insert(name.to_owned(), value.to_owned());
    }

    pub(crate) fn has_session(&self) -> bool {
        self.cookies
            .lock()
            .unwrap()
            .contains_key("__Host-anchorite-session")
    }

    /// Makes an account with a setup link or an invitation, as a person does: password, key of the authenticator app, first code.
    #[track_caller]
    pub(crate) fn join(&self, link: &str, email: &str, name: &str) -> Staff {
        let path = path_of(link);
        let fields = [
            ("email", email),
            ("name", name),
            ("password", PASSWORD),
            ("repeated", PASSWORD),
        ];
        let reply = self.post_as_it_is(path, &fields).has_status(303);
        assert_eq!(reply.header("location"), "/dashboard/enrolment");
        let page = self.page("/dashboard/enrolment");
        let secret = page
            .with_id("secret")
            .expect("the key is shown")
            .text
            .replace(' ', "");
        let secret = secret.trim().to_owned();
        let reply = self
            .post_as_it_is("/dashboard/enrolment", &[("code", &totp(&secret, 0))])
            .has_status(200);
        Staff {
            email: email.to_owned(),
            totp_secret: secret,
            recovery_codes: Mutex::new(recovery_codes(&Page::new(&reply.body))),
        }
    }

    #[track_caller]
    pub(crate) fn sign_in(&self, who: &Staff) {
        self.sign_in_with(who, &who.code());
    }

    #[track_caller]
    pub(crate) fn sign_in_with(&self, who: &Staff, code: &str) {
        self.give_password(who).has_status(303);
        let reply = self
            .post_as_it_is("/dashboard/sign-in/code", &[("code", code)])
            .has_status(303);
        assert_eq!(reply.header("location"), "/dashboard");
        assert!(self.has_session());
    }

    /// The first half of a sign-in.
    #[track_caller]
    pub(crate) fn give_password(&self, who: &Staff) -> Reply {
        let fields = [("email", &*who.email), ("password", PASSWORD)];
        self.post_as_it_is("/dashboard/sign-in", &fields)
    }

    /// Proves both factors again, which is good for five minutes.
    #[track_caller]
    pub(crate) fn step_up(&self, who: &Staff) {
        let code = who.code();
        let fields = [("password", PASSWORD), ("code", &*code)];
        self.post("/dashboard/step-up", &fields).has_status(303);
    }
}

/// The codes of a page that shows them this once.
#[track_caller]
fn recovery_codes(page: &Page) -> Vec<String> {
    let is_code = |text: &str| text.len() == 19 && text.split('-').count() == 4;
    let codes: Vec<String> = page
        .all("li")
        .map(|item| item.text.trim().to_owned())
        .filter(|text| is_code(text))
        .collect();
    assert_eq!(codes.len(), 10, "{}", page.html);
    codes
}

/// The path of a link.
#[track_caller]
pub(crate) fn path_of(link: &str) -> &str {
    let at = link.find("/dashboard").expect("a link to the dashboard");
    &link[at..]
}
