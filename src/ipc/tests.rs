use std::io::Write;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::listener::peer_uid;
use super::*;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Message {
    Ping,
    Text(String),
}

const LIMITS: Limits = Limits {
    size: 64,
    deadline: Duration::from_millis(200),
};

fn pair() -> (Connection, UnixStream) {
    let (a, b) = UnixStream::pair().unwrap();
    (Connection::new(a, LIMITS), b)
}

#[test]
fn a_frame_arrives_as_it_was_sent() {
    let (mut a, b) = pair();
    let mut b = Connection::new(b, LIMITS);
    a.send(&Message::Text("hello".into())).unwrap();
    assert_eq!(
        b.next_request::<Message>().unwrap(),
        Some(Message::Text("hello".into()))
    );
    b.send(&Message::Ping).unwrap();
    assert_eq!(a.receive::<Message>().unwrap(), Message::Ping);
}

#[test]
fn a_frame_over_the_cap_is_refused_by_its_length_alone() {
    let (mut a, mut raw) = pair();
    raw.write_all(&u32::MAX.to_le_bytes()).unwrap();
    assert!(matches!(
        a.receive::<Message>(),
        Err(Error::TooLarge { cap: 64, .. })
    ));
    assert!(matches!(
        a.send(&Message::Text("x".repeat(100))),
        Err(Error::TooLarge { .. })
    ));
}

#[test]
fn half_a_frame_meets_the_deadline() {
    let (mut a, mut raw) = pair();
    raw.write_all(&[9, 0]).unwrap();
    assert!(matches!(
        a.next_request::<Message>(),
        Err(Error::Deadline { milliseconds: 200 })
    ));
}

#[test]
fn an_unknown_message_and_trailing_bytes_are_errors() {
    for body in [&[7_u8][..], &[0, 0], &[]] {
        let (mut a, mut raw) = pair();
        raw.write_all(&u32::try_from(body.len()).unwrap().to_le_bytes())
            .unwrap();
        raw.write_all(body).unwrap();
        assert!(
            matches!(a.receive::<Message>(), Err(Error::Malformed)),
            "{body:?}"
        );
    }
}

#[test]
fn a_closed_connection_is_told_from_an_idle_one() {
    let (mut a, raw) = pair();
    drop(raw);
    assert!(a.next_request::<Message>().unwrap().is_none());
    assert!(matches!(a.receive::<Message>(), Err(Error::Closed)));
}

#[test]
fn a_peer_of_another_user_is_not_served() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let own = nix::unistd::getuid().as_raw();
    let listener = Listener::bind(&path, vec![own.wrapping_add(1)]).unwrap();
    let refused = connect(&path).unwrap();
    assert_eq!(peer_uid(&refused).unwrap(), own);
    let server = std::thread::spawn(move || listener.accept().map(|_| ()));
    // The server closes the connection without an answer and goes on waiting.
    let mut connection = Connection::new(
        refused,
        Limits {
            size: 64,
            deadline: Duration::from_secs(10),
        },
    );
    assert!(matches!(
        connection.receive::<Message>(),
        Err(Error::Closed)
    ));
    assert!(!server.is_finished());
}

#[test]
fn a_path_longer_than_a_socket_address_works() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("x".repeat(120));
    std::fs::create_dir(&deep).unwrap();
    let path = deep.join("socket");
    let listener = Listener::bind(&path, vec![nix::unistd::getuid().as_raw()]).unwrap();
    assert!(connect(&path).is_ok());
    drop(listener);
    assert!(!path.exists());
}

#[test]
fn the_file_of_a_killed_process_is_replaced_and_a_live_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    assert!(path.exists());
    let _live = Listener::bind(&path, vec![0]).unwrap();
    assert_eq!(
        Listener::bind(&path, vec![0]).err().unwrap().kind(),
        std::io::ErrorKind::AddrInUse
    );
}

#[test]
fn what_is_no_socket_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("precious.txt");
    std::fs::write(&path, "precious").unwrap();
    let refused = Listener::bind(&path, Vec::new()).err().unwrap();
    assert_eq!(refused.kind(), std::io::ErrorKind::AlreadyExists);
    assert_eq!(std::fs::read(&path).unwrap(), b"precious");
}
