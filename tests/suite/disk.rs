//! A full disk.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::support::{
    Browser, EXECUTABLE, Element, Instance, Page, Server, Staff, eventually, folder_of, run,
};

/// Everything happens on a small file system in a mount namespace of this shell, which goes away with it.
const SCRIPT: &str = r#"
    set -u
    mount -t tmpfs -o size=3m none "$ROOM" || exit 77
    export ANCHORITE_DATA="$ROOM/data"
    step() { name=$1; shift; "$@" >"$OUT/$name.out" 2>"$OUT/$name.err"; echo $? >"$OUT/$name.status"; }
    step init "$ANCHORITE" init
    step small "$ANCHORITE" ingest "$FILES/small" --json
    step large "$ANCHORITE" ingest "$FILES/large" --json
    step full "$ANCHORITE" ask "Where do otters sleep?" --json
    mount -o remount,size=64m none "$ROOM"
    step ask "$ANCHORITE" ask "Where do otters sleep?" --json
    step again "$ANCHORITE" ingest "$FILES/small" "$FILES/large" --json
    head -c 80m /dev/zero >"$ROOM/filler" 2>"$OUT/filler.err"
    rm "$ROOM/filler"
    mount -o remount,ro none "$ROOM"
    step readonly "$ANCHORITE" serve
    mount -o remount,rw none "$ROOM"
    head -c 80m /dev/zero >"$ROOM/filler" 2>"$OUT/filler.err"
    ANCHORITE_DATA="$ROOM/second" step new "$ANCHORITE" init
    [ ! -e "$ROOM/second" ] && [ ! -e "$ROOM/second.root.key" ]; echo $? >"$OUT/gone.status"
"#;

