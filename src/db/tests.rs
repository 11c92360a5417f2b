use std::fs;

use jiff::Timestamp;
use rusqlite::types::Value::{Integer, Text};

use super::*;
use crate::crypto;

const ONE: &[Migration] = &[Migration {
    name: "first",
    sql: "CREATE TABLE note (text TEXT NOT NULL) STRICT",
}];
const TWO: &[Migration] = &[
    Migration {
        name: "first",
        sql: "CREATE TABLE note (text TEXT NOT NULL) STRICT",
    },
    Migration {
        name: "second",
        sql: "ALTER TABLE note ADD COLUMN author TEXT",
    },
];
const CHANGED: &[Migration] = &[Migration {
    name: "first",
    sql: "CREATE TABLE note (text TEXT) STRICT",
}];

/// Opens a database, or makes it where there is none.
fn open(path: &Path, key: &Key, migrations: &'static [Migration]) -> Result<Db, Error> {
    let schema = Schema { migrations };
    if path.exists() {
        Db::open(path, key, &schema, 2)
    } else {
        Db::create(path, key, &schema, 2)
    }
}

fn add(db: &Db, text: &str) -> Result<(), Error> {
    db.write(|tx| {
        Ok(tx
            .execute("INSERT INTO note (text) VALUES (?1)", [text])
            .map(|_| ())?)
    })
}

fn count(db: &Db) -> i64 {
    db.read(|c| Ok::<_, Error>(c.query_row("SELECT count(*) FROM note", [], |row| row.get(0))?))
        .unwrap()
}

#[test]
fn a_write_is_seen_by_readers_and_a_failed_one_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder.path().join("a.db"), &crypto::random_key(), ONE).unwrap();
    add(&db, "kept").unwrap();
    let failed: Result<(), Error> = db.write(|tx| {
        tx.execute("INSERT INTO note (text) VALUES ('lost')", [])?;
        Err(Error::NotEncrypting)
    });
    assert!(failed.is_err());
    assert_eq!(count(&db), 1);
}

#[test]
fn a_reader_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder.path().join("a.db"), &crypto::random_key(), ONE).unwrap();
    let wrote = db.read(|c| Ok::<_, Error>(c.execute("INSERT INTO note (text) VALUES ('x')", [])?));
    assert!(wrote.is_err());
}

#[test]
fn every_connection_is_durable_and_encrypting() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder.path().join("a.db"), &crypto::random_key(), ONE).unwrap();
    let read = |name: &str| {
        let sql = format!("PRAGMA {name}");
        db.write(|tx| {
            Ok::<_, Error>(tx.query_row(&sql, [], |row| row.get::<_, rusqlite::types::Value>(0))?)
        })
        .unwrap()
    };
    assert_eq!(read("journal_mode"), Text("wal".into()));
    assert_eq!(read("synchronous"), Integer(2));
    assert_eq!(read("foreign_keys"), Integer(1));
    assert_eq!(read("trusted_schema"), Integer(0));
    assert_eq!(read("secure_delete"), Integer(1));
    assert_eq!(read("cipher_status"), Text("1".into()));
}

#[test]
fn a_wrong_key_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    drop(open(&path, &crypto::random_key(), ONE).unwrap());
    let before = fs::read(&path).unwrap();
    assert!(matches!(
        open(&path, &crypto::random_key(), ONE),
        Err(Error::WrongKey { .. })
    ));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_newer_database_is_refused_and_an_older_one_is_brought_up_with_a_snapshot() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let key = crypto::random_key();
    add(&open(&path, &key, ONE).unwrap(), "old").unwrap();
    let db = open(&path, &key, TWO).unwrap();
    assert_eq!(count(&db), 1);
    db.read(|c| {
        Ok::<_, Error>(c.query_row("SELECT author FROM note", [], |row| {
            row.get::<_, Option<String>>(0)
        })?)
    })
    .unwrap();
    drop(db);
    assert!(matches!(
        open(&path, &key, ONE),
        Err(Error::Newer {
            found: 2,
            known: 1,
            ..
        })
    ));

    let snapshot = migration::snapshot_path(&path, 1);
    assert!(!fs::read(&snapshot).unwrap().starts_with(b"SQLite format 3"));
    assert_eq!(count(&open(&snapshot, &key, ONE).unwrap()), 1);
    let taken = Timestamp::try_from(fs::metadata(&snapshot).unwrap().modified().unwrap()).unwrap();
    let db = open(&path, &key, TWO).unwrap();
    fs::write(folder.path().join("b.db.before-migration-2"), "of another").unwrap();
    assert_eq!(db.forget_snapshots(taken).unwrap(), 0);
    let later = taken + SNAPSHOTS_KEPT;
    assert!(db.forget_snapshots(later).unwrap() > 0);
    assert!(!snapshot.exists() && path.exists());
    assert!(folder.path().join("b.db.before-migration-2").exists());
}

