mod bombs;
mod bounds;
mod generate;
mod html;
mod markdown;
mod mutated;
mod pair;
mod plain;
mod samples;

pub(crate) use generate::Random;

use super::*;

fn read_markdown(source: &str) -> Document {
    checked(read(source.as_bytes(), MediaType::Markdown, "test.md").expect("readable"))
}

fn read_html(source: &str) -> Document {
    checked(read(source.as_bytes(), MediaType::Html, "test.html").expect("readable"))
}

fn read_plain(source: &str) -> Document {
    checked(read(source.as_bytes(), MediaType::PlainText, "test.txt").expect("readable"))
}

fn checked(document: Document) -> Document {
    promises::assert_kept(&document);
    document
}

fn blocks(document: &Document) -> Vec<(BlockKind, &str)> {
    document
        .blocks
        .iter()
        .map(|block| (block.kind, &document.text[block.range.clone()]))
        .collect()
}

fn notes(document: &Document) -> Vec<String> {
    document.notes.iter().map(ToString::to_string).collect()
}

const fn bullet(depth: u8) -> BlockKind {
    BlockKind::ListItem {
        depth,
        ordinal: None,
    }
}

const fn numbered(depth: u8, ordinal: u32) -> BlockKind {
    BlockKind::ListItem {
        depth,
        ordinal: Some(ordinal),
    }
}

const HEADED: BlockKind = BlockKind::TableRow { headed: true };

#[test]
fn the_file_name_says_what_a_file_is() {
    assert_eq!(
        MediaType::from_file_name("a/b.MD"),
        Some(MediaType::Markdown)
    );
    assert_eq!(
        MediaType::from_file_name("index.htm"),
        Some(MediaType::Html)
    );
    assert_eq!(
        MediaType::from_file_name("notes.v2.txt"),
        Some(MediaType::PlainText)
    );
    for name in ["a.pdf", "md", ".md", "a/.txt", "archive.md.gz", ""] {
        assert_eq!(MediaType::from_file_name(name), None, "{name}");
    }
}

#[test]
fn a_media_type_survives_its_name_and_ignores_parameters() {
    for media in [MediaType::Markdown, MediaType::Html, MediaType::PlainText] {
        assert_eq!(media.to_string().parse(), Ok(media));
    }
    assert_eq!("Text/HTML; charset=utf-8".parse(), Ok(MediaType::Html));
    assert_eq!(
        "image/png".parse::<MediaType>(),
        Err(Error::UnknownMediaType)
    );
}

#[test]
fn what_is_said_about_formats_comes_from_their_table() {
    assert_eq!(format::names(), "Markdown, HTML and plain text");
    assert_eq!(format::extensions(), ".md, .html and .txt");
    assert_eq!(
        format::media_types(),
        "text/markdown, text/html and text/plain"
    );
    assert_eq!(
        format::accept(),
        ".md,.markdown,.mdown,.mkd,.mdx,.html,.htm,.xhtml,.txt,.text,text/markdown,text/x-markdown,text/html,application/xhtml+xml,text/plain"
    );
    assert_eq!(
        Error::UnknownMediaType.to_string(),
        "only Markdown, HTML and plain text are read"
    );
}

#[test]
fn a_file_without_text_is_refused() {
    for media in [MediaType::Markdown, MediaType::Html, MediaType::PlainText] {
        assert_eq!(read(b"", media, "a"), Err(Error::Empty));
        assert_eq!(read(b" \r\n\t\n", media, "a"), Err(Error::Empty));
        assert_eq!(read(b"\xEF\xBB\xBF", media, "a"), Err(Error::Empty));
        assert_eq!(
            read("\u{200B}\u{AD}".as_bytes(), media, "a"),
            Err(Error::NoText)
        );
    }
    assert_eq!(
        read(b"<!-- nothing -->", MediaType::Markdown, "a"),
        Err(Error::NoText)
    );
    assert_eq!(
        read(
            b"<nav>Home</nav><script>run()</script>",
            MediaType::Html,
            "a"
        ),
        Err(Error::NoText)
    );
}

