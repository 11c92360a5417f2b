//! Where a question that got no answer may be looked for.

use super::citation::Source;
use crate::search::{Filter, Found};

const MOST: usize = 3;
/// Bytes of the line that stands for a page.
const MAX_LINE: usize = 160;
/// Cosine of question and unit from which a page is worth a look.
const WORTH: f32 = 0.25;

/// A page near what was asked, with the line of it that is nearest.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct NearestPage {
    pub source: Source,
    pub line: String,
}

/// Only pages that may be named and opened.
pub(super) fn nearest_pages(found: &Found, filter: &Filter) -> Vec<NearestPage> {
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
        let best = hit
            .units
            .iter()
            .zip(&hit.unit_scores)
            .max_by(|(_, a), (_, b)| a.total_cmp(b));
        let text = best.map_or(hit.body.as_str(), |(unit, _)| unit.text(&hit.body));
        let line = text.lines().next().unwrap_or_default();
        pages.push(NearestPage {
            source: Source::of(hit),
            line: line[..line.floor_char_boundary(MAX_LINE)].to_owned(),
        });
    }
    pages
}