#[test]
fn an_edited_migration_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let key = crypto::random_key();
    drop(open(&path, &key, ONE).unwrap());
    assert!(matches!(
        open(&path, &key, CHANGED),
        Err(Error::ChangedMigration { version: 1, .. })
    ));
}

#[test]
fn a_full_disk_is_said_and_keeps_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder.path().join("a.db"), &crypto::random_key(), ONE).unwrap();
    add(&db, "kept").unwrap();
    // SQLite's own limit gives the same error as a full file system.
    let full: Result<(), Error> = db.write(|tx| {
        let pages: i64 = tx.query_row("PRAGMA page_count", [], |row| row.get(0))?;
        tx.query_row(
            &format!("PRAGMA max_page_count = {}", pages + 1),
            [],
            |_| Ok(()),
        )?;
        tx.execute("INSERT INTO note (text) VALUES (?1)", ["x".repeat(100_000)])?;
        Ok(())
    });
    assert!(matches!(full, Err(Error::DiskFull)));
    assert_eq!(count(&db), 1);
}

#[test]
fn a_database_that_is_missing_or_emptied_is_never_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let (key, schema) = (crypto::random_key(), Schema { migrations: ONE });
    assert!(matches!(
        Db::open(&path, &key, &schema, 2),
        Err(Error::Missing { .. })
    ));
    assert!(!path.exists());
    drop(open(&path, &key, ONE).unwrap());
    assert!(matches!(
        Db::create(&path, &key, &schema, 2),
        Err(Error::Exists { .. })
    ));
    for file in files_of(&path) {
        let _ = fs::remove_file(file);
    }
    fs::write(&path, b"").unwrap();
    let Err(error) = Db::open(&path, &key, &schema, 2) else {
        panic!("was opened");
    };
    assert!(matches!(error, Error::Emptied { .. }));
    assert!(error.to_string().contains(&path.display().to_string()));
    assert_eq!(fs::read(&path).unwrap(), b"");
}

/// A database of some pages, closed, so that all of it is in its file.
fn filled(path: &Path, key: &Key) {
    let db = open(path, key, ONE).unwrap();
    for index in 0..200 {
        add(&db, &format!("{index} {}", "x".repeat(500))).unwrap();
    }
    db.write(|tx| Ok::<_, Error>(tx.query_row("SELECT 1", [], |_| Ok(()))?))
        .unwrap();
    drop(db);
    settle();
}

#[test]
fn a_page_that_was_written_over_is_damage_and_is_said_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let key = crypto::random_key();
    filled(&path, &key);
    let mut bytes = fs::read(&path).unwrap();
    assert!(bytes.len() > 64 * 1024, "{}", bytes.len());
    let middle = bytes.len() / 2;
    bytes[middle..middle + 100].fill(0x5a);
    fs::write(&path, bytes).unwrap();
    let db = open(&path, &key, ONE).unwrap();
    assert!(!db.is_damaged(), "not every page is read at once");
    let read = db.read(|c| {
        let all = c.query_row("SELECT sum(length(text)) FROM note", [], |row| {
            row.get::<_, i64>(0)
        });
        Ok::<_, Error>(all?)
    });
    assert!(read.is_err());
    assert!(db.is_damaged());
    let again = open(&path, &key, ONE).unwrap();
    assert!(!again.check_integrity().unwrap());
    assert!(again.is_damaged());
}

