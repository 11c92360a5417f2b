//! What each HTML element means for the text.

use crate::parser::note::NoteKind;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    Break,
    Rule,
    Image,
    /// No content, no text.
    Void,
    /// Its content is not markup. `None`: the document's title.
    Raw(Option<NoteKind>),
    /// Left out with all that is in it.
    Dropped(NoteKind),
    Button,
    Head,
    /// `html`, `body`: their tags say nothing.
    Root,
    Main,
    Article,
    Header,
    Aside,
    Heading(u8),
    Paragraph,
    Block,
    List {
        ordered: bool,
    },
    Item,
    Table,
    RowGroup {
        head: bool,
    },
    Row,
    Cell {
        header: bool,
    },
    Caption,
    Preformatted,
    Quote,
    DefinitionList,
    Term,
    Meaning,
    Raised,
    Inline,
    Unknown,
}

/// The longest name that is looked up.
const MAX_NAME_BYTES: usize = 16;

impl Element {
    pub(super) fn of(name: &str) -> Self {
        let mut buffer = [0; MAX_NAME_BYTES];
        let Some(lower) = buffer.get_mut(..name.len()) else {
            return Self::Unknown;
        };
        lower.copy_from_slice(name.as_bytes());
        lower.make_ascii_lowercase();
        Self::of_lowercase(lower)
    }

    fn of_lowercase(name: &[u8]) -> Self {
        match name {
            b"br" => Self::Break,
            b"hr" => Self::Rule,
            b"img" => Self::Image,
            b"area" | b"base" | b"basefont" | b"bgsound" | b"col" | b"embed" | b"frame"
            | b"input" | b"keygen" | b"link" | b"meta" | b"param" | b"source" | b"track"
            | b"wbr" => Self::Void,
            b"title" => Self::Raw(None),
            b"script" | b"style" => Self::Raw(Some(NoteKind::Script)),
            b"textarea" => Self::Raw(Some(NoteKind::FormControl)),
            b"iframe" | b"noembed" | b"noframes" | b"xmp" | b"plaintext" => {
                Self::Raw(Some(NoteKind::Embedded))
            }
            b"template" | b"noscript" => Self::Dropped(NoteKind::Script),
            b"nav" | b"footer" | b"dialog" | b"menu" => Self::Dropped(NoteKind::PageFurniture),
            b"select" | b"datalist" | b"option" | b"optgroup" | b"meter" | b"progress" => {
                Self::Dropped(NoteKind::FormControl)
            }
            b"svg" | b"math" | b"canvas" | b"object" | b"audio" | b"video" | b"map" | b"applet" => {
                Self::Dropped(NoteKind::Embedded)
            }
            b"button" => Self::Button,
            b"head" => Self::Head,
            b"html" | b"body" => Self::Root,
            b"main" => Self::Main,
            b"article" => Self::Article,
            b"header" => Self::Header,
            b"aside" => Self::Aside,
            b"h1" => Self::Heading(1),
            b"h2" => Self::Heading(2),
            b"h3" => Self::Heading(3),
            b"h4" => Self::Heading(4),
            b"h5" => Self::Heading(5),
            b"h6" => Self::Heading(6),
            b"p" => Self::Paragraph,
            b"address" | b"center" | b"div" | b"fieldset" | b"figcaption" | b"figure" | b"form"
            | b"hgroup" | b"legend" | b"search" | b"section" => Self::Block,
            b"ul" | b"dir" => Self::List { ordered: false },
            b"ol" => Self::List { ordered: true },
            b"li" => Self::Item,
            b"table" => Self::Table,
            b"thead" => Self::RowGroup { head: true },
            b"tbody" | b"tfoot" => Self::RowGroup { head: false },
            b"tr" => Self::Row,
            b"td" => Self::Cell { header: false },
            b"th" => Self::Cell { header: true },
            b"caption" => Self::Caption,
            b"pre" | b"listing" => Self::Preformatted,
            b"blockquote" => Self::Quote,
            b"dl" | b"details" => Self::DefinitionList,
            b"dt" | b"summary" => Self::Term,
            b"dd" => Self::Meaning,
            b"sup" => Self::Raised,
            b"a" | b"abbr" | b"acronym" | b"b" | b"bdi" | b"bdo" | b"big" | b"cite" | b"code"
            | b"data" | b"del" | b"dfn" | b"em" | b"font" | b"i" | b"ins" | b"kbd" | b"label"
            | b"mark" | b"nobr" | b"output" | b"picture" | b"q" | b"rp" | b"rt" | b"ruby"
            | b"s" | b"samp" | b"slot" | b"small" | b"span" | b"strike" | b"strong" | b"sub"
            | b"time" | b"tt" | b"u" | b"var" => Self::Inline,
            _ => Self::Unknown,
        }
    }

    /// Part of a line: needs no place on the stack unless it is hidden.
    pub(super) fn is_inline(self) -> bool {
        matches!(self, Self::Raised | Self::Inline | Self::Unknown)
    }

    pub(super) fn has_no_content(self) -> bool {
        matches!(
            self,
            Self::Break | Self::Rule | Self::Image | Self::Void | Self::Root
        )
    }

    /// What a stray closing tag cannot reach across.
    pub(super) fn is_scope(self) -> bool {
        matches!(self, Self::Cell { .. } | Self::Caption | Self::Table)
    }

    pub(super) fn is_table_part(self) -> bool {
        matches!(
            self,
            Self::Cell { .. } | Self::Caption | Self::Row | Self::RowGroup { .. }
        )
    }

    /// An open `self` ends where `next` begins, even without its closing tag.
    pub(super) fn is_ended_by(self, next: Self) -> bool {
        match self {
            Self::Paragraph => {
                !next.is_inline()
                    && !matches!(
                        next,
                        Self::Break | Self::Image | Self::Void | Self::Button | Self::Raw(_)
                    )
            }
            Self::Heading(_) => matches!(next, Self::Heading(_)),
            Self::Item => next == Self::Item,
            Self::Term | Self::Meaning => matches!(next, Self::Term | Self::Meaning),
            Self::Cell { .. } => {
                matches!(next, Self::Cell { .. } | Self::Row | Self::RowGroup { .. })
            }
            Self::Row | Self::Caption => matches!(next, Self::Row | Self::RowGroup { .. }),
            Self::RowGroup { .. } => matches!(next, Self::RowGroup { .. }),
            Self::Head => {
                !matches!(
                    next,
                    Self::Void | Self::Raw(_) | Self::Dropped(NoteKind::Script)
                ) && !next.is_inline()
            }
            _ => false,
        }
    }

    /// `next` looks no further down the stack than this for what it ends.
    pub(super) fn shields_from(self, next: Self) -> bool {
        match next {
            Self::Item => matches!(self, Self::List { .. }) || self.is_scope(),
            Self::Term | Self::Meaning => self == Self::DefinitionList || self.is_scope(),
            Self::Cell { .. } | Self::Row | Self::RowGroup { .. } => self == Self::Table,
            _ => {
                !self.is_inline()
                    && !matches!(self, Self::Paragraph | Self::Heading(_) | Self::Head)
            }
        }
    }
}