fn mounts_are_permitted() -> bool {
    let mut command = Command::new("unshare");
    command
        .args(["-rm", "sh", "-c", "mount -t tmpfs none /mnt"])
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[test]
fn a_full_disk_is_a_clear_error_and_leaves_earlier_documents_intact() {
    if !mounts_are_permitted() {
        eprintln!("mount namespaces are not permitted here: nothing was tested");
        return;
    }
    let small = "# Otters\n\nOtters sleep in a holt by the river.\n";
    let mut files = vec![("small/otters.md".to_owned(), small.to_owned())];
    // Larger than the disk, quick to embed: few words, each of which is long.
    files.extend((0..60).map(|n| {
        (
            format!("large/{n:02}.md"),
            format!("# File {n}\n\n{}\n", format!("{n}abcdefghi").repeat(9_000)),
        )
    }));
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let files = folder_of(&files);
    let (room, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", SCRIPT]);
    command
        .env("ROOM", room.path())
        .env("OUT", out.path())
        .env("FILES", files.path())
        .env("ANCHORITE", EXECUTABLE);
    command
        .env_remove("ANCHORITE_CONFIG")
        .env_remove("CREDENTIALS_DIRECTORY");
    run(command, "").succeeded();

    let read = |name: &str| fs::read_to_string(out.path().join(name)).unwrap();
    let status = |step: &str| {
        read(&format!("{step}.status"))
            .trim()
            .parse::<i32>()
            .unwrap()
    };
    let json = |step: &str| {
        serde_json::from_str::<serde_json::Value>(&read(&format!("{step}.out"))).unwrap()
    };
    assert_eq!(
        (status("init"), status("small")),
        (0, 0),
        "{}{}",
        read("init.err"),
        read("small.err")
    );

    assert_eq!(status("large"), 1, "{}", read("large.err"));
    assert!(
        read("large.err")
            .starts_with("anchorite: the disk is full. Nothing of the last change was kept"),
        "{}",
        read("large.err")
    );
    // The write-ahead log needs some room to be opened at all: without it the answer is why.
    match status("full") {
        0 => assert_eq!(json("full")["citations"][0]["source"]["path"], "otters.md"),
        _ => assert!(
            read("full.err").starts_with("anchorite: the disk is full"),
            "{}",
            read("full.err")
        ),
    }
    assert_eq!(status("ask"), 0, "{}", read("ask.err"));
    assert_eq!(json("ask")["citations"][0]["source"]["path"], "otters.md");

    assert_eq!(status("again"), 0, "{}", read("again.err"));
    assert_eq!(
        json("again")["replaced"],
        0,
        "what was stored was stored whole"
    );
    assert_eq!(
        json("again")["unchanged"].as_u64().unwrap() + json("again")["added"].as_u64().unwrap(),
        61
    );

    assert_eq!(status("readonly"), 1);
    let said = read("readonly.err");
    assert!(
        said.contains("its file system is read-only") && said.contains("/data/"),
        "which file, and why: {said}"
    );

    assert_eq!(status("new"), 1);
    assert!(
        read("new.err").contains("disk is full") || read("new.err").contains("No space left"),
        "{}",
        read("new.err")
    );
    assert_eq!(status("gone"), 0, "a failed init leaves nothing behind");
}

/// Moves an instance to a small file system in a mount namespace of this shell, and serves it there.
const SERVE: &str = r#"
    cp -a "$ROOM" "$COPY" || exit 1
    mount -t tmpfs -o size=64m,mode=700 none "$ROOM" && cp -a "$COPY"/*/. "$ROOM" || exit 1
    exec "$ANCHORITE" serve
"#;

/// A server whose data lie on a disk of its own, too small for a reserve.
struct SmallDisk {
    instance: Instance,
    server: Server,
    _copy: tempfile::TempDir,
}

impl SmallDisk {
    /// `None` where this may not mount one.
    fn new() -> Option<Self> {
        if !mounts_are_permitted() {
            eprintln!("mount namespaces are not permitted here: nothing was tested");
            return None;
        }
        let (instance, copy) = (Instance::new(), tempfile::tempdir().unwrap());
        let mut command = Command::new("unshare");
        command.args(["-rm", "sh", "-c", SERVE]);
        command
            .env("ROOM", instance.folder())
            .env("COPY", copy.path())
            .env("ANCHORITE", EXECUTABLE)
            .env("ANCHORITE_DATA", instance.data())
            .env_remove("ANCHORITE_CONFIG")
            .env_remove("CREDENTIALS_DIRECTORY");
        let server = Server::of(command);
        Some(Self {
            instance,
            server,
            _copy: copy,
        })
    }

    fn owner(&self) -> (Staff, Browser<'_>) {
        let link = fs::read_to_string(self.instance.data().join("setup-link")).unwrap();
        let browser = Browser::new(&self.server);
        let ada = browser.join(link.trim(), "ada@bank.example", "Ada Lovelace");
        (ada, browser)
    }

    /// As this process sees what lies in the server's namespace.
    fn filler(&self) -> PathBuf {
        let folder = self.instance.folder().strip_prefix("/").unwrap();
        let root = PathBuf::from(format!("/proc/{}/root", self.server.pid()));
        root.join(folder).join("filler")
    }

    /// Takes the last byte.
    fn fill(&self) {
        let mut filler = File::create(self.filler()).unwrap();
        while filler.write(&[0; 4096]).is_ok_and(|count| count > 0) {}
    }

    fn free(&self) {
        fs::remove_file(self.filler()).unwrap();
    }
}

const SESSION: &str = "__Host-anchorite-session";

#[test]
fn sessions_end_on_a_full_disk_and_the_page_says_what_is_not_written_yet() {
    let Some(disk) = SmallDisk::new() else {
        return;
    };
    let (ada, browser) = disk.owner();
    let other = Browser::new(&disk.server);
    other.sign_in(&ada);
    // Somebody has a copy of the cookie.
    let copy = Browser::new(&disk.server);
    copy.set_cookie(SESSION, &browser.cookie(SESSION).unwrap());
    let is_in = |browser: &Browser<'_>| browser.get("/dashboard/account").status == 200;
    assert!(is_in(&other) && is_in(&copy));

    disk.fill();
    browser
        .post("/dashboard/account/sessions/end-others", &[])
        .has_status(303);
    let told = browser.page("/dashboard/account").html;
    assert!(told.contains("not written down yet"), "{told}");
    assert!(!is_in(&other) && is_in(&browser));
    browser.post("/dashboard/sign-out", &[]).has_status(303);
    assert!(!browser.has_session(), "the browser forgets it");
    let told = browser.page("/dashboard/sign-in").html;
    assert!(
        told.contains("You are signed out") && told.contains("not written down yet"),
        "{told}"
    );
    assert!(!is_in(&copy), "it has ended on the server");

    disk.free();
    let again = Browser::new(&disk.server);
    again.sign_in(&ada);
    eventually("both ends are written down", || {
        let log = again.page("/dashboard/audit").html;
        (log.contains("session.signed-out") && log.contains("session.ended")).then_some(())
    });
    assert!(!is_in(&copy) && !is_in(&other));
}

#[test]
fn what_was_typed_comes_back_from_a_full_disk_and_can_be_sent_again() {
    let Some(disk) = SmallDisk::new() else {
        return;
    };
    let (_, ada) = disk.owner();
    let path = "/dashboard/w/main/articles/new";
    let text = "\nThey sleep in a holt.\r\n\"Otters\" & <b>others</b>.";
    let fields = [
        ("title", "Where otters \"sleep\""),
        ("markdown", text),
        ("label", "public"),
        ("seen", "0"),
    ];
    disk.fill();
    let reply = ada.post(path, &fields).has_status(507);
    assert!(
        reply.body.contains("disk is full") && !reply.body.contains("<b>others"),
        "{}",
        reply.body
    );
    let typed = typed(&Page::new(&reply.body), path);
    let tokens = typed.iter().filter(|(name, _)| name == "csrf").count();
    assert_eq!(tokens, 1, "the session's own, and not the one that came");
    for (name, value) in fields {
        let expected = value.replace("\r\n", "\n");
        assert!(
            typed.contains(&(name.to_owned(), expected)),
            "{name}: {typed:?}"
        );
    }
    // Without a form that is kept, it is a page that says so.
    let reply = ada.post("/dashboard/w/main/articles/working-copy", &fields);
    assert!(!reply.has_status(507).body.contains("holt"));

    disk.free();
    let typed: Vec<(&str, &str)> = typed
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let made = ada.post_as_it_is(path, &typed).has_status(303);
    let article = ada.page(made.header("location")).html;
    assert!(article.contains("They sleep in a holt"), "{article}");
}

/// The fields of the page's form, as a browser sends them.
#[track_caller]
fn typed(page: &Page, action: &str) -> Vec<(String, String)> {
    assert_eq!(page.one("form").attribute("action"), Some(action));
    let value = |element: &Element| match element.name.as_str() {
        "input" => element.attribute("value").unwrap_or_default().to_owned(),
        // A browser takes the first line break for one of the page.
        _ => element
            .text
            .strip_prefix('\n')
            .unwrap()
            .replace("\r\n", "\n"),
    };
    page.elements()
        .iter()
        .filter(|element| ["input", "textarea"].contains(&element.name.as_str()))
        .filter_map(|element| Some((element.attribute("name")?.to_owned(), value(element))))
        .collect()
}
