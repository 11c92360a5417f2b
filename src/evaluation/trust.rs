//! Whether what is shown can be relied on: the questions of a trust set say what a right answer must show, must not show, and which class
//! it is of.
//!
//! *Misleading* is what is shown as a full answer although something that it must show is missing, something that it must not show is
//! there, or the documents hold no answer at all.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::metrics::mean;
use super::{Asked, Measured, Set};
use crate::answer::{Answer, Part, Verdict};

/// What the author of a question expects.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Expected {
    /// `fact`, `steps`, `changed_code`, …
    pub kind: String,
    pub class: Class,
    /// Those that answer it, best first.
    #[serde(default)]
    pub documents: Vec<String>,
    #[serde(default)]
    must_show: Vec<String>,
    #[serde(default)]
    must_not_show: Vec<String>,
}

/// As [`Verdict`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Class {
    Answered,
    Partly,
    Choose,
    NotFound,
}

impl Expected {
    pub(super) fn is_answerable(&self) -> bool {
        self.class != Class::NotFound
    }

    /// One thing was changed to what the documents do not hold.
    fn is_changed(&self) -> bool {
        self.kind.starts_with("changed_")
    }
}

/// What came of one question.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Judgement {
    /// As a careful librarian would have answered.
    pub right: bool,
    pub misleading: bool,
    /// Everything that must be shown is.
    pub whole: bool,
    /// Words that are shown at once, not folded away.
    pub words: usize,
}

impl Judgement {
    pub(super) fn new(expected: &Expected, answer: &Answer) -> Self {
        let shown = comparable(&shown(answer));
        let whole = expected
            .must_show
            .iter()
            .all(|text| shown.contains(&comparable(text)));
        let is_clean = !expected
            .must_not_show
            .iter()
            .any(|text| comparable(&quoted(answer)).contains(&comparable(text)));
        let misleading = answer.class == Verdict::Answered
            && (expected.class == Class::NotFound || !whole || !is_clean);
        let right = match (expected.class, answer.class) {
            (Class::NotFound, class) => class != Verdict::Answered && names_what_is_missing(answer),
            (Class::Choose, class) => class == Verdict::Choose,
            (Class::Answered | Class::Partly, Verdict::NotFound | Verdict::Choose) => false,
            (Class::Answered, _) => whole && is_clean,
            (Class::Partly, _) => whole && !misleading,
        };
        Self {
            right,
            misleading,
            whole,
            words: words(answer),
        }
    }
}

/// A refusal is one; a partial answer says what it does not know.
fn names_what_is_missing(answer: &Answer) -> bool {
    answer.class != Verdict::Partly || !answer.missing.is_empty() || !answer.unknown.is_empty()
}

/// Words that are shown at once, not folded away.
pub(super) fn words(answer: &Answer) -> usize {
    let parts = answer.parts.iter().filter(|part| !part.folded);
    parts.map(Part::words).sum()
}

/// What is quoted, folded or not.
fn quoted(answer: &Answer) -> String {
    let mut text = String::new();
    for part in &answer.parts {
        for piece in [part.table_header.as_deref(), Some(&part.text)]
            .into_iter()
            .flatten()
        {
            text.push_str(piece);
            text.push(' ');
        }
    }
    text
}

/// The same with the names of where it stands.
fn shown(answer: &Answer) -> String {
    let mut text = quoted(answer);
    for source in answer
        .citations
        .iter()
        .filter_map(|citation| citation.source.as_ref())
    {
        text.push_str(&source.title);
        text.push(' ');
        text.push_str(&source.heading_path.join(" "));
        text.push(' ');
    }
    text
}

