//! What was skipped or repaired while reading, for the ingest report.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// One kind of repair and how often it was needed. Displays as a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Note {
    pub kind: NoteKind,
    pub count: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NoteKind {
    /// The file was UTF-16 and was converted.
    Utf16,
    /// Control and invisible formatting characters were removed.
    InvisibleCharacters,
    /// Characters of a title or heading that turn its direction or hide in it were made visible as U+FFFD.
    HiddenInTitle,
    /// Images without a text alternative: what they show cannot be found.
    ImageWithoutText,
    /// Scripts, styles and templates.
    Script,
    /// Elements that a browser does not show.
    Hidden,
    /// Navigation, page header and footer, side bars, dialogs.
    PageFurniture,
    /// Buttons, inputs, selections.
    FormControl,
    /// Embedded video, audio, frames and drawings.
    Embedded,
    /// Lists, quotes or elements nested deeper than the limit.
    NestingFlattened,
    /// A line or block so long that it was read in parts.
    LongBlockSplit,
    /// A heading so long that it was read as a paragraph.
    LongHeading,
    /// Table cells that span rows or columns were not repeated, for their number.
    SpanNotRepeated,
    /// Text that its author struck out.
    StruckOut,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.count;
        let (one, many) = match self.kind {
            NoteKind::Utf16 => return f.write_str("converted from UTF-16"),
            NoteKind::InvisibleCharacters => (
                "invisible character removed",
                "invisible characters removed",
            ),
            NoteKind::HiddenInTitle => {
                let (one, were) = if n == 1 { ("", "was") } else { ("s", "were") };
                return write!(f, "title: {n} invisible character{one} {were} marked");
            }
            NoteKind::ImageWithoutText => (
                "image without a text alternative",
                "images without a text alternative",
            ),
            NoteKind::Script => ("script or style removed", "scripts or styles removed"),
            NoteKind::Hidden => ("hidden element removed", "hidden elements removed"),
            NoteKind::PageFurniture => (
                "navigation, header or footer removed",
                "navigations, headers or footers removed",
            ),
            NoteKind::FormControl => ("form control removed", "form controls removed"),
            NoteKind::Embedded => ("embedded object removed", "embedded objects removed"),
            NoteKind::NestingFlattened => (
                "block nested too deeply and flattened",
                "blocks nested too deeply and flattened",
            ),
            NoteKind::LongBlockSplit => (
                "very long block read in two parts",
                "very long blocks read in parts",
            ),
            NoteKind::LongHeading => (
                "very long heading read as a paragraph",
                "very long headings read as paragraphs",
            ),
            NoteKind::SpanNotRepeated => (
                "spanning table cell not repeated",
                "spanning table cells not repeated",
            ),
            NoteKind::StruckOut => ("struck-out text left out", "struck-out texts left out"),
        };
        write!(f, "{n} {}", if n == 1 { one } else { many })
    }
}

/// Counts while reading.
#[derive(Debug, Default, Clone)]
pub(super) struct Notes(BTreeMap<NoteKind, u64>);

impl Notes {
    pub(super) fn add(&mut self, kind: NoteKind) {
        self.add_many(kind, 1);
    }

    pub(super) fn add_many(&mut self, kind: NoteKind, count: u64) {
        if count > 0 {
            *self.0.entry(kind).or_default() += count;
        }
    }

    pub(super) fn into_vec(self) -> Vec<Note> {
        self.0
            .into_iter()
            .map(|(kind, count)| Note { kind, count })
            .collect()
    }
}
