//! The matrix product: rows of activations times packed weights, one thread, everything but the operands in registers.
//!
//! Weights are packed once into panels: `LANES × 16` output features side by side, input feature after input feature, so that the inner loop reads
//! memory strictly forward. A tile is `ROWS` activations by one panel; its sums never leave the registers until the last input feature.
#![expect(
    clippy::needless_range_loop,
    reason = "several arrays are walked together, and only as far as a constant says"
)]
#![expect(
    unsafe_code,
    reason = "the inner loop reads through pointers: a bounds check per multiplication would halve its speed"
)]

use super::lane::Lane;

/// One way to multiply: the types and the shape of a tile.
pub(super) trait Product {
    type Lane: Lane;
    /// What one step of the inner loop takes of an activation: one f32, or a pair of bfloat16.
    type Word: Copy;
    /// A register of sixteen weight words.
    type Weights: Copy;
    /// What multiplies inside the attention, where both sides are activations.
    type Attention: Product<Lane = Self::Lane, Word = f32>;
    /// Input features in a word.
    const STEP: usize;
    /// Registers side by side in a tile; at most [`MOST_LANES`].
    const LANES: usize;
    /// Activations in a tile; at most 12.
    const ROWS: usize;

    /// The activations as words: `source` itself, or its rounding in `scratch` (which has at least half as many numbers).
    fn encode<'a>(source: &'a [f32], scratch: &'a mut [u32]) -> &'a [Self::Word];
    fn weights(from: &[Self::Word; 16]) -> Self::Weights;
    fn multiply(sum: Self::Lane, activation: Self::Word, weights: Self::Weights) -> Self::Lane;
}

const MOST_LANES: usize = 4;

/// Row-major `f32` results: where the first goes, and how far the next row is.
pub(super) struct Out<'a> {
    pub(super) to: &'a mut [f32],
    pub(super) stride: usize,
}

/// `out[r][n] = bias[n] + Σ activations[r][k] · weights[k][n]` for all rows and panels.
///
/// `activations` holds rows of `steps` words, `stride` apart; `panels` is packed as the module says; `bias` has one number per output feature.
#[inline(always)]
pub(super) fn multiply<P: Product>(
    (activations, stride): (&[P::Word], usize),
    steps: usize,
    panels: &[P::Word],
    bias: &[f32],
    out: &mut Out<'_>,
) {
    let width = P::LANES * 16;
    let rows = if activations.len() < steps {
        0
    } else {
        (activations.len() - steps) / stride + 1
    };
    let columns = panels.len() / steps;
    assert!(rows > 0 && columns.is_multiple_of(width) && bias.len() >= columns);
    assert!(out.stride >= columns && out.to.len() >= (rows - 1) * out.stride + columns);
    // Tiles of equal height: a remainder of one row would cost nearly as much as a full tile.
    let tiles = rows.div_ceil(P::ROWS);
    for column in (0..columns).step_by(width) {
        let panel = &panels[column * steps..];
        let mut row = 0;
        for tile in 0..tiles {
            let height = (rows - row).div_ceil(tiles - tile);
            let operands = Operands::<P> {
                activations: activations[row * stride..].as_ptr(),
                stride,
                steps,
                panel: panel.as_ptr(),
                bias: bias[column..].as_ptr(),
            };
            // SAFETY: `height` rows from `row` exist (they add up to `rows`), the panel has `steps × width` words, and the asserts above
            // cover the bias and the results.
            unsafe {
                tile_of::<P>(
                    height,
                    &operands,
                    out.to[row * out.stride + column..].as_mut_ptr(),
                    out.stride,
                );
            };
            row += height;
        }
    }
}

struct Operands<P: Product> {
    activations: *const P::Word,
    stride: usize,
    steps: usize,
    panel: *const P::Word,
    bias: *const f32,
}

/// Calls the tile compiled for this height.
///
/// # Safety
/// As [`tile`], with `height` in place of `ROWS`; `height` is between 1 and `P::ROWS`.
#[inline(always)]
unsafe fn tile_of<P: Product>(height: usize, operands: &Operands<P>, out: *mut f32, stride: usize) {
    macro_rules! of_height {
        ($($rows:literal)+) => {
            match height {
                // SAFETY: passed on from the caller.
                $($rows if $rows <= P::ROWS => unsafe { tile::<P, $rows>(operands, out, stride) },)+
                _ => unreachable!("a tile has between 1 and {} rows", P::ROWS),
            }
        };
    }
    of_height!(1 2 3 4 5 6 7 8 9 10 11 12);
}

/// # Safety
/// `operands` point to `ROWS` rows of `steps` words, to `steps` × `P::LANES × 16` weights and `P::LANES × 16` biases; `out` takes `ROWS` rows of
/// `P::LANES × 16` numbers, `stride` apart.
#[inline(always)]
unsafe fn tile<P: Product, const ROWS: usize>(
    operands: &Operands<P>,
    out: *mut f32,
    stride: usize,
) {
    // SAFETY: every read and write below lies in what the caller vouches for.
    unsafe {
        let mut sums = [[P::Lane::splat(0.0); MOST_LANES]; ROWS];
        let mut rows = [operands.activations; ROWS];
        for (index, row) in rows.iter_mut().enumerate() {
            *row = row.add(index * operands.stride);
        }
        for sums in &mut sums {
            for lane in 0..P::LANES {
                sums[lane] = P::Lane::load(&*operands.bias.add(lane * 16).cast());
            }
        }
        let mut panel = operands.panel;
        for step in 0..operands.steps {
            let mut weights = [P::weights(&*panel.cast()); MOST_LANES];
            for lane in 1..P::LANES {
                weights[lane] = P::weights(&*panel.add(lane * 16).cast());
            }
            panel = panel.add(P::LANES * 16);
            for row in 0..ROWS {
                let activation = *rows[row].add(step);
                for lane in 0..P::LANES {
                    sums[row][lane] = P::multiply(sums[row][lane], activation, weights[lane]);
                }
            }
        }
        for (row, sums) in sums.iter().enumerate() {
            for lane in 0..P::LANES {
                sums[lane].store(&mut *out.add(row * stride + lane * 16).cast());
            }
        }
    }
}
