//! Where a question that got no answer may be looked for.

use std::collections::HashSet;

use super::citation::Source;
use super::section::{Section, words};
use super::wanted::Wanted;
use crate::search::identifier::{self, Forms, Identifier};
use crate::search::{Filter, Found, Hit, UnitKind, analysis};

const MOST: usize = 3;
/// Bytes of the line that stands for a page.
const MAX_LINE: usize = 240;
/// Cosine of question and unit from which a page is worth a look.
const WORTH: f32 = 0.25;
/// A sentence of fewer words says little by itself: "Yes.", "Most are."
const FEW_WORDS: usize = 5;

/// A page near what was asked, with the line of it that is nearest.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct NearestPage {
    pub source: Source,
    pub line: String,
}

/// Only pages that may be named and opened.
pub(super) fn nearest_pages(
    wanted: &Wanted<'_>,
    found: &Found,
    filter: &Filter,
) -> Vec<NearestPage> {
    let mut pages: Vec<NearestPage> = Vec::new();
    for hit in &found.hits {
        let is_known = pages
            .iter()
            .any(|page| page.source.document == hit.document);
        if pages.len() == MOST
            || is_known
            || hit.scores.best_unit < WORTH
            || !filter.names(&hit.visibility)
        {
            continue;
        }
        pages.push(NearestPage {
            source: Source::of(hit),
            line: line(hit, wanted, found),
        });
    }
    pages
}

/// The best unit that says something by itself; where none does, the first sentence. Empty: there is no sentence.
fn line(hit: &Hit, wanted: &Wanted<'_>, found: &Found) -> String {
    let section = Section::of(hit);
    let mut best: Vec<usize> = (0..section.len()).collect();
    best.sort_by(|a, b| section.score(*b).total_cmp(&section.score(*a)));
    best.retain(|index| !is_of_another(section.text(*index), wanted));
    let said = best.into_iter().find_map(|index| {
        let unit = section.unit(index);
        match unit.kind {
            UnitKind::Sentence | UnitKind::Definition => {
                let text = section.text(index);
                (!unit.leads_in && says_something(text)).then(|| text.to_owned())
            }
            UnitKind::Item { .. } => item(&section, index),
            UnitKind::Row => row(&section, index, found),
            UnitKind::Header | UnitKind::Code => None,
        }
    });
    let sentence = |index: &usize| section.unit(*index).kind == UnitKind::Sentence;
    let first = || (0..section.len()).find(sentence);
    let text = said.or_else(|| Some(section.text(first()?).to_owned()));
    shortened(&text.unwrap_or_default())
}

/// It names a code, and not one that is asked for.
fn is_of_another(text: &str, wanted: &Wanted<'_>) -> bool {
    let mut asked = wanted
        .identifiers
        .iter()
        .filter(|one| one.is_unmistakable());
    let forms = Forms::of(text);
    let names_a_code = || {
        identifier::asked(text)
            .iter()
            .any(Identifier::is_unmistakable)
    };
    asked.any(|code| !code.is_in(&forms)) && names_a_code()
}

fn says_something(text: &str) -> bool {
    let end = text.trim_end_matches([')', ']', '"', '”', '’', '»']);
    words(text) >= FEW_WORDS && end.ends_with(['.', '!', '…', '。', '！', '؟', '।'])
}

/// An item behind what announces it, or alone where it is a sentence.
fn item(section: &Section<'_>, index: usize) -> Option<String> {
    let text = unmarked(section.text(index).lines().next()?);
    if let Some(lead) = section.lead_in(index) {
        let text = text.trim_end_matches([';', ',']);
        return Some(format!("{} {text}", unmarked(section.text(lead))));
    }
    let is_sentence = !text.starts_with(char::is_lowercase) && says_something(text);
    (is_sentence && !section.unit(index).leads_in).then(|| text.to_owned())
}

