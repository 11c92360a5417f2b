//! The body of an answer on its way out.

use std::error::Error as StdError;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Bytes;

use super::farewell::Rest;
use super::quota::Share;

/// What is handed to the connection at a time. It copies what it is handed, so that a whole answer would be there twice.
const PIECE: usize = 32 * 1024;

/// What an answer takes until it has been taken, or given up.
pub(super) struct Held {
    _turn: Option<Share>,
    _bytes: Option<Share>,
}

impl Held {
    pub(super) fn new(turn: Option<Share>, bytes: Option<Share>) -> Self {
        Self {
            _turn: turn,
            _bytes: bytes,
        }
    }
}

/// Hands answers out piece by piece. It stands outside of everything that makes another body of one.
pub(in crate::web) async fn hold<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let rest = Rest::of(&mut request);
    let mut response = next.call(request).await?;
    rest.leave(response.request());
    let held = response.response_mut().extensions_mut().remove::<Held>();
    Ok(response.map_body(|_, body| {
        BoxBody::new(Outgoing {
            body: Box::pin(body),
            rest: Bytes::new(),
            _held: held,
        })
    }))
}

struct Outgoing<B> {
    body: Pin<Box<B>>,
    rest: Bytes,
    _held: Option<Held>,
}

impl<B: MessageBody> MessageBody for Outgoing<B> {
    type Error = Box<dyn StdError>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let this = self.get_mut();
        while this.rest.is_empty() {
            match ready!(this.body.as_mut().poll_next(cx)) {
                Some(Ok(bytes)) => this.rest = bytes,
                Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
                None => return Poll::Ready(None),
            }
        }
        let length = this.rest.len().min(PIECE);
        Poll::Ready(Some(Ok(this.rest.split_to(length))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::load::quota::Quota;

    #[tokio::test]
    async fn an_answer_counts_until_its_last_piece_was_handed_out() {
        let quota = Quota::new("bytes", 1_000_000, 1_000_000);
        let bytes = Bytes::from(vec![1; 100_000]);
        let mut body = Outgoing {
            body: Box::pin(bytes.clone()),
            rest: Bytes::new(),
            _held: Some(Held::new(None, quota.take(None, 100_000).ok())),
        };
        assert!(matches!(body.size(), BodySize::Sized(100_000)));
        let mut pieces = Vec::new();
        while let Some(piece) = std::future::poll_fn(|cx| Pin::new(&mut body).poll_next(cx)).await {
            let piece = piece.unwrap();
            assert!(piece.len() <= PIECE && quota.taken() == 100_000);
            pieces.extend_from_slice(&piece);
        }
        assert_eq!(pieces, bytes);
        drop(body);
        assert_eq!(quota.taken(), 0);
    }
}
