//! The end of a connection whose answer came before its request was whole: the rest is waited for a little, and no longer.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::rt;
use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpRequest};
use futures_util::Stream;
use parking_lot::Mutex;
use tokio::time::{Instant, sleep_until};

/// How long the rest of a request that was answered is waited for.
const REST: Duration = Duration::from_secs(5);

/// When a connection is over, unless another request comes by it. Shared by the connection and what answers its requests.
#[derive(Clone, Default)]
pub(in crate::web) struct Farewell(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    at: Option<Instant>,
    reader: Option<Waker>,
}

impl Farewell {
    /// Ready when the connection is over.
    pub(in crate::web) fn poll_over(&self, cx: &Context<'_>) -> Poll<()> {
        let mut state = self.0.lock();
        if state.at.is_some_and(|at| Instant::now() >= at) {
            return Poll::Ready(());
        }
        state.reader = Some(cx.waker().clone());
        Poll::Pending
    }

    fn begin(&self, after: Duration) {
        let at = Instant::now() + after;
        self.0.lock().at = Some(at);
        let farewell = self.clone();
        rt::spawn(async move {
            sleep_until(at).await;
            if let Some(reader) = farewell.0.lock().reader.take() {
                reader.wake();
            }
        });
    }

    fn cancel(&self) {
        self.0.lock().at = None;
    }
}

/// Whether the body of a request has been read to its end.
pub(super) struct Rest(Option<Rc<Cell<bool>>>);

impl Rest {
    /// To be called when a request comes in.
    pub(super) fn of(request: &mut ServiceRequest) -> Self {
        if let Some(farewell) = request.request().conn_data::<Farewell>() {
            farewell.cancel();
        }
        let payload = match request.take_payload() {
            Payload::None => return Self(None),
            payload => payload,
        };
        let is_read = Rc::new(Cell::new(false));
        request.set_payload(Payload::Stream {
            payload: Box::pin(Watched {
                payload,
                is_read: Rc::clone(&is_read),
            }),
        });
        Self(Some(is_read))
    }

    /// To be called when there is an answer.
    pub(super) fn leave(self, request: &HttpRequest) {
        if self.0.is_some_and(|is_read| !is_read.get())
            && let Some(farewell) = request.conn_data::<Farewell>()
        {
            farewell.begin(REST);
        }
    }
}

struct Watched {
    payload: Payload,
    is_read: Rc<Cell<bool>>,
}

impl Stream for Watched {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let next = Pin::new(&mut this.payload).poll_next(cx);
        if matches!(next, Poll::Ready(None)) {
            this.is_read.set(true);
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    #[actix_web::test]
    async fn it_is_over_after_a_while_unless_another_request_comes() {
        let farewell = Farewell::default();
        farewell.begin(Duration::from_millis(20));
        poll_fn(|cx| farewell.poll_over(cx)).await;
        farewell.cancel();
        let over = std::future::poll_fn(|cx| Poll::Ready(farewell.poll_over(cx).is_ready())).await;
        assert!(!over);
    }
}
