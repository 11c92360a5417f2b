//! What one line says in a dialect of Markdown.

use std::borrow::Cow;

use crate::parser::element::Element;

/// Parts whose name says what they are, where they have no title.
const NAMED: [&str; 18] = [
    "note",
    "info",
    "tip",
    "hint",
    "warning",
    "caution",
    "danger",
    "important",
    "attention",
    "success",
    "example",
    "question",
    "bug",
    "failure",
    "abstract",
    "seealso",
    "todo",
    "error",
];

/// Columns of a tab.
const TAB: usize = 4;

pub(super) struct Indented<'a> {
    pub(super) indent: usize,
    /// Without white space around it.
    pub(super) body: &'a str,
}

impl<'a> Indented<'a> {
    pub(super) fn of(line: &'a str) -> Self {
        let body = line.trim_start_matches([' ', '\t']);
        let columns = |c: char| if c == '\t' { TAB } else { 1 };
        let indent = line[..line.len() - body.len()].chars().map(columns).sum();
        // Two spaces at the end break the line.
        let body = if body.trim().is_empty() { "" } else { body };
        Self { indent, body }
    }
}

/// The line without so many columns of white space, or what it has of them.
pub(super) fn dedented(line: &str, columns: usize) -> &str {
    let mut seen = 0;
    let end = line.find(|c: char| {
        let is_over = seen >= columns || !matches!(c, ' ' | '\t');
        seen += if c == '\t' { TAB } else { 1 };
        is_over
    });
    &line[end.unwrap_or(line.len())..]
}

/// Anything in it may be of a dialect.
pub(super) fn has_dialect(text: &str) -> bool {
    const SIGNS: [&str; 7] = [":::", "!!! ", "??? ", "???+ ", "=== \"", "=== '", "{/*"];
    SIGNS.iter().any(|sign| text.contains(sign))
        || text.lines().any(|line| {
            let body = line.trim_start();
            body.starts_with("~ ") || is_module(body) || Tag::begins(body)
        })
}

/// The sign and the length of a fence.
pub(super) fn fence(body: &str) -> Option<(char, usize)> {
    let sign = body.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let run = body.chars().take_while(|c| *c == sign).count();
    // Backticks behind it make it a piece of code in a line.
    let is_inline = sign == '`' && body[run..].contains('`');
    (run >= 3 && !is_inline).then_some((sign, run))
}

pub(super) fn is_list_item(body: &str) -> bool {
    let digits = body.bytes().take_while(u8::is_ascii_digit).count();
    let marker = if digits > 0 { &body[digits..] } else { body };
    let signs: &[char] = if digits > 0 {
        &['.', ')']
    } else {
        &['-', '*', '+']
    };
    marker
        .strip_prefix(signs)
        .is_some_and(|rest| rest.starts_with([' ', '\t']))
}

/// A line of a program's module in MDX: an import or an export.
pub(super) fn is_module(body: &str) -> bool {
    if let Some(rest) = body.strip_prefix("import ") {
        let rest = rest.trim().trim_end_matches(';');
        let is_path = |text: &str| {
            let text = text.trim();
            text.len() > 2 && text.starts_with(['\'', '"']) && text.ends_with(['\'', '"'])
        };
        return is_path(rest)
            || rest
                .split_once(" from ")
                .is_some_and(|(_, path)| is_path(path))
            || (rest.starts_with('{') && !rest.contains('}'));
    }
    body.strip_prefix("export ").is_some_and(|rest| {
        let word = rest.split([' ', '(']).next().unwrap_or_default();
        let declares = matches!(
            word,
            "const" | "let" | "var" | "function" | "class" | "async" | "default"
        );
        (declares && rest.contains(['=', '(', '{'])) || rest.starts_with(['{', '*'])
    })
}

/// `!!! note "Title"`, `??? note`, `=== "Tab"`, with what it says.
pub(super) struct Admonition {
    pub(super) title: String,
}

impl Admonition {
    pub(super) fn of(body: &str) -> Option<Self> {
        let signs = ["!!! ", "???+ ", "??? ", "=== ", "===! ", "===+ "];
        let (sign, rest) = signs
            .iter()
            .find_map(|sign| Some((*sign, body.strip_prefix(sign)?)))?;
        let quoted = rest.find(['"', '\'']).and_then(|start| {
            let inner = rest[start + 1..].trim_end();
            let quote = &rest[start..=start];
            Some((start, inner.strip_suffix(quote)?))
        });
        let kind = rest.split_whitespace().next().unwrap_or_default();
        let title = match quoted {
            Some((_, title)) => title.to_owned(),
            None if sign.starts_with('=') => return None,
            None => named(kind),
        };
        let is_word = kind
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
        (sign.starts_with('=') || is_word).then_some(Self { title })
    }
}

