//! Takes settings out of a TOML file one by one and collects what is wrong with them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::ops::{Range, RangeInclusive};
use std::path::PathBuf;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Problem;

pub(super) struct Reader {
    /// Settings by dotted name, with the byte range of their value.
    found: BTreeMap<String, (Value, Range<usize>)>,
    asked: BTreeSet<&'static str>,
    problems: Vec<(usize, String)>,
    line_starts: Vec<usize>,
}

#[derive(Clone)]
enum Value {
    Text(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Texts(Vec<String>),
    Other(&'static str),
}

impl Value {
    fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Integer(_) => "a whole number",
            Self::Float(_) => "a number",
            Self::Boolean(_) => "true or false",
            Self::Texts(_) => "a list of texts",
            Self::Other(kind) => kind,
        }
    }
}

impl Reader {
    pub(super) fn new(text: &str) -> Result<Self, Vec<Problem>> {
        let line_starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        let mut reader = Self {
            found: BTreeMap::new(),
            asked: BTreeSet::new(),
            problems: Vec::new(),
            line_starts,
        };
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            reader.problems.push((
                error.span().map_or(0, |span| span.start),
                error.message().to_owned(),
            ));
        }
        reader.finish_if_broken()?;
        reader.flatten("", table.get_ref());
        Ok(reader)
    }

    fn flatten(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = format!("{prefix}{}", key.get_ref());
            match value.get_ref() {
                DeValue::Table(inner) => self.flatten(&format!("{name}."), inner),
                other => {
                    self.found
                        .insert(name, (simplify(other), key.span().start..value.span().end));
                }
            }
        }
    }

    /// The value of `name`; a value of a wrong kind is a problem, and `None` like an absent one.
    fn take<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        convert: impl Fn(Value) -> Option<T>,
    ) -> Option<T> {
        self.asked.insert(name);
        let (value, span) = self.found.get(name)?.clone();
        let kind = value.kind();
        let converted = convert(value);
        if converted.is_none() {
            let but = if expected.starts_with(kind) {
                String::new()
            } else {
                format!(", not {kind}")
            };
            self.problems
                .push((span.start, format!("{name} must be {expected}{but}")));
        }
        converted
    }

    /// Records a problem of a setting, at its line when the file has it.
    pub(super) fn problem(&mut self, name: &str, message: &str) {
        let at = self.found.get(name).map_or(0, |(_, span)| span.start);
        self.problems.push((at, message.to_owned()));
    }

    pub(super) fn text(&mut self, name: &'static str, default: &str) -> String {
        self.take(name, "a text", |value| {
            if let Value::Text(text) = value {
                Some(text)
            } else {
                None
            }
        })
        .unwrap_or_else(|| default.to_owned())
    }

    /// An empty text stands for "not set".
    pub(super) fn optional_text(&mut self, name: &'static str) -> Option<String> {
        Some(self.text(name, "")).filter(|text| !text.is_empty())
    }

    pub(super) fn path(&mut self, name: &'static str) -> Option<PathBuf> {
        self.optional_text(name).map(PathBuf::from)
    }

    pub(super) fn texts(&mut self, name: &'static str, default: &[&str]) -> Vec<String> {
        self.take(name, "a list of texts", |value| {
            if let Value::Texts(texts) = value {
                Some(texts)
            } else {
                None
            }
        })
        .unwrap_or_else(|| default.iter().map(ToString::to_string).collect())
    }

    /// Texts that `T` can be parsed from; none by default.
    pub(super) fn list<T>(&mut self, name: &'static str, expected: &str) -> Vec<T>
    where
        T: FromStr,
    {
        let mut parsed = Vec::new();
        for text in self.texts(name, &[]) {
            match text.parse() {
                Ok(value) => parsed.push(value),
                Err(_) => self.problem(name, &format!("{name}: {text:?} is not {expected}")),
            }
        }
        parsed
    }

    pub(super) fn boolean(&mut self, name: &'static str, default: bool) -> bool {
        self.take(name, "true or false", |value| {
            if let Value::Boolean(on) = value {
                Some(on)
            } else {
                None
            }
        })
        .unwrap_or(default)
    }

    pub(super) fn number<T>(
        &mut self,
        name: &'static str,
        default: T,
        range: RangeInclusive<T>,
    ) -> T
    where
        T: TryFrom<i64> + PartialOrd + Display,
    {
        let expected = format!("a whole number from {} to {}", range.start(), range.end());
        self.take(name, &expected, |value| match value {
            Value::Integer(number) => T::try_from(number)
                .ok()
                .filter(|number| range.contains(number)),
            _ => None,
        })
        .unwrap_or(default)
    }

    /// A number from 0 to 1.
    pub(super) fn share(&mut self, name: &'static str, default: f64) -> f64 {
        self.take(name, "a number from 0 to 1", |value| {
            match value {
                Value::Float(number) => Some(number),
                #[expect(clippy::cast_precision_loss, reason = "only 0 and 1 pass")]
                Value::Integer(number) => Some(number as f64),
                _ => None,
            }
            .filter(|number| (0.0..=1.0).contains(number))
        })
        .unwrap_or(default)
    }

    pub(super) fn choice<T: Copy>(
        &mut self,
        name: &'static str,
        default: &str,
        choices: &[(&str, T)],
    ) -> T {
        let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
        let chosen = self.text(name, default);
        if let Some((_, value)) = choices.iter().find(|(name, _)| *name == chosen) {
            return *value;
        }
        self.problem(name, &format!("{name} must be one of {}", names.join(", ")));
        choices[0].1
    }

    /// A text that `T` can be parsed from. `default` must parse.
    pub(super) fn parsed<T>(&mut self, name: &'static str, default: &str, expected: &str) -> T
    where
        T: FromStr<Err: Display>,
    {
        let text = self.text(name, default);
        text.parse().unwrap_or_else(|error| {
            self.problem(name, &format!("{name} must be {expected} ({error})"));
            default
                .parse()
                .unwrap_or_else(|error: T::Err| unreachable!("the default of {name}: {error}"))
        })
    }

    /// Fails with everything that was found wrong, unknown settings included.
    pub(super) fn finish(mut self) -> Result<(), Vec<Problem>> {
        for (name, (_, span)) in &self.found {
            if !self.asked.contains(name.as_str()) {
                self.problems
                    .push((span.start, format!("{name} is not a setting")));
            }
        }
        self.finish_if_broken()
    }

    fn finish_if_broken(&mut self) -> Result<(), Vec<Problem>> {
        if self.problems.is_empty() {
            return Ok(());
        }
        self.problems.sort();
        let line = |at: usize| self.line_starts.partition_point(|start| *start <= at);
        Err(self
            .problems
            .iter()
            .map(|(at, message)| Problem {
                line: line(*at),
                message: message.clone(),
            })
            .collect())
    }

    /// Names that were asked for and that the file does not set.
    #[cfg(test)]
    pub(super) fn absent(&self) -> Vec<&'static str> {
        self.asked
            .iter()
            .copied()
            .filter(|name| !self.found.contains_key(*name))
            .collect()
    }
}

fn simplify(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Value::Other("a number that is too large"), Value::Integer),
        DeValue::Float(number) => number
            .as_str()
            .parse()
            .map_or(Value::Other("an unreadable number"), Value::Float),
        DeValue::Boolean(on) => Value::Boolean(*on),
        DeValue::Array(items) => items
            .iter()
            .map(|item: &Spanned<DeValue<'_>>| item.get_ref().as_str().map(ToOwned::to_owned))
            .collect::<Option<Vec<_>>>()
            .map_or(Value::Other("a list of other things"), Value::Texts),
        DeValue::Datetime(_) => Value::Other("a date"),
        DeValue::Table(_) => Value::Other("a table"),
    }
}
