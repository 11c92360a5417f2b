//! The body of a request on its way in.

use std::cell::{Cell, RefCell};
use std::net::IpAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpRequest};
use futures_util::Stream;
use tokio::time::Instant;

use super::Load;
use super::pace::{Pace, Patience};
use super::quota::{Exhausted, Quota, Share};
use crate::web::error::Error;
use crate::web::route::Route;

/// In which a form has to be there whole.
const WHOLE: Duration = Duration::from_mins(1);
/// Of a file that takes longer, bytes a second.
const LEAST_RATE: u32 = 1024;

/// What becomes of a body. It outlives the body, whose bytes a handler still has.
pub(super) struct Arriving(Rc<State>);

struct State {
    /// Why no more of it is taken.
    ended: Cell<Option<Ended>>,
    /// `None`: its handler counts what it keeps.
    bytes: RefCell<Option<Share>>,
}

#[derive(Debug, Clone, Copy)]
enum Ended {
    TooSlow,
    Exhausted(Exhausted),
}

impl Arriving {
    /// Puts a pace and a budget on the body of a request.
    pub(super) fn new(
        request: &mut ServiceRequest,
        load: &Load,
        client: Option<IpAddr>,
        route: &Route,
    ) -> Self {
        let bytes = (!route.takes_files).then(|| load.strangers.take(client, 0).ok());
        let state = Rc::new(State {
            ended: Cell::new(None),
            bytes: RefCell::new(bytes.flatten()),
        });
        let pace = Pace {
            grace: WHOLE,
            least: route.takes_files.then_some(LEAST_RATE),
            renews: false,
        };
        let body = Body {
            payload: request.take_payload(),
            patience: Patience::new(pace),
            state: Rc::clone(&state),
        };
        request.set_payload(Payload::Stream {
            payload: Box::pin(body),
        });
        request.extensions_mut().insert(Sender {
            state: Rc::clone(&state),
            known: Arc::clone(&load.memory),
            client,
        });
        Self(state)
    }

    /// Why the body did not arrive. Whatever the handler made of that, this is what the client has to hear.
    pub(super) fn failure(&self) -> Option<Error> {
        self.0.ended.get().map(|ended| match ended {
            Ended::TooSlow => Error::too_slow(),
            Ended::Exhausted(exhausted) => exhausted.into(),
        })
    }
}

/// Who sends a body: a stranger, until somebody has found out who it is.
struct Sender {
    state: Rc<State>,
    known: Arc<Quota>,
    client: Option<IpAddr>,
}

/// Says that whoever sends the body of a request is known: it counts against another budget than those of strangers do. To be called before the body is
/// read.
pub(in crate::web) fn introduce(request: &HttpRequest) {
    let extensions = request.extensions();
    let Some(sender) = extensions.get::<Sender>() else {
        return;
    };
    let mut bytes = sender.state.bytes.borrow_mut();
    if bytes.is_some() {
        *bytes = sender.known.take(sender.client, 0).ok();
    }
}

struct Body {
    payload: Payload,
    patience: Patience,
    state: Rc<State>,
}

impl Body {
    fn end(&self, ended: Ended) -> Poll<Option<Result<Bytes, PayloadError>>> {
        self.state.ended.set(Some(ended));
        let error = std::io::Error::from(std::io::ErrorKind::TimedOut);
        Poll::Ready(Some(Err(PayloadError::Io(error))))
    }
}

impl Stream for Body {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let next = match Pin::new(&mut this.payload).poll_next(cx) {
            Poll::Ready(next) => next,
            Poll::Pending => {
                return match this.patience.poll_over(cx) {
                    Poll::Ready(()) => this.end(Ended::TooSlow),
                    Poll::Pending => Poll::Pending,
                };
            }
        };
        this.patience.rest(Instant::now());
        if let Some(Ok(bytes)) = &next {
            this.patience.moved(bytes.len());
            let mut held = this.state.bytes.borrow_mut();
            if let Some(Err(exhausted)) = held.as_mut().map(|held| held.grow(bytes.len() as u64)) {
                drop(held);
                return this.end(Ended::Exhausted(exhausted));
            }
        }
        Poll::Ready(next)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use futures_util::StreamExt;