/// A row with a word of the question that does not stand above it already, as "Branch: Alderton, Saturday: closed". What the question names by a
/// number has to stand in it: another code's row would mislead.
fn row(section: &Section<'_>, index: usize, found: &Found) -> Option<String> {
    let terms =
        |text: &str| -> HashSet<String> { analysis::index_terms(text).into_iter().collect() };
    let text = section.text(index);
    let header = section.header(index).unwrap_or_default();
    let own = terms(text);
    let above = terms(&format!("{} {header}", section.hit(index).names()));
    let asked = found.terms.iter().map(|weight| &weight.term);
    let (has, lacks): (Vec<&String>, Vec<&String>) = asked
        .filter(|term| !above.contains(*term))
        .partition(|term| own.contains(*term));
    let is_number = |term: &&String| term.contains(|c: char| c.is_ascii_digit());
    if has.is_empty() || lacks.iter().any(is_number) {
        return None;
    }
    let cells = |row: &'_ str| -> Vec<String> {
        row.split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    let names = cells(header);
    let cell = |(place, text): (usize, String)| match names.get(place) {
        Some(name) if !name.is_empty() => format!("{name}: {text}"),
        _ => text,
    };
    let filled = cells(text).into_iter().enumerate();
    let filled = filled.filter(|(_, text)| !text.is_empty()).map(cell);
    Some(filled.collect::<Vec<_>>().join(", "))
}

/// Without "• " or "1. ".
fn unmarked(text: &str) -> &str {
    let is_number = |mark: &str| {
        mark.strip_suffix(['.', ')'])
            .is_some_and(|number| number.bytes().all(|digit| digit.is_ascii_digit()))
    };
    match text.split_once(' ') {
        Some((mark, rest)) if mark == "•" || is_number(mark) => rest,
        _ => text,
    }
}

/// On one line, and cut between two words.
fn shortened(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.len() <= MAX_LINE {
        return text;
    }
    let cut = &text[..text.floor_char_boundary(MAX_LINE)];
    let whole = cut.rsplit_once(' ').map_or(cut, |(whole, _)| whole);
    format!("{whole} …")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::examine;
    use crate::testing::{NOW, TestWorkspace};

    const HELP: &str = "# Payments\n\nMost are. You can move the day on which a payment leaves.\n\n\
        ## Data\n\nWe give your details to others only if:\n\n- a court orders us to;\n- you ask us to, in writing;\n\n\
        ## Codes\n\n| Code | Meaning |\n|-|-|\n| E11 | The card is blocked for a week |\n| E12 | The till is asleep |\n\n\
        ## Yes\n\nYes.\n";

    /// The line for a question where a unit of the page fits it best.
    fn line_at(question: &str, beginning: &str) -> String {
        let shop = TestWorkspace::new();
        shop.put("help.md", HELP);
        let question: crate::answer::Question = question.parse().unwrap();
        let mut found = examine(shop.engine(), &question, &Filter::visitor(NOW))
            .unwrap()
            .found;
        let begins = |hit: &Hit| {
            let texts = hit.units.iter().map(|unit| unit.text(&hit.body));
            texts
                .into_iter()
                .position(|text| text.starts_with(beginning))
        };
        let (at, unit) = found
            .hits
            .iter()
            .enumerate()
            .find_map(|(at, hit)| Some((at, begins(hit)?)))
            .expect("such a unit");
        found.hits[at].unit_scores[unit] = 2.0;
        let wanted = Wanted::new(question.as_str(), jiff::civil::date(2027, 1, 1));
        line(&found.hits[at], &wanted, &found)
    }

    #[test]
    fn the_line_of_a_page_says_something_by_itself() {
        let move_it = "You can move the day on which a payment leaves.";
        for (question, best, expected) in [
            ("Do payments leave?", "Most are.", move_it),
            (
                "Who sees my data?",
                "• a court",
                "We give your details to others only if: a court orders us to",
            ),
            (
                "Is my card blocked?",
                "E11",
                "Code: E11, Meaning: The card is blocked for a week",
            ),
            ("Is it yes?", "Yes.", "Yes."),
        ] {
            assert_eq!(line_at(question, best), expected, "{question}");
        }
        for (question, best) in [
            ("What does code E99 mean for a card?", "E11"),
            ("What do codes mean?", "E12"),
        ] {
            let line = line_at(question, best);
            assert!(!line.contains("E1"), "{question}: {line}");
        }
    }

    #[test]
    fn a_long_line_ends_between_two_words() {
        let line = shortened(&"größer ".repeat(60));
        assert!(line.ends_with("größer …") && line.len() <= MAX_LINE + 4);
        assert_eq!(shortened("a\n b"), "a b");
    }
}
