//! The units of a passage, the smallest things worth quoting, and the bytes in which a passage's row holds them.

use serde::{Deserialize, Serialize};

use super::Error;
use crate::db::stored;

/// Of the stored form. Another shape of [`Unit`] or [`UnitKind`] is another version.
const VERSION: u8 = 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Unit {
    pub kind: UnitKind,
    /// Bytes from the passage's start. Units are in order and do not overlap.
    pub start: u32,
    pub end: u32,
    /// Announces the units that follow ("To pay a bill:") and says little without them.
    pub leads_in: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum UnitKind {
    Sentence,
    /// A list item with its marker and all its paragraphs. Items of greater depth that follow belong to it.
    Item {
        depth: u8,
    },
    /// A term and the first sentence of what it means.
    Definition,
    /// A table's header. It is quoted with a row, not alone.
    Header,
    Row,
    Code,
}

impl Unit {
    /// Its text, out of its passage's.
    pub(crate) fn text<'a>(&self, body: &'a str) -> &'a str {
        &body[self.start as usize..self.end as usize]
    }
}

pub(super) fn encode(units: &[Unit]) -> Vec<u8> {
    stored::encode(VERSION, &units)
}

/// The units of a passage. Each lies within `body`, after the one before it.
///
/// # Errors
/// [`Error::Damaged`] for anything else.
pub(super) fn decode(bytes: &[u8], body: &str) -> Result<Vec<Unit>, Error> {
    let units: Vec<Unit> =
        stored::decode(VERSION, bytes).map_err(|_| Error::Damaged("its units"))?;
    let mut last = 0;
    for unit in &units {
        let (start, end) = (unit.start as usize, unit.end as usize);
        if start < last || body.get(start..end).is_none() {
            return Err(Error::Damaged("its units"));
        }
        last = end;
    }
    Ok(units)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(start: u32, end: u32) -> Unit {
        Unit {
            kind: UnitKind::Sentence,
            start,
            end,
            leads_in: false,
        }
    }

    /// What is stored is read by every program to come: other bytes are another [`VERSION`].
    #[test]
    fn the_stored_form_is_what_it_was() {
        let kinds = [
            UnitKind::Sentence,
            UnitKind::Item { depth: 2 },
            UnitKind::Definition,
            UnitKind::Header,
            UnitKind::Row,
            UnitKind::Code,
        ];
        let units = kinds.map(|kind| Unit {
            kind,
            start: 1,
            end: 300,
            leads_in: kind == UnitKind::Row,
        });
        let stored = [
            1, 6, 0, 1, 172, 2, 0, 1, 2, 1, 172, 2, 0, 2, 1, 172, 2, 0, 3, 1, 172, 2, 0, 4, 1, 172,
            2, 1, 5, 1, 172, 2, 0,
        ];
        assert_eq!(encode(&units), stored);
    }

    #[test]
    fn units_come_back_and_what_does_not_fit_their_text_is_damage() {
        let body = "Zürich. Bern.";
        let units = [unit(0, 8), unit(9, 14)];
        assert_eq!(decode(&encode(&units), body).unwrap(), units);
        assert_eq!(units[1].text(body), "Bern.");
        let bad: [&[Unit]; 4] = [
            &[unit(0, 15)],
            &[unit(0, 2)],
            &[unit(9, 14), unit(0, 8)],
            &[unit(5, 3)],
        ];
        for bad in bad {
            assert!(decode(&encode(bad), body).is_err(), "{bad:?}");
        }
        assert!(decode(&[], body).is_err());
        assert!(decode(&encode(&units)[..4], body).is_err());
    }
}
