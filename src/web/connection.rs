//! A connection: who may have one, and how long it may keep what is sent to it waiting.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::AsFd;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_http::Protocol;
use actix_http::error::DispatchError;
use actix_service::{ServiceFactory, fn_service};
use nix::sys::socket::{setsockopt, sockopt};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::load::farewell::Farewell;
use super::load::pace::{Pace, Patience};
use super::load::quota::{Quota, Share};
use crate::config::Network;
use crate::sandbox;

/// Connections in all.
const MOST: u64 = 16_384;
/// In which the other side has to shake hands.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// In which what is sent has to be taken, or some of it.
const UNREAD: Duration = Duration::from_mins(1);
/// Of an answer that is being read, bytes a second.
const LEAST_RATE: u32 = 1024;
/// What the kernel holds of an answer: more would hide whether anybody reads it.
const SEND_BUFFER: usize = 256 * 1024;

/// Who may connect, and how.
#[derive(Clone)]
pub(super) struct Door {
    tls: TlsAcceptor,
    places: Arc<Quota>,
    /// Their connections are those of many clients.
    trusted_proxies: Arc<[Network]>,
}

impl Door {
    pub(super) fn new(tls: rustls::ServerConfig, of_client: usize, trusted: &[Network]) -> Self {
        Self {
            tls: TlsAcceptor::from(Arc::new(tls)),
            places: Quota::new("connections", of_client as u64, most()),
            trusted_proxies: trusted.into(),
        }
    }

    async fn open(&self, stream: TcpStream) -> io::Result<(Secured, Protocol, Option<SocketAddr>)> {
        let peer = stream.peer_addr()?;
        let address = peer.ip().to_canonical();
        let is_proxy = self
            .trusted_proxies
            .iter()
            .any(|network| network.contains(address));
        let share = self
            .places
            .take((!is_proxy).then_some(address), 1)
            .map_err(|_| io::ErrorKind::ConnectionRefused)?;
        stream.set_nodelay(true)?;
        let stream = timeout(HANDSHAKE, self.tls.accept(stream)).await??;
        let pace = Pace {
            grace: UNREAD,
            least: Some(LEAST_RATE),
            renews: true,
        };
        let paced = Paced::new(stream, pace, Some(share));
        Ok((paced, Protocol::Http1, Some(peer)))
    }
}

pub(super) type Secured = Paced<TlsStream<TcpStream>>;

/// Takes connections in: TLS on them, its pace set. What is refused or fails is closed at once.
pub(super) fn accept(
    door: Door,
) -> impl ServiceFactory<
    TcpStream,
    Config = (),
    Response = (Secured, Protocol, Option<SocketAddr>),
    Error = DispatchError,
    InitError = (),
> {
    fn_service(move |stream: TcpStream| {
        let door = door.clone();
        async move { door.open(stream).await.map_err(DispatchError::Io) }
    })
}

/// Raises the limit of open files as far as it goes, and leaves some of them for everything else. Returns how many connections there may be.
fn most() -> u64 {
    const FOR_FILES: u64 = 1_024;
    match sandbox::raise_descriptor_limit() {
        Ok(limit) => MOST.min(limit.saturating_sub(FOR_FILES.min(limit / 2))),
        Err(error) => {
            tracing::warn!(%error, "the limit of open files cannot be raised");
            MOST
        }
    }
}

/// What every connection has from the socket that it came by.
pub(super) fn prepare(listener: &TcpListener) -> io::Result<()> {
    setsockopt(&listener.as_fd(), sockopt::SndBuf, &SEND_BUFFER)?;
    // So that the kernel does not go on for longer than we would, when all that is left is with it.
    let unread = u32::try_from(UNREAD.as_millis()).unwrap_or(u32::MAX);
    setsockopt(&listener.as_fd(), sockopt::TcpUserTimeout, &unread)?;
    Ok(())
}

/// A stream whose other side has to take what is sent to it.
pub(super) struct Paced<S> {
    stream: S,
    patience: Patience,
    farewell: Farewell,
    _place: Option<Share>,
}

impl<S> Paced<S> {
    fn new(stream: S, pace: Pace, share: Option<Share>) -> Self {
        Self {
            stream,
            patience: Patience::new(pace),
            farewell: Farewell::default(),
            _place: share,
        }
    }

    /// By which it is ended.
    pub(super) fn farewell(&self) -> Farewell {
        self.farewell.clone()
    }

    /// Nothing could be written.
    fn poll_over<T>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        ready!(self.patience.poll_over(cx));
        tracing::debug!("a connection was closed: what was sent was not taken");
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.farewell.poll_over(cx).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write(cx, bytes) {
            Poll::Ready(written) => {
                self.patience.moved(*written.as_ref().unwrap_or(&0));
                Poll::Ready(written)
            }
            Poll::Pending => self.poll_over(cx),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_flush(cx) {
            Poll::Ready(flushed) => {
                self.patience.rest(Instant::now());
                Poll::Ready(flushed)
            }
            Poll::Pending => self.poll_over(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_shutdown(cx) {
            Poll::Ready(closed) => Poll::Ready(closed),
            Poll::Pending => self.poll_over(cx),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const PACE: Pace = Pace {
        grace: Duration::from_millis(20),
        least: Some(1024),
        renews: true,
    };

    #[tokio::test]
    async fn what_nobody_takes_ends_the_connection() {
        let (ours, _theirs) = duplex(1024);
        let mut stream = Paced::new(ours, PACE, None);
        let error = stream.write_all(&[0; 4096]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn what_is_taken_arrives_whole() {
        let (ours, mut theirs) = duplex(1024);
        let mut stream = Paced::new(ours, PACE, None);
        let sent = async {
            stream.write_all(&vec![7; 100_000]).await.unwrap();
            stream.shutdown().await.unwrap();
        };
        let mut read = Vec::new();
        let ((), length) = tokio::join!(sent, theirs.read_to_end(&mut read));
        assert_eq!((length.unwrap(), read.len()), (100_000, 100_000));
    }
}