#[test]
fn text_in_another_encoding_is_refused_at_the_byte() {
    let error = read(b"Geb\xFChren", MediaType::Markdown, "a").expect_err("Latin-1");
    assert_eq!(error, Error::NotUtf8 { offset: 3 });
    assert_eq!(
        error.to_string(),
        "the file is not UTF-8 text: byte 3 is not valid; save it as UTF-8 and try again"
    );
    assert_eq!(
        read(b"\xEF\xBB\xBFab\xFF", MediaType::PlainText, "a"),
        Err(Error::NotUtf8 { offset: 5 })
    );
}

#[test]
fn utf16_with_a_byte_order_mark_is_converted() {
    let little: Vec<u8> = "\u{FEFF}Grüße 🙂"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let big: Vec<u8> = "\u{FEFF}Grüße 🙂"
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    for bytes in [little, big] {
        let document = checked(read(&bytes, MediaType::PlainText, "a").expect("UTF-16"));
        assert_eq!(document.text, "Grüße 🙂");
        assert_eq!(notes(&document), ["converted from UTF-16"]);
    }
    assert_eq!(
        read(b"\xFF\xFEa\0\x00\xD8", MediaType::PlainText, "a"),
        Err(Error::NotUtf16 { offset: 4 })
    );
    assert_eq!(
        read(b"\xFF\xFEa\0b", MediaType::PlainText, "a"),
        Err(Error::NotUtf16 { offset: 4 })
    );
}

#[test]
fn binary_data_is_refused_before_its_encoding_is_looked_at() {
    let png = b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR";
    let error = read(png, MediaType::Markdown, "a.md").expect_err("a picture");
    assert_eq!(
        error,
        Error::Binary {
            control_bytes: 4,
            offset: 8
        }
    );
    assert!(
        error
            .to_string()
            .starts_with("the file looks like binary data")
    );
    assert!(matches!(
        read(&[1, 2, 3, 4, b'a', b'b'], MediaType::PlainText, "a"),
        Err(Error::Binary { offset: 0, .. })
    ));
    // A stray control character in a long text is only removed.
    let document = read_plain(&format!("a\u{7}b {}", "word ".repeat(20)));
    assert!(document.text.starts_with("ab word"));
    assert_eq!(notes(&document), ["1 invisible character removed"]);
}

#[test]
fn a_file_that_is_too_large_is_refused() {
    let error =
        read(&vec![b'a'; MAX_FILE_BYTES + 1], MediaType::PlainText, "a").expect_err("too large");
    assert_eq!(
        error.to_string(),
        "the file has 65 MB; at most 64 MB are read"
    );
}

#[test]
fn a_file_of_millions_of_blocks_is_refused() {
    assert_eq!(
        read(
            "- a\n".repeat(MAX_BLOCKS + 1).as_bytes(),
            MediaType::Markdown,
            "a"
        ),
        Err(Error::TooManyBlocks)
    );
}

#[test]
fn text_is_composed_and_freed_of_what_nobody_sees() {
    let document = read_markdown(
        "Cafe\u{301} soft\u{AD}hyphen e\u{200B}\u{301} non\u{A0}breaking \u{202E}evil\u{202C}\u{E0041}\n",
    );
    assert_eq!(document.text, "Café softhyphen é non breaking evil");
}