#[test]
fn a_file_that_was_cut_or_swapped_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (path, other) = (folder.path().join("a.db"), folder.path().join("b.db"));
    let (key, others) = (crypto::random_key(), crypto::random_key());
    filled(&path, &key);
    filled(&other, &others);
    let whole = fs::read(&path).unwrap();
    fs::copy(&other, &path).unwrap();
    assert!(matches!(
        open(&path, &key, ONE),
        Err(Error::WrongKey { .. })
    ));
    fs::write(&path, &whole[..1_000]).unwrap();
    assert!(open(&path, &key, ONE).is_err());
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let opened = open(&path, &key, ONE);
    let is_noticed = opened.is_err_and(|_| true) || {
        let db = open(&path, &key, ONE).unwrap();
        !db.check_integrity().unwrap_or(false)
    };
    assert!(is_noticed);
}

#[test]
fn what_was_deleted_gives_its_room_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let db = Db::create(&path, &crypto::random_key(), &schema::WORKSPACE, 1).unwrap();
    let length = || fs::metadata(&path).unwrap().len();
    db.write(|tx| {
        tx.execute_batch("CREATE TABLE filler (bytes BLOB) STRICT; INSERT INTO filler VALUES (randomblob(3000000));")?;
        Ok::<_, Error>(())
    })
    .unwrap();
    db.give_back_room().unwrap();
    let full = length();
    db.write(|tx| Ok::<_, Error>(tx.execute_batch("DROP TABLE filler")?))
        .unwrap();
    db.give_back_room().unwrap();
    assert!(
        full > 3_000_000 && length() + 2_900_000 < full,
        "{full} {}",
        length()
    );
}

#[test]
fn a_file_that_is_taken_away_or_replaced_while_it_is_open_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let db = open(&path, &crypto::random_key(), ONE).unwrap();
    assert!(db.fault().is_none());
    let elsewhere = folder.path().join("b.db");
    fs::rename(&path, &elsewhere).unwrap();
    assert!(matches!(db.fault(), Some(Error::TakenAway { .. })));
    fs::copy(&elsewhere, &path).unwrap();
    assert!(db.fault().is_some(), "a copy is another file");
    fs::rename(&elsewhere, &path).unwrap();
    assert!(db.fault().is_none());
}

/// Growing, changing and shrinking, while all of it is in the log alone, somebody reads, and another connection goes on writing.
#[test]
fn a_check_finds_nothing_wrong_with_what_is_not_in_the_file_yet() {
    let folder = tempfile::tempdir().unwrap();
    let (path, key) = (folder.path().join("a.db"), crypto::random_key());
    let db = open(&path, &key, ONE).unwrap();
    let long = "tea ".repeat(20_000);
    for round in 0..3 {
        for _ in 0..40 {
            add(&db, &long).unwrap();
        }
        assert!(db.check_integrity().unwrap(), "grown, {round}");
        db.write(|tx| {
            tx.execute("DELETE FROM note WHERE rowid % 2 = 0", [])?;
            Ok::<_, Error>(())
        })
        .unwrap();
        assert!(db.check_integrity().unwrap(), "shrunk, {round}");
    }
    let other = open(&path, &key, ONE).unwrap();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| (0..60).try_for_each(|_| add(&other, &long)));
        while !writer.is_finished() {
            assert!(db.check_integrity().unwrap(), "while another writes");
        }
        writer.join().unwrap().unwrap();
    });
    assert!(db.fault().is_none());
}

#[test]
fn a_checkpoint_leaves_nothing_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let (path, key) = (folder.path().join("a.db"), crypto::random_key());
    let db = open(&path, &key, ONE).unwrap();
    add(&db, "kept").unwrap();
    let [_, log, _] = files_of(&path);
    assert!(fs::metadata(&log).unwrap().len() > 0);
    assert!(db.checkpoint().unwrap());
    assert_eq!(fs::metadata(&log).unwrap().len(), 0);
    let copy = folder.path().join("copy.db");
    fs::copy(&path, &copy).unwrap();
    assert_eq!(count(&open(&copy, &key, ONE).unwrap()), 1);
}

#[test]
fn a_file_that_is_cut_to_nothing_while_it_is_open_is_noticed() {
    for length in [0, 100] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let db = open(&path, &crypto::random_key(), ONE).unwrap();
        assert!(db.fault().is_none());
        let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
        file.set_len(length).unwrap();
        assert!(matches!(db.fault(), Some(Error::FoundDamaged { .. })));
    }
}
