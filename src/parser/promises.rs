//! What holds for every document that comes out of [`super::read`], for the tests and the fuzz targets.

use unicode_normalization::is_nfc;

use super::{BlockKind, Document};

/// Panics where a promise is broken.
#[track_caller]
pub(crate) fn assert_kept(document: &Document) {
    let text = &document.text;
    assert!(!document.title.is_empty() && !document.title.contains('\n'));
    assert_eq!(
        crate::text::hidden(&document.title).next(),
        None,
        "all of the title is seen: {:?}",
        document.title
    );
    assert!(is_nfc(text), "text is NFC");
    let mut end = 0;
    for block in &document.blocks {
        assert!(
            block.range.start >= end && block.range.end > block.range.start,
            "in order, not empty: {block:?}"
        );
        assert!(
            text[end..block.range.start]
                .chars()
                .all(|c| c == '\n' || c == ' '),
            "only white space lies between blocks"
        );
        let slice = text
            .get(block.range.clone())
            .expect("on character boundaries");
        let is_code = block.kind == BlockKind::Code;
        assert!(
            is_code || slice.trim() == slice,
            "no white space around {slice:?}"
        );
        assert!(
            !slice
                .chars()
                .any(|c| c.is_control() && c != '\n' && !(is_code && c == '\t')),
            "no control character in {slice:?}"
        );
        end = block.range.end;
    }
    assert_eq!(end, text.len(), "nothing after the last block");
}