/// Lower case, without marks of Markdown and tables, single spaces.
fn comparable(text: &str) -> String {
    let plain: String = text
        .chars()
        .filter(|c| !matches!(c, '*' | '_' | '`' | '|' | '~'))
        .map(|c| match c {
            '’' | '‘' => '\'',
            '“' | '”' => '"',
            '–' | '—' | '‑' => '-',
            c => c,
        })
        .collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// The figures of a trust set.
#[derive(Debug, Serialize)]
pub(crate) struct Trust {
    /// Of all questions: shown as a full answer, and misleading.
    pub misleading: Option<f64>,
    /// Of what can be answered: answered as a careful librarian would.
    pub right_of_answerable: Option<f64>,
    /// Of those that ask for something that the documents do not hold, by one changed thing: refused, or partly with its name.
    pub exact: Option<f64>,
    /// Of the answerable ones for which something is shown: nothing that must be shown is missing.
    pub whole: Option<f64>,
    /// Words shown at once for questions that ask for a fact; the median.
    pub words_for_a_fact: Option<usize>,
    pub kinds: BTreeMap<String, Kind>,
}

/// The same of one kind of question.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Kind {
    pub questions: usize,
    pub right: usize,
    pub misleading: usize,
}

impl Trust {
    /// `None`: no question of the set says what it expects.
    pub(super) fn new(set: &Set, measured: &Measured) -> Option<Self> {
        let judged: Vec<(&Expected, &Asked, Judgement)> = measured
            .asked
            .iter()
            .filter_map(|asked| {
                let expected = set.questions[asked.question].expected.as_ref()?;
                let judgement = Judgement::new(expected, &asked.examined.answer);
                Some((expected, asked, judgement))
            })
            .collect();
        if judged.is_empty() {
            return None;
        }
        let mut kinds: BTreeMap<String, Kind> = BTreeMap::new();
        for (expected, _, judgement) in &judged {
            let kind = kinds.entry(expected.kind.clone()).or_default();
            kind.questions += 1;
            kind.right += usize::from(judgement.right);
            kind.misleading += usize::from(judgement.misleading);
        }
        let share = |of: &dyn Fn(&Expected, &Asked) -> bool, is: &dyn Fn(&Judgement) -> bool| {
            let among = judged
                .iter()
                .filter(|(expected, asked, _)| of(expected, asked));
            mean(among.map(|(_, _, judgement)| f64::from(u8::from(is(judgement)))))
        };
        let mut words: Vec<usize> = judged
            .iter()
            .filter(|(expected, _, judgement)| expected.kind == "fact" && judgement.words > 0)
            .map(|(_, _, judgement)| judgement.words)
            .collect();
        words.sort_unstable();
        Some(Self {
            misleading: share(&|_, _| true, &|judgement| judgement.misleading),
            right_of_answerable: share(&|expected, _| expected.is_answerable(), &|judgement| {
                judgement.right
            }),
            exact: share(
                &|expected, _| expected.is_changed() && !expected.is_answerable(),
                &|judgement| judgement.right,
            ),
            whole: share(
                &|expected, asked| {
                    matches!(expected.class, Class::Answered | Class::Partly)
                        && matches!(
                            asked.examined.answer.class,
                            Verdict::Answered | Verdict::Partly
                        )
                },
                &|judgement| judgement.whole,
            ),
            words_for_a_fact: words.get(words.len() / 2).copied(),
            kinds,
        })
    }
}

impl Trust {
    /// As lines for a person.
    pub(super) fn write(&self, text: &mut String) {
        let value = |value: Option<f64>| {
            value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"))
        };
        for (name, figure) in [
            ("misleading", self.misleading),
            ("right of the answerable", self.right_of_answerable),
            ("exact", self.exact),
            ("whole", self.whole),
        ] {
            let _ = writeln!(text, "  {name:28} {}", value(figure));
        }
        if let Some(words) = self.words_for_a_fact {
            let _ = writeln!(text, "  {:28} {words}", "words for a fact");
        }
        for (name, kind) in &self.kinds {
            let _ = writeln!(
                text,
                "    {name:20} {:3} of {:3} right, {} misleading",
                kind.right, kind.questions, kind.misleading
            );
        }
    }
}
