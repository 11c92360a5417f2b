//! Server-sent events: a page hears when it should look again, and when its session has ended.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::ContentEncoding;
use actix_web::web::Bytes;
use futures_util::stream;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until, timeout};

use crate::web::dashboard::prelude::*;

/// Between two events, so that a rush of questions is one look and not a hundred.
const PAUSE: Duration = Duration::from_secs(1);
/// How often the session is looked at, and the connection kept from falling asleep.
const LOOK: Duration = Duration::from_secs(15);

/// `GET /dashboard/w/{workspace}/live`
pub(in crate::web) async fn stream(desk: Desk) -> PageResult {
    let news = desk.shell.app.news.listen();
    let id = desk.workspace()?.register.id.clone();
    let state = (desk, news, id, false);
    let events = stream::unfold(state, |(desk, mut news, id, is_over)| async move {
        if is_over {
            return None;
        }
        let next_look = Instant::now() + LOOK;
        loop {
            let heard = tokio::select! {
                heard = news.recv() => heard,
                () = sleep_until(next_look) => {
                    // What cannot be looked up now is looked up the next time.
                    let is_over = !desk.is_alive().await.unwrap_or(true);
                    let text = if is_over { "event: signed-out\ndata:\n\n" } else { ": \n\n" };
                    return Some((Ok(event(text)), (desk, news, id, is_over)));
                }
            };
            match heard {
                Ok(heard) if *heard.workspace() != id => {}
                Ok(_) | Err(RecvError::Lagged(_)) => {
                    // What else comes in the meantime is told with it.
                    let _ = timeout(PAUSE, async { while news.recv().await.is_ok() {} }).await;
                    return Some((Ok(event("event: news\ndata:\n\n")), (desk, news, id, false)));
                }
                Err(RecvError::Closed) => return None::<(Result<_, actix_web::Error>, _)>,
            }
        }
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        // Compression would hold events back.
        .insert_header(ContentEncoding::Identity)
        .streaming(events))
}

fn event(text: &'static str) -> Bytes {
    Bytes::from_static(text.as_bytes())
}