#[test]
fn line_ends_and_byte_order_marks_make_no_difference() {
    let unix = read_markdown("# A\n\none\n\n- two\n");
    assert_eq!(
        read_markdown("\u{FEFF}# A\r\n\r\none\r\n\r\n- two\r\n"),
        unix
    );
    assert_eq!(read_markdown("# A\r\rone\r\r- two\r"), unix);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn a_text_without_a_title_is_called_by_its_first_words() {
    use TitleFrom::{FileName, FirstWords, Heading};
    for (source, name, title, from) in [
        ("# Ours\n\nText.", "a.md", "Ours", Heading),
        (
            "The harbour office is open on all days of the week.",
            "scan_0012.md",
            "The harbour office is open on all days…",
            FirstWords,
        ),
        (
            "Opening hours. We are open.",
            "x.md",
            "Opening hours",
            FirstWords,
        ),
        (
            "- Bring a towel,\n- and soap",
            "list.md",
            "Bring a towel",
            FirstWords,
        ),
        (
            "## Towels\n\nBring one.",
            "final-v2.md",
            "Towels",
            FirstWords,
        ),
        (
            "```\n1 2 3\n```\n\nA table of numbers",
            "t.md",
            "A table of numbers",
            FirstWords,
        ),
        (
            "We sell bread. Our opening hours are long.",
            "docs/opening-hours_2024.md",
            "Opening hours 2024",
            FileName,
        ),
        (
            "We sell bread.",
            "docs/opening-hours_2024.md",
            "We sell bread",
            FirstWords,
        ),
        ("**What is it?**\n\nBread.", "faq.md", "Faq", FileName),
        ("```\n1 2 3\n```", "numbers.md", "Numbers", FileName),
        ("…", "..\\..\\evil\nname.md", "Evil name", FileName),
        ("…", "", "Untitled", FileName),
        ("…", ".md", ".md", FileName),
    ] {
        let document =
            checked(read(source.as_bytes(), MediaType::Markdown, name).expect("readable"));
        assert_eq!(
            (document.title.as_str(), document.title_from),
            (title, from),
            "{source}"
        );
    }
    let page = read_html("<title>Ours</title><p>Text.</p>");
    assert_eq!(
        (page.title.as_str(), page.title_from),
        ("Ours", TitleFrom::Given)
    );
}

#[test]
fn a_document_survives_the_way_between_processes() {
    let document = read_markdown("# T\n\n1. a\n\n|h|i|\n|-|-|\n|a|b|\n\n![](x.png)\n");
    let json = serde_json::to_string(&document).expect("serialisable");
    assert_eq!(
        serde_json::from_str::<Document>(&json).expect("the same"),
        document
    );
}

#[test]
fn random_documents_keep_every_promise() {
    let mut random = Random::new(7);
    for _ in 0..400 {
        let source = random.document();
        for media in [MediaType::Markdown, MediaType::Html, MediaType::PlainText] {
            match read(source.as_bytes(), media, "r") {
                Ok(document) => drop(checked(document)),
                Err(Error::NoText | Error::Empty) => {}
                Err(error) => panic!("{error} for {source:?}"),
            }
        }
    }
}

#[test]
fn what_hides_in_a_title_is_marked_and_noted() {
    for (source, media) in [
        (
            "# Fees \u{202e}dehsilobA\u{202c}\n\nText.",
            MediaType::Markdown,
        ),
        (
            "---\ntitle: Fees \u{202e}dehsilobA\u{202c}\n---\n\nText.",
            MediaType::Markdown,
        ),
        (
            "<title>Fees \u{202e}dehsilobA\u{202c}</title><p>Text.",
            MediaType::Html,
        ),
    ] {
        let document = read(source.as_bytes(), media, "fees").unwrap();
        promises::assert_kept(&document);
        assert_eq!(document.title, "Fees \u{fffd}dehsilobA\u{fffd}", "{source}");
        let notes: Vec<String> = document.notes.iter().map(ToString::to_string).collect();
        assert_eq!(
            notes,
            ["title: 2 invisible characters were marked"],
            "{source}"
        );
    }
}

#[test]
fn break_hints_and_joiners_do_not_disturb_a_title() {
    for (source, title) in [
        ("# Donau\u{ad}dampf\u{200b}schiff", "Donaudampfschiff"),
        (
            "# می\u{200c}خواهم 👩\u{200d}🔬",
            "می\u{200c}خواهم 👩\u{200d}🔬",
        ),
        // The Kelvin sign is a K in NFC, and a K is not joined.
        ("# 3 \u{212a}\u{200d}", "3 K\u{fffd}"),
    ] {
        let document = read(source.as_bytes(), MediaType::Markdown, "x").unwrap();
        promises::assert_kept(&document);
        assert_eq!(document.title, title);
    }
}
