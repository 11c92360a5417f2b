//! Printing to standard output.

use std::io::{ErrorKind, Write};

use serde::Serialize;

use super::Failure;
use crate::text;

/// Prints a line. A reader that closed the pipe (`| head`) ends the program quietly.
pub(super) fn line(text: &str) -> Result<(), Failure> {
    match writeln!(std::io::stdout().lock(), "{text}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        other => Ok(other?),
    }
}

pub(super) fn json(value: &impl Serialize) -> Result<(), Failure> {
    line(&serde_json::to_string_pretty(value)?)
}

/// A text from outside on one line of a terminal: control characters, and others that hide, become visible.
pub(super) fn one_line(text: &str) -> String {
    text::mark_hidden(text, |_| false).0.into_owned()
}

/// Breaks a text at spaces so that no line is longer than `width` characters, with `indent` before each.
pub(super) fn wrapped(text: &str, width: usize, indent: &str) -> String {
    let mut out = String::new();
    for paragraph in text.lines() {
        let mut length = 0;
        for word in paragraph.split_whitespace() {
            let word_length = word.chars().count();
            if length > 0 && length + 1 + word_length > width {
                length = 0;
                out.push('\n');
            }
            out.push_str(if length == 0 { indent } else { " " });
            out.push_str(word);
            length += word_length + usize::from(length > 0);
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_at_spaces() {
        assert_eq!(
            wrapped("one two three\nfour", 8, "  "),
            "  one two\n  three\n  four"
        );
    }

    #[test]
    fn a_newline_in_a_name_stays_on_its_line() {
        assert_eq!(one_line("a\nb"), "a\u{fffd}b");
        assert_eq!(one_line("\u{202e}gpj.md"), "\u{fffd}gpj.md");
    }
}