    use std::path::Path;

    use super::*;
    use crate::config::Config;

    fn route(path: &str, method: &actix_web::http::Method) -> &'static Route {
        crate::web::routes::table().find(method, path).unwrap()
    }

    /// A request with a body that is there at once.
    fn request(chunks: usize, of: usize) -> ServiceRequest {
        let mut request = TestRequest::post().to_srv_request();
        let chunk = Bytes::from(vec![0; of]);
        let stream = futures_util::stream::iter((0..chunks).map(move |_| Ok(chunk.clone())));
        request.set_payload(Payload::Stream {
            payload: Box::pin(stream),
        });
        request
    }

    #[tokio::test]
    async fn forms_count_what_they_hold_until_they_are_answered() {
        let load = Load::new(&Config::default(), Path::new("."));
        let post = actix_web::http::Method::POST;
        let mut request = request(3, 1000);
        let form = route("/help/main", &post);
        let arriving = Arriving::new(&mut request, &load, None, form);
        let body: Vec<_> = request.take_payload().collect().await;
        assert_eq!(body.len(), 3);
        assert_eq!((load.strangers.taken(), load.memory.taken()), (3000, 0));
        assert!(arriving.failure().is_none());
        drop((arriving, request));
        assert_eq!(load.strangers.taken(), 0);
    }

    #[tokio::test]
    async fn strangers_leave_the_room_of_those_who_are_known() {
        let load = Load::new(&Config::default(), Path::new("."));
        let _strangers: Vec<Share> = (1..=4)
            .filter_map(|last| {
                let address = format!("192.0.2.{last}").parse().ok();
                load.strangers.take(address, 3 << 20).ok()
            })
            .collect();
        let client = Some("198.51.100.1".parse().unwrap());
        let mut request = request(3, 1 << 20);
        let form = route(
            "/dashboard/w/main/articles/new",
            &actix_web::http::Method::POST,
        );
        let arriving = Arriving::new(&mut request, &load, client, form);
        introduce(request.request());
        let body: Vec<_> = request.take_payload().collect().await;
        assert!(body.len() == 3 && arriving.failure().is_none());
        assert_eq!(load.memory.taken(), 3 << 20);
    }

    #[tokio::test]
    async fn a_body_for_which_there_is_no_room_ends_with_the_reason() {
        let load = Load::new(&Config::default(), Path::new("."));
        let client = Some("192.0.2.1".parse().unwrap());
        let _other = load
            .strangers
            .take(client, super::super::OF_STRANGERS_OF_CLIENT);
        let mut request = request(3, 1000);
        let form = route("/help/main", &actix_web::http::Method::POST);
        let arriving = Arriving::new(&mut request, &load, client, form);
        let first = request.take_payload().next().await.unwrap();
        assert!(first.is_err());
        let failure = arriving.failure().unwrap();
        assert_eq!(failure.status().as_u16(), 429);
    }

    #[tokio::test]
    async fn a_body_that_does_not_come_ends_as_too_slow() {
        let state = Rc::new(State {
            ended: Cell::new(None),
            bytes: RefCell::new(None),
        });
        let mut body = Body {
            payload: Payload::Stream {
                payload: Box::pin(futures_util::stream::pending()),
            },
            patience: Patience::new(Pace {
                grace: Duration::from_millis(20),
                least: None,
                renews: false,
            }),
            state: Rc::clone(&state),
        };
        assert!(body.next().await.unwrap().is_err());
        let failure = Arriving(state).failure().unwrap();
        assert_eq!(failure.status().as_u16(), 408);
    }
}
