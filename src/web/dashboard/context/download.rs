//! A file of lines, made piece by piece while a browser takes it: however long it is, little of it is in memory.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::Bytes;
use futures_util::stream;
use serde::Serialize;

use super::desk::Desk;
use crate::app::App;
use crate::web::error::Error;

/// Bytes after which a piece is handed on.
pub(in crate::web::dashboard) const PIECE: usize = 256 * 1024;

/// What has been made of a file, and where to go on. `None`: all of it has been made.
pub(in crate::web::dashboard) type Piece<S> = Option<(Vec<u8>, S)>;

/// Adds a value as one line of JSON.
pub(in crate::web::dashboard) fn add(out: &mut Vec<u8>, value: &impl Serialize) {
    // What is exported is made of texts and numbers, which can be written.
    let _ = serde_json::to_writer(&mut *out, value);
    out.push(b'\n');
}

/// Answers with a file. `make` makes the next piece of it; a failure before the first is an error like any other, a later one breaks the download off,
/// which browsers say.
pub(in crate::web::dashboard) async fn lines<S, F>(
    desk: &Desk,
    name: &str,
    start: S,
    make: F,
) -> Result<HttpResponse, Error>
where
    S: Send + 'static,
    F: Fn(&App, S) -> Result<Piece<S>, Error> + Send + Sync + 'static,
{
    let turn = desk.shell.load.exports.take(desk.client.address, 1)?;
    let make = Arc::new(make);
    let first = match piece(desk, Arc::clone(&make), start).await? {
        Some((bytes, at)) => Next::Made(bytes, at),
        None => Next::End,
    };
    let pieces = stream::unfold((desk.clone(), first), move |(desk, next)| {
        let (make, _until_all_is_taken) = (Arc::clone(&make), &turn);
        async move {
            let (bytes, at) = match next {
                Next::Made(bytes, at) => (bytes, at),
                Next::At(at) => match piece(&desk, make, at).await {
                    Ok(piece) => piece?,
                    Err(error) => {
                        tracing::warn!(why = error.message(), "a download broke off");
                        return Some((Err(BrokenOff), (desk, Next::End)));
                    }
                },
                Next::End => return None,
            };
            Some((Ok(Bytes::from(bytes)), (desk, Next::At(at))))
        }
    });
    Ok(HttpResponse::Ok()
        .content_type("application/x-ndjson")
        .insert_header((
            "content-disposition",
            format!("attachment; filename=\"{name}\""),
        ))
        .streaming(pieces))
}

enum Next<S> {
    Made(Vec<u8>, S),
    At(S),
    End,
}

/// Why it did is in the log.
#[derive(Debug, thiserror::Error)]
#[error("the download broke off")]
struct BrokenOff;

/// The next piece that has something in it: an empty one would end an answer. Whoever has no session or no workspace any more gets none.
async fn piece<S, F>(desk: &Desk, make: Arc<F>, mut at: S) -> Result<Piece<S>, Error>
where
    S: Send + 'static,
    F: Fn(&App, S) -> Result<Piece<S>, Error> + Send + Sync + 'static,
{
    if !desk.is_alive().await? {
        return Err(Error::not_found());
    }
    let workspace = desk.workspace.as_ref().map(|open| open.register.id.clone());
    let next = move |app: &App| {
        if let Some(id) = workspace
            && !app.workspaces()?.iter().any(|known| known.id == id)
        {
            return Err(Error::not_found());
        }
        while let Some((bytes, next)) = make(app, at)? {
            if !bytes.is_empty() {
                return Ok(Some((bytes, next)));
            }
            at = next;
        }
        Ok(None)
    };
    desk.run(next).await
}
