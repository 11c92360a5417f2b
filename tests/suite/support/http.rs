//! HTTPS to a server of the tests.

use std::fmt::Write as _;
use std::io::Read;
use std::sync::LazyLock;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use reqwest::Method;
use reqwest::blocking::{Client, ClientBuilder, RequestBuilder, Response};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::Server;

/// A client that accepts the generated certificate, follows no redirect and uses no proxy.
pub(crate) fn client() -> ClientBuilder {
    static PROVIDER: LazyLock<()> = LazyLock::new(|| {
        // Another test may have been first.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    });
    LazyLock::force(&PROVIDER);
    Client::builder()
        .danger_accept_invalid_certs(true)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        // A machine that builds beside is slow.
        .timeout(Duration::from_mins(5))
}

pub(super) fn shared_client() -> &'static Client {
    static CLIENT: LazyLock<Client> = LazyLock::new(|| client().build().unwrap());
    &CLIENT
}

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Reply {
    #[track_caller]
    pub(crate) fn of(sent: reqwest::Result<Response>) -> Self {
        let response = sent.unwrap();
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.text().unwrap(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn has_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(
            self.header("content-type"),
            "application/json",
            "{}",
            self.body
        );
        serde_json::from_str(&self.body).unwrap()
    }

    /// It is an error of the API, with this status and code and a sentence.
    #[track_caller]
    pub(crate) fn is_error(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{}", self.body);
        let body = self.json();
        assert_eq!(body["error"]["code"], code, "{}", self.body);
        assert!(
            body["error"]["message"]
                .as_str()
                .is_some_and(|message| message.len() > 5),
            "{}",
            self.body
        );
        assert_eq!(
            (
                body.as_object().unwrap().len(),
                body["error"].as_object().unwrap().len()
            ),
            (1, 2),
            "{}",
            self.body
        );
    }
}

pub(crate) fn get(url: &str) -> Reply {
    Reply::of(shared_client().get(url).send())
}

/// Sends a form with a question, as a browser does.
pub(crate) fn post_question(url: &str, question: &str) -> Reply {
    let request = shared_client()
        .post(url)
        .header("content-type", "application/x-www-form-urlencoded");
    Reply::of(
        request
            .body(format!("question={}", encoded(question)))
            .send(),
    )
}

/// The API of a server, with a key.
pub(crate) struct Api<'s> {
    server: &'s Server,
    pub token: String,
}

impl<'s> Api<'s> {
    pub(crate) fn new(server: &'s Server, token: &str) -> Self {
        Self {
            server,
            token: token.to_owned(),
        }
    }

    /// A request to a route below `/api/v1`, with the key.
    pub(crate) fn request(&self, method: Method, route: &str) -> RequestBuilder {
        self.anonymous(method, route)
            .header("authorization", format!("Api-Key {}", self.token))
    }

    /// The same without the key.
    pub(crate) fn anonymous(&self, method: Method, route: &str) -> RequestBuilder {
        shared_client().request(method, self.server.url(&format!("/api/v1{route}")))
    }

    pub(crate) fn get(&self, route: &str) -> Reply {
        Reply::of(self.request(Method::GET, route).send())
    }

    pub(crate) fn post(&self, route: &str, body: &Value) -> Reply {
        Reply::of(self.request(Method::POST, route).json(body).send())
    }

    #[track_caller]
    pub(crate) fn ask(&self, question: &str) -> Value {
        self.post("/ask", &json!({ "question": question }))
            .has_status(200)
            .json()
    }

    #[track_caller]
    pub(crate) fn search(&self, query: &str) -> Vec<Value> {
        hits(
            &self
                .post("/search", &json!({ "query": query }))
                .has_status(200),
        )
    }

    #[track_caller]
    pub(crate) fn search_under(&self, query: &str, under: &str) -> Vec<Value> {
        hits(
            &self
                .post(
                    "/search",
                    &json!({ "query": query, "under": under, "limit": 50 }),
                )
                .has_status(200),
        )
    }

    /// Stores Markdown; `path` is encoded.
    pub(crate) fn put(&self, path: &str, markdown: &str) -> Reply {
        self.put_as("text/markdown", path, markdown.to_owned())
    }

    pub(crate) fn put_as(
        &self,
        media: &str,
        path: &str,
        body: impl Into<reqwest::blocking::Body>,
    ) -> Reply {
        let request = self.request(Method::PUT, &format!("/documents/{}", encoded(path)));
        Reply::of(request.header("content-type", media).body(body).send())
    }

    pub(crate) fn document(&self, path: &str) -> Reply {
        self.get(&format!("/documents/{}", encoded(path)))
    }

    pub(crate) fn delete(&self, path: &str) -> Reply {
        Reply::of(
            self.request(Method::DELETE, &format!("/documents/{}", encoded(path)))
                .send(),
        )
    }

    /// All documents, as listed.
    #[track_caller]
    pub(crate) fn documents(&self) -> Vec<Value> {
        self.get("/documents?limit=1000").has_status(200).json()["documents"]
            .as_array()
            .unwrap()
            .clone()
    }

    /// The paths of all documents.
    #[track_caller]
    pub(crate) fn paths(&self) -> Vec<String> {
        self.documents()
            .iter()
            .map(|document| document["path"].as_str().unwrap().to_owned())
            .collect()
    }
}

#[track_caller]
fn hits(reply: &Reply) -> Vec<Value> {
    reply.json()["hits"].as_array().unwrap().clone()
}

/// A path as it stands in a URL: slashes stay, all but letters, digits, `-`, `_`, `.` and `~` become `%XX`.
pub(crate) fn encoded(path: &str) -> String {
    path.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

/// A body of which the last part comes when it is let go.
pub(crate) struct Slow {
    pub parts: Vec<Vec<u8>>,
    pub go: Receiver<()>,
}

impl Read for Slow {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.parts.is_empty() {
            return Ok(0);
        }
        if self.parts.len() == 1 {
            let _ = self.go.recv();
        }
        let part = self.parts.remove(0);
        buffer[..part.len()].copy_from_slice(&part);
        Ok(part.len())
    }
}
