//! An answer that staff fixed, in the place of what was found.

use super::approved::{self, Nearest};
use super::{Answer, Citation, Error, Layout, Part, Source, Verdict};
use crate::knowledge::approved::{Approved, CitedDocument, Phrasings};
use crate::search::Filter;

/// The phrasing, of the approved answers in force, that is most like a question.
pub(super) fn nearest(
    question: &str,
    vector: &[f32],
    phrasings: Option<&Phrasings>,
    filter: &Filter,
) -> Result<Option<Nearest>, Error> {
    let Some(phrasings) = phrasings else {
        return Ok(None);
    };
    let all = phrasings.all()?;
    let in_force = all
        .iter()
        .filter(|phrasing| phrasing.during.is_in_force(filter.at()));
    Ok(approved::nearest(question, vector, in_force))
}

/// An approved answer, word for word, with those of its sources that may be named.
pub(super) fn answer(
    approved: &Approved,
    cited: &[CitedDocument],
    cosine: f32,
    filter: &Filter,
) -> Answer {
    let citations: Vec<Citation> = cited
        .iter()
        .filter(|cited| {
            let visibility = &cited.summary.visibility;
            filter.names(visibility) && visibility.is_in_force(filter.at())
        })
        .enumerate()
        .map(|(index, cited)| {
            let (start, end) = cited.place.unwrap_or_default();
            Citation {
                number: index + 1,
                quote: cited.quote.clone(),
                source: Some(Source {
                    document: cited.summary.id.clone(),
                    path: cited.summary.path.to_string(),
                    title: cited.summary.title.clone(),
                    heading_path: Vec::new(),
                    start,
                    end,
                }),
            }
        })
        .collect();
    let paragraphs: Vec<&str> = approved
        .wording
        .text
        .split("\n\n")
        .filter(|text| !text.trim().is_empty())
        .collect();
    let parts = paragraphs.iter().enumerate().map(|(index, text)| Part {
        layout: Layout::Sentences,
        text: (*text).to_owned(),
        table_header: None,
        // It is not known which sentence rests on which source: the first stands for all at the end.
        citation: (index + 1 == paragraphs.len() && !citations.is_empty()).then_some(1),
        folded: false,
        omitted: None,
    });
    Answer {
        parts: parts.collect(),
        citations,
        approved: Some(approved.id.clone()),
        ..Answer::new(Verdict::Answered, f64::from(cosine).min(1.0))
    }
}
