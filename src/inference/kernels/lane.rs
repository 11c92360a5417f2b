//! Sixteen numbers that are computed on together: the vocabulary in which every kernel but the matrix product is written once.
//!
//! An implementation may use instructions that the processor lacks. That is sound because only the `run` function of its own file names it, and
//! [`super::run`] calls that function after asking the processor.

/// Sixteen `f32`. Every operation is element by element.
pub(super) trait Lane: Copy {
    fn splat(value: f32) -> Self;
    fn load(from: &[f32; 16]) -> Self;
    fn store(self, to: &mut [f32; 16]);
    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    fn div(self, other: Self) -> Self;
    fn max(self, other: Self) -> Self;
    fn min(self, other: Self) -> Self;
    /// `self * factor + addend`, rounded once where the processor can.
    fn mul_add(self, factor: Self, addend: Self) -> Self;
    /// The bit patterns shifted left into the exponent's place.
    fn shift_into_exponent(self) -> Self;

    #[inline(always)]
    fn sum(self) -> f32 {
        fold(self, |a, b| a + b)
    }

    #[inline(always)]
    fn highest(self) -> f32 {
        fold(self, f32::max)
    }
}

/// Combines the sixteen numbers pairwise, so that every implementation adds in the same order.
#[inline(always)]
fn fold<L: Lane>(lane: L, combine: impl Fn(f32, f32) -> f32) -> f32 {
    let mut numbers = [0.0; 16];
    lane.store(&mut numbers);
    for half in [8, 4, 2, 1] {
        for i in 0..half {
            numbers[i] = combine(numbers[i], numbers[i + half]);
        }
    }
    numbers[0]
}
