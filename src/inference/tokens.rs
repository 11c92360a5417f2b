//! Text to token numbers, exactly as the reference implementation does it.

use std::ops::Range;

use tokenizers::{Encoding, Tokenizer};

use super::{
    error::{Error, Result},
    shape::MAX_TOKENS,
};

static FILE: &[u8] = include_bytes!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/assets/model/tokenizer.json"
));

/// Bytes that are looked at first. A text seldom fills [`MAX_TOKENS`] with more; where it does, four times as many are looked at.
const FIRST_LOOK: usize = 8 * 1024;

/// What stands before and behind every text.
const MARKERS: [u32; 2] = [101, 102];
const MOST_PIECES: usize = MAX_TOKENS - MARKERS.len();

/// The tokeniser, which neither truncates nor adds markers: one of it serves all purposes, and it is some ten megabytes.
pub(super) struct Tokens(Tokenizer);

/// The tokens of one text, and which bytes of it each stands for (none for `[CLS]` and `[SEP]`).
pub(super) struct Located {
    pub(super) ids: Vec<u32>,
    pub(super) places: Vec<Range<usize>>,
}

impl Located {
    /// The tokens that stand for a byte of `span`.
    pub(super) fn touching(&self, span: &Range<usize>) -> impl Iterator<Item = usize> {
        // They lie in the order of the text, but for the markers at both ends, whose places are empty.
        self.places
            .iter()
            .enumerate()
            .filter(|(_, place)| place.start < span.end && span.start < place.end)
            .map(|(token, _)| token)
    }
}

impl Tokens {
    pub(super) fn load() -> Result<Self> {
        let mut tokenizer = Tokenizer::from_bytes(FILE).map_err(Error::Tokens)?;
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(Error::Tokens)?;
        Ok(Self(tokenizer))
    }

    /// Between 2 and [`MAX_TOKENS`] numbers.
    pub(super) fn encode(&self, text: &str) -> Result<Vec<u32>> {
        let encoding = bounded(text, |text| self.0.encode_fast(text, false))?;
        Ok(marked(encoding.get_ids(), MARKERS))
    }

    pub(super) fn locate(&self, text: &str) -> Result<Located> {
        let encoding = bounded(text, |text| self.0.encode(text, false))?;
        let places: Vec<_> = encoding
            .get_offsets()
            .iter()
            .map(|&(start, end)| start..end)
            .collect();
        Ok(Located {
            ids: marked(encoding.get_ids(), MARKERS),
            places: marked(&places, [0..0, 0..0]),
        })
    }

    /// All tokens of the text itself, without truncation and without `[CLS]` and `[SEP]`.
    pub(super) fn count(&self, text: &str) -> Result<usize> {
        Ok(self
            .0
            .encode_fast(text, false)
            .map_err(Error::Tokens)?
            .len())
    }
}

/// What is left of a text's pieces, between the markers.
fn marked<T: Clone>(pieces: &[T], [before, behind]: [T; 2]) -> Vec<T> {
    let mut marked = vec![before];
    marked.extend(pieces.iter().take(MOST_PIECES).cloned());
    marked.push(behind);
    marked
}

/// Encodes only as much of a long text as can matter: the tokeniser would split megabytes to keep 256 tokens.
///
/// Words do not depend on their neighbours, so that the tokens of a beginning that ends before a white space are the beginning of the tokens.
fn bounded(text: &str, encode: impl Fn(&str) -> tokenizers::Result<Encoding>) -> Result<Encoding> {
    let mut look = FIRST_LOOK;
    loop {
        let end = text.floor_char_boundary(look);
        let beginning = match text[end..].find(char::is_whitespace) {
            Some(more) => &text[..end + more],
            None => return encode(text).map_err(Error::Tokens),
        };
        let encoding = encode(beginning).map_err(Error::Tokens)?;
        if encoding.len() >= MOST_PIECES {
            return Ok(encoding);
        }
        look *= 4;
    }
}
