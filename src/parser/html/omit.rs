//! What of a page is not its content.

use super::Reader;
use crate::parser::element::Element;
use crate::parser::inline::is_struck;
use crate::parser::note::NoteKind;
use crate::parser::tag::Tag;

impl Reader<'_> {
    /// Why the element is left out with all that is in it, if it is.
    pub(super) fn omit(&self, tag: &Tag, element: Element) -> Option<NoteKind> {
        match element {
            Element::Dropped(reason) => return Some(reason),
            Element::Choice => return Some(NoteKind::FormControl),
            Element::Foreign => return Some(NoteKind::Embedded),
            _ => {}
        }
        let is_open =
            |wanted: fn(Element) -> bool| self.stack.iter().any(|open| wanted(open.element));
        let in_content = || is_open(|e| matches!(e, Element::Main | Element::Article));
        match element {
            Element::Header if !in_content() => return Some(NoteKind::PageFurniture),
            Element::Aside if !(in_content() && is_callout(tag)) => {
                return Some(NoteKind::PageFurniture);
            }
            // An accordion's question is often a button.
            Element::Button if !is_open(|e| matches!(e, Element::Heading(_) | Element::Term)) => {
                return Some(NoteKind::FormControl);
            }
            _ => {}
        }
        if is_struck(tag) {
            return Some(NoteKind::StruckOut);
        }
        if tag.is_bare() {
            return None;
        }
        let attribute = |name| {
            tag.attribute(name)
                .map(|value| value.trim().to_ascii_lowercase())
        };
        if attribute("role").is_some_and(|role| {
            matches!(
                role.as_str(),
                "navigation"
                    | "banner"
                    | "contentinfo"
                    | "search"
                    | "dialog"
                    | "alertdialog"
                    | "menu"
                    | "menubar"
            )
        }) {
            return Some(NoteKind::PageFurniture);
        }
        let hidden = attribute("hidden").is_some_and(|value| value != "until-found");
        let aria_hidden = attribute("aria-hidden").is_some_and(|value| value == "true")
            && element != Element::Main;
        let style = attribute("style")
            .map(|style| style.replace(' ', ""))
            .unwrap_or_default();
        let unshown = style.contains("display:none") || style.contains("visibility:hidden");
        (hidden || aria_hidden || unshown).then_some(NoteKind::Hidden)
    }
}

/// Documentation generators put notes and warnings into `aside`.
fn is_callout(tag: &Tag) -> bool {
    const WORDS: [&str; 9] = [
        "note",
        "tip",
        "warn",
        "caution",
        "danger",
        "info",
        "callout",
        "admonition",
        "aside",
    ];
    let class = tag
        .attribute("class")
        .unwrap_or_default()
        .to_ascii_lowercase();
    WORDS.iter().any(|word| class.contains(word))
}