/// `:::note[Title]`, `::: warning Title`, `:::{.note title="Title"}`, `:::`
pub(super) enum Colons {
    Open(String),
    Close,
}

impl Colons {
    pub(super) fn of(body: &str) -> Option<Self> {
        let rest = body.strip_prefix(":::")?.trim_start_matches(':').trim();
        if rest.is_empty() {
            return Some(Self::Close);
        }
        let (kind, title) = match rest.strip_prefix('{') {
            Some(inner) => Self::attributed(inner)?,
            None => Self::named(rest),
        };
        let title = title.trim();
        let kind = kind.trim_start_matches("callout-");
        Some(Self::Open(if title.is_empty() {
            named(kind)
        } else {
            title.to_owned()
        }))
    }

    /// `.note title="Title"}`, `note} Title`
    fn attributed(rest: &str) -> Option<(&str, &str)> {
        let (attributes, after) = rest.split_once('}')?;
        let given = attributes.split_once("title=\"");
        let given = given.and_then(|(_, title)| title.split('"').next());
        let is_class = |word: &&str| !word.starts_with('#');
        let kind = attributes.split_whitespace().find(is_class);
        let kind = kind.unwrap_or_default().trim_start_matches('.');
        Some((kind, given.unwrap_or(after)))
    }

    /// `note[Title]`, `note Title {.wide}`
    fn named(rest: &str) -> (&str, &str) {
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let (kind, after) = rest.split_at(end);
        let after = after.split(" {").next().unwrap_or_default().trim();
        let bracketed = after
            .strip_prefix('[')
            .and_then(|inner| inner.split_once(']'));
        match bracketed {
            Some((title, _)) => (kind, title),
            None if after.starts_with('{') => (kind, ""),
            None => (kind, after),
        }
    }
}

/// "Note" for a part of the kind `note`; nothing for one that only arranges the page.
fn named(kind: &str) -> String {
    let kind = kind.to_ascii_lowercase();
    if !NAMED.contains(&kind.as_str()) {
        return String::new();
    }
    kind[..1].to_ascii_uppercase() + &kind[1..]
}

/// A component's tag that has a line of its own.
pub(super) enum Tag<'a> {
    Open(&'a str),
    Close(&'a str),
    /// `<Name … />`
    Alone,
}

impl<'a> Tag<'a> {
    pub(super) fn of(body: &'a str) -> Option<Self> {
        let body = body.trim_end();
        let is_whole = body.ends_with('>') && body.matches('<').count() == 1;
        let name = Self::name(body).filter(|_| is_whole)?;
        Some(if body.starts_with("</") {
            Self::Close(name)
        } else if body.ends_with("/>") {
            Self::Alone
        } else {
            Self::Open(name)
        })
    }

    pub(super) fn begins(body: &str) -> bool {
        Self::name(body).is_some()
    }

    /// Components have names like `TabItem`; `<BR>` and `<Table>` are HTML.
    fn name(body: &str) -> Option<&str> {
        let rest = body.strip_prefix('<')?;
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '.'))
            .unwrap_or(rest.len());
        let name = &rest[..end];
        let is_component = name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.contains(|c: char| c.is_ascii_lowercase())
            && !Element::of(&name.to_ascii_lowercase()).is_known();
        is_component.then_some(name)
    }
}

/// A component's tag with the attributes of HTML: `label={"Windows"}` is `label="Windows"`, and what is computed is empty.
pub(super) fn without_programs(tag: &str) -> Cow<'_, str> {
    if !tag.contains("={") {
        return Cow::Borrowed(tag);
    }
    let (mut out, mut rest) = (String::with_capacity(tag.len()), tag);
    while let Some((before, after)) = rest.split_once("={") {
        let mut depth = 1_usize;
        let end = after.find(|c: char| {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let Some(end) = end else {
            break;
        };
        out.push_str(before);
        out.push_str("=\"");
        out.push_str(&string(&after[..end]).replace('"', "&quot;"));
        out.push('"');
        rest = &after[end + 1..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// What a program says that is nothing but a string.
fn string(program: &str) -> &str {
    let program = program.trim();
    let quoted = program
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`'));
    quoted
        .and_then(|quote| program.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or_default()
}
