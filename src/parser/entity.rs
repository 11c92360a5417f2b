//! HTML character references.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

/// The longest name in the standard's table, `&` and `;` included.
const MAX_NAME_BYTES: usize = 33;

fn table() -> &'static HashMap<&'static str, &'static str> {
    static TABLE: OnceLock<HashMap<&'static str, &'static str>> = OnceLock::new();
    TABLE.get_or_init(|| {
        entities::ENTITIES
            .iter()
            .map(|entity| (entity.entity, entity.characters))
            .collect()
    })
}

/// Replaces `&amp;`, `&#8364;`, `&#x20AC;` and the names that old pages use without a semicolon.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find('&') else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let used = push_reference(rest, &mut out);
        if used == 0 {
            out.push('&');
            rest = &rest[1..];
        } else {
            rest = &rest[used..];
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// `text` starts with `&`. Returns the bytes of the reference, 0 when it is none.
fn push_reference(text: &str, out: &mut String) -> usize {
    if text.as_bytes().get(1) == Some(&b'#') {
        return push_numeric(text, out);
    }
    let name = 1 + text.as_bytes()[1..]
        .iter()
        .take(MAX_NAME_BYTES)
        .take_while(|b| b.is_ascii_alphanumeric())
        .count();
    if text.as_bytes().get(name) == Some(&b';')
        && let Some(characters) = table().get(&text[..=name])
    {
        out.push_str(characters);
        return name + 1;
    }
    // Without a semicolon only as a whole word: `&copy 2020`, but not the `&not` in `?a=1&notice=2`.
    if text.as_bytes().get(name) != Some(&b'=')
        && let Some(characters) = table().get(&text[..name])
    {
        out.push_str(characters);
        return name;
    }
    0
}

fn push_numeric(text: &str, out: &mut String) -> usize {
    let (radix, start) = if matches!(text.as_bytes().get(2), Some(b'x' | b'X')) {
        (16, 3)
    } else {
        (10, 2)
    };
    let digits = text[start..]
        .bytes()
        .take_while(|b| char::from(*b).is_digit(radix))
        .count();
    if digits == 0 {
        return 0;
    }
    let end = start + digits;
    let code = u32::from_str_radix(&text[start..end], radix).unwrap_or(u32::MAX);
    out.push(from_code(code));
    end + usize::from(text.as_bytes().get(end) == Some(&b';'))
}

/// The standard reads 0x80 to 0x9F as Windows-1252, because that is what old editors meant.
fn from_code(code: u32) -> char {
    const WINDOWS_1252: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž',
        '\u{8F}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}',
        'ž', 'Ÿ',
    ];
    match code {
        0 => char::REPLACEMENT_CHARACTER,
        0x80..=0x9F => WINDOWS_1252[code as usize - 0x80],
        _ => char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}
