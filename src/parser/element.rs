//! What each HTML element means for the text.

use super::note::NoteKind;

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
    /// A choice in a form; left out too.
    Choice,
    /// `svg`, `math`: another language, and left out.
    Foreign,
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

impl Element {
    /// `name` is in lower case.
    pub(super) fn of(name: &str) -> Self {
        match name {
            "br" => Self::Break,
            "hr" => Self::Rule,
            "img" => Self::Image,
            "area" | "base" | "basefont" | "bgsound" | "col" | "embed" | "frame" | "input"
            | "keygen" | "link" | "meta" | "param" | "source" | "track" | "wbr" => Self::Void,
            "title" => Self::Raw(None),
            "script" | "style" => Self::Raw(Some(NoteKind::Script)),
            "textarea" => Self::Raw(Some(NoteKind::FormControl)),
            "iframe" | "noembed" | "noframes" | "xmp" | "plaintext" => {
                Self::Raw(Some(NoteKind::Embedded))
            }
            "template" | "noscript" => Self::Dropped(NoteKind::Script),
            "nav" | "footer" | "dialog" | "menu" => Self::Dropped(NoteKind::PageFurniture),
            "option" | "optgroup" => Self::Choice,
            "select" | "datalist" | "meter" | "progress" => Self::Dropped(NoteKind::FormControl),
            "svg" | "math" => Self::Foreign,
            "canvas" | "object" | "audio" | "video" | "map" | "applet" => {
                Self::Dropped(NoteKind::Embedded)
            }
            "button" => Self::Button,
            "head" => Self::Head,
            "html" | "body" => Self::Root,
            "main" => Self::Main,
            "article" => Self::Article,
            "header" => Self::Header,
            "aside" => Self::Aside,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Self::Heading(name.as_bytes()[1] - b'0'),
            "p" => Self::Paragraph,
            "address" | "center" | "div" | "fieldset" | "figcaption" | "figure" | "form"
            | "hgroup" | "legend" | "search" | "section" => Self::Block,
            "ul" | "dir" => Self::List { ordered: false },
            "ol" => Self::List { ordered: true },
            "li" => Self::Item,
            "table" => Self::Table,
            "thead" => Self::RowGroup { head: true },
            "tbody" | "tfoot" => Self::RowGroup { head: false },
            "tr" => Self::Row,
            "td" => Self::Cell { header: false },
            "th" => Self::Cell { header: true },
            "caption" => Self::Caption,
            "pre" | "listing" => Self::Preformatted,
            "blockquote" => Self::Quote,
            "dl" | "details" => Self::DefinitionList,
            "dt" | "summary" => Self::Term,
            "dd" => Self::Meaning,
            "sup" => Self::Raised,
            "a" | "abbr" | "acronym" | "b" | "bdi" | "bdo" | "big" | "cite" | "code" | "data"
            | "del" | "dfn" | "em" | "font" | "i" | "ins" | "kbd" | "label" | "mark" | "nobr"
            | "output" | "picture" | "q" | "rp" | "rt" | "ruby" | "s" | "samp" | "slot"
            | "small" | "span" | "strike" | "strong" | "sub" | "time" | "tt" | "u" | "var" => {
                Self::Inline
            }
            _ => Self::Unknown,
        }
    }

    /// A name that the standard knows.
    pub(super) fn is_known(self) -> bool {
        self != Self::Unknown
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
            Self::Choice => next == Self::Choice,
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
