//! The functions between the products, sixteen numbers at a time: exponential, GELU, layer norm, soft maximum.

#![expect(
    clippy::excessive_precision,
    reason = "the coefficients are those of their sources"
)]

use super::lane::Lane;

/// `e^x` for `x ≤ 0`, relative error below 2e-7; what would be smaller than 1e-38 counts as that.
///
/// x = n·ln 2 + r with |r| ≤ ln 2 / 2: 2^n comes from the exponent bits, e^r from a polynomial (Cephes' `expf`).
#[inline(always)]
pub(super) fn exp<L: Lane>(x: L) -> L {
    // Adding 1.5·2^23 rounds to an integer in the low bits; 127 is the exponent's bias.
    const ROUND: f32 = 12_582_912.0 + 127.0;
    let x = x.max(L::splat(-87.3));
    let biased = x.mul_add(L::splat(std::f32::consts::LOG2_E), L::splat(ROUND));
    let n = biased.sub(L::splat(ROUND));
    let r = n.mul_add(L::splat(-0.693_359_375), x);
    let r = n.mul_add(L::splat(2.121_944_4e-4), r);
    let mut series = L::splat(1.987_569_1e-4);
    for coefficient in [
        1.398_199_9e-3,
        8.333_452e-3,
        4.166_579_6e-2,
        1.666_666_5e-1,
        0.5,
    ] {
        series = series.mul_add(r, L::splat(coefficient));
    }
    let series = series.mul_add(r.mul(r), r.add(L::splat(1.0)));
    series.mul(biased.shift_into_exponent())
}

/// The error function as a quotient of polynomials (the coefficients that Eigen uses), absolute error below 5e-7.
#[inline(always)]
fn erf<L: Lane>(x: L) -> L {
    const ABOVE: [f32; 7] = [
        -2.726_142_2e-10,
        2.770_681_4e-8,
        -2.101_024e-6,
        -5.692_506_3e-5,
        -7.349_906_3e-4,
        -2.954_599_8e-3,
        -1.609_603_3e-2,
    ];
    const BELOW: [f32; 5] = [
        -1.456_607_2e-5,
        -2.133_740_6e-4,
        -1.682_827e-3,
        -7.373_329_2e-3,
        -1.426_474e-2,
    ];
    let x = x.max(L::splat(-4.0)).min(L::splat(4.0));
    let square = x.mul(x);
    let horner = |coefficients: &[f32]| {
        let mut sum = L::splat(coefficients[0]);
        for &coefficient in &coefficients[1..] {
            sum = sum.mul_add(square, L::splat(coefficient));
        }
        sum
    };
    x.mul(horner(&ABOVE)).div(horner(&BELOW))
}

/// `x · Φ(x)`, the exact GELU of BERT (not its tanh approximation).
#[inline(always)]
pub(super) fn gelu<L: Lane>(numbers: &mut [f32]) {
    let (chunks, _) = numbers.as_chunks_mut::<16>();
    for chunk in chunks {
        let x = L::load(chunk);
        let half = x.mul(L::splat(0.5));
        erf(x.mul(L::splat(std::f32::consts::FRAC_1_SQRT_2)))
            .mul_add(half, half)
            .store(chunk);
    }
}

/// Turns a row of scores into `e^(score - highest)` and returns one over their sum. The length is a multiple of sixteen.
#[inline(always)]
pub(super) fn soften<L: Lane>(scores: &mut [f32]) -> f32 {
    let (chunks, _) = scores.as_chunks_mut::<16>();
    let highest = chunks.iter().fold(L::splat(f32::MIN), |highest, chunk| {
        highest.max(L::load(chunk))
    });
    let highest = L::splat(highest.highest());
    let mut sum = L::splat(0.0);
    for chunk in chunks {
        let weight = exp(L::load(chunk).sub(highest));
        weight.store(chunk);
        sum = sum.add(weight);
    }
    1.0 / sum.sum()
}

/// Scale and shift of a layer norm.
#[derive(Clone, Copy)]
pub(super) struct Norm<'a> {
    pub(super) scale: &'a [f32],
    pub(super) shift: &'a [f32],
}

impl Norm<'_> {
    /// `x = norm(x + addend)`, row by row of the norm's width, ε = 1e-12.
    #[inline(always)]
    pub(super) fn add_and_apply<L: Lane>(&self, x: &mut [f32], addend: &[f32]) {
        for (x, addend) in x
            .as_chunks_mut::<16>()
            .0
            .iter_mut()
            .zip(addend.as_chunks::<16>().0)
        {
            L::load(x).add(L::load(addend)).store(x);
        }
        self.apply::<L>(x);
    }

    /// `x = norm(x)`, row by row of the norm's width, ε = 1e-12.
    #[inline(always)]
    #[expect(clippy::cast_precision_loss, reason = "384")]
    pub(super) fn apply<L: Lane>(&self, x: &mut [f32]) {
        let width = self.scale.len();
        for row in x.chunks_exact_mut(width) {
            let (row, _) = row.as_chunks_mut::<16>();
            let sum = row.iter().fold(L::splat(0.0), |sum, x| sum.add(L::load(x)));
            let mean = L::splat(sum.sum() / width as f32);
            let squares = row.iter().fold(L::splat(0.0), |squares, x| {
                let distance = L::load(x).sub(mean);
                distance.mul_add(distance, squares)
            });
            let inverse = L::splat(1.0 / (squares.sum() / width as f32 + 1e-12).sqrt());
            for ((x, scale), shift) in row
                .iter_mut()
                .zip(self.scale.as_chunks::<16>().0)
                .zip(self.shift.as_chunks::<16>().0)
            {
                L::load(x)
                    .sub(mean)
                    .mul(inverse)
                    .mul_add(L::load(scale), L::load(shift))
                    .store(x);
            }
        }
    }
}
