//! What changed between two versions: line by line, and within a changed line word by word.

use std::time::{Duration, Instant};

use similar::{ChangeTag, TextDiff};

/// After this time a coarser comparison has to do.
const LONGEST: Duration = Duration::from_secs(1);
/// Lines of a comparison: a page that shows more of them is read by nobody.
const MOST_LINES: usize = 2_000;
/// Unchanged lines that are shown around a change.
const CONTEXT: usize = 3;

/// One line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    /// Unchanged lines are left out here.
    Gap,
    /// There is more than can be shown.
    Rest,
    Same {
        /// Line numbers, from 1.
        old: usize,
        new: usize,
        text: String,
    },
    Removed {
        old: usize,
        parts: Vec<Part>,
    },
    Added {
        new: usize,
        parts: Vec<Part>,
    },
}

/// A piece of a changed line, and whether it is what changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub text: String,
    pub is_changed: bool,
}

/// Compares two texts. Empty when they are equal.
pub(crate) fn diff(old: &str, new: &str) -> Vec<Line> {
    let diff = TextDiff::configure().timeout(LONGEST).diff_lines(old, new);
    let deadline = Instant::now().checked_add(LONGEST);
    let mut lines = Vec::new();
    for (index, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        let begins_late = group
            .first()
            .is_some_and(|op| op.old_range().start > 0 || op.new_range().start > 0);
        if index > 0 || begins_late {
            lines.push(Line::Gap);
        }
        for change in group
            .iter()
            .flat_map(|op| diff.iter_inline_changes_deadline(op, deadline))
        {
            if lines.len() >= MOST_LINES {
                lines.push(Line::Rest);
                return lines;
            }
            let parts: Vec<Part> = change
                .iter_strings_lossy()
                .map(|(is_changed, text)| Part {
                    text: text.trim_end_matches('\n').to_owned(),
                    is_changed,
                })
                .filter(|part| !part.text.is_empty())
                .collect();
            let number = |index: Option<usize>| index.map_or(0, |index| index + 1);
            lines.push(match change.tag() {
                ChangeTag::Equal => Line::Same {
                    old: number(change.old_index()),
                    new: number(change.new_index()),
                    text: parts.into_iter().map(|part| part.text).collect(),
                },
                ChangeTag::Delete => Line::Removed {
                    old: number(change.old_index()),
                    parts,
                },
                ChangeTag::Insert => Line::Added {
                    new: number(change.new_index()),
                    parts,
                },
            });
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(parts: &[Part]) -> Vec<&str> {
        let changed = parts.iter().filter(|part| part.is_changed);
        changed.map(|part| part.text.as_str()).collect()
    }

    #[test]
    fn a_changed_word_is_marked_within_its_line() {
        let lines = diff(
            "one\nIt costs 5 pounds a day.\nthree\n",
            "one\nIt costs 7 pounds a day.\nthree\n",
        );
        assert_eq!(lines.len(), 4);
        let (
            Line::Removed {
                old: 2,
                parts: before,
            },
            Line::Added {
                new: 2,
                parts: after,
            },
        ) = (&lines[1], &lines[2])
        else {
            panic!("{lines:?}");
        };
        assert_eq!((changed(before), changed(after)), (vec!["5"], vec!["7"]));
    }

    #[test]
    fn texts_that_have_nothing_in_common_are_compared_coarsely() {
        let of = |word: &str| {
            (0..40_000).fold(String::new(), |text, line| {
                text + &format!("{word} {line}\n")
            })
        };
        let begun = Instant::now();
        assert!(!diff(&of("old"), &of("new")).is_empty());
        assert!(begun.elapsed() < 10 * LONGEST, "{:?}", begun.elapsed());
    }

    #[test]
    fn what_did_not_change_is_left_out() {
        let old: String =
            (0..40).fold(String::new(), |text, line| text + &format!("line {line}\n"));
        let new = old.replace("line 20\n", "another line\n");
        let lines = diff(&old, &new);
        assert_eq!(lines[0], Line::Gap);
        assert_eq!(lines.len(), 1 + 3 + 2 + 3);
        assert!(diff(&old, &old).is_empty());
        let long = "another line\n".repeat(MOST_LINES + 1);
        let lines = diff("", &long);
        assert_eq!(
            (lines.len(), lines.last()),
            (MOST_LINES + 1, Some(&Line::Rest))
        );
    }
}
