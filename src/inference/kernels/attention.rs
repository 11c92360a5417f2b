//! Self-attention over texts that lie one after the other, without padding: every text sees only itself.

use super::{
    activation::soften,
    lane::Lane,
    product::{Out, Product, multiply},
};
use crate::inference::shape::{HEAD, MAX_TOKENS, WIDTH};

/// `out[t] = Σ softmax(query(t) · key(u)) · value(u)` over the tokens `u` of the text of `t`, for every head.
///
/// `qkv` has rows of query, key and value (the query already divided by √32); `lengths` are the texts' tokens.
#[inline(always)]
pub(super) fn attend<P: Product<Word = f32>>(
    qkv: &[f32],
    lengths: &[usize],
    out: &mut [f32],
    scratch: &mut [f32],
) {
    let mut first = 0;
    for &length in lengths {
        let text = &qkv[first * 3 * WIDTH..(first + length) * 3 * WIDTH];
        let out = &mut out[first * WIDTH..(first + length) * WIDTH];
        for head in 0..WIDTH / HEAD {
            one_head::<P>(
                &text[head * HEAD..],
                length,
                &mut out[head * HEAD..],
                scratch,
            );
        }
        first += length;
    }
}

/// How many numbers of scratch space `attend` needs for texts of at most `longest` tokens.
pub(super) fn scratch_for(longest: usize) -> usize {
    let padded = longest.next_multiple_of(64);
    2 * HEAD * padded + TILE * padded
}

/// Queries whose scores are held at once: a small multiple of every kernel's tile height.
const TILE: usize = 24;
static NO_BIAS: [f32; MAX_TOKENS] = [0.0; MAX_TOKENS];

/// `text` starts at the head's first query.
#[inline(always)]
fn one_head<P: Product<Word = f32>>(
    text: &[f32],
    length: usize,
    out: &mut [f32],
    scratch: &mut [f32],
) {
    let width = P::LANES * 16;
    let padded = length.next_multiple_of(width);
    let (keys, rest) = scratch.split_at_mut(HEAD * padded);
    let (values, rest) = rest.split_at_mut(HEAD * padded);
    pack_keys(text, length, width, keys);
    pack_values(text, length, width, values);
    for first in (0..length).step_by(TILE) {
        let rows = TILE.min(length - first);
        let scores = &mut rest[..rows * padded];
        let queries = &text[first * 3 * WIDTH..(first + rows - 1) * 3 * WIDTH + HEAD];
        multiply::<P>(
            (queries, 3 * WIDTH),
            HEAD,
            keys,
            &NO_BIAS,
            &mut Out {
                to: scores,
                stride: padded,
            },
        );
        let mut inverse = [0.0; TILE];
        for (row, inverse) in scores.chunks_exact_mut(padded).zip(&mut inverse) {
            row[length..].fill(-1e30);
            *inverse = soften::<P::Lane>(row);
        }
        let to = &mut out[first * WIDTH..(first + rows - 1) * WIDTH + HEAD];
        let weights = &scores[..(rows - 1) * padded + length];
        multiply::<P>(
            (weights, padded),
            length,
            &values[..length * HEAD],
            &NO_BIAS,
            &mut Out { to, stride: WIDTH },
        );
        for (row, inverse) in to.chunks_mut(WIDTH).zip(inverse) {
            for chunk in row[..HEAD].as_chunks_mut::<16>().0 {
                P::Lane::load(chunk)
                    .mul(P::Lane::splat(inverse))
                    .store(chunk);
            }
        }
    }
}

/// The keys as panels: `width` tokens side by side, one feature after the other.
#[inline(always)]
fn pack_keys(text: &[f32], length: usize, width: usize, keys: &mut [f32]) {
    for (index, panel) in keys.chunks_exact_mut(width * HEAD).enumerate() {
        for column in 0..width {
            let token = index * width + column;
            if token < length {
                let key = &text[token * 3 * WIDTH + WIDTH..][..HEAD];
                for (to, from) in panel[column..].iter_mut().step_by(width).zip(key) {
                    *to = *from;
                }
            } else {
                panel[column..]
                    .iter_mut()
                    .step_by(width)
                    .for_each(|to| *to = 0.0);
            }
        }
    }
}

/// The values as panels: `width` features side by side, one token after the other.
#[inline(always)]
fn pack_values(text: &[f32], length: usize, width: usize, values: &mut [f32]) {
    for (index, panel) in values[..length * HEAD]
        .chunks_exact_mut(width * length)
        .enumerate()
    {
        for (token, to) in panel.chunks_exact_mut(width).enumerate() {
            to.copy_from_slice(&text[token * 3 * WIDTH + 2 * WIDTH + index * width..][..width]);
        }
    }
}
