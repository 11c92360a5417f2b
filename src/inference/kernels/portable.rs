//! The kernels for any processor: plain Rust, which the compiler turns into what the target's baseline has (SSE2, NEON).

use super::{Task, lane::Lane, product::Product};

#[derive(Clone, Copy)]
pub(super) struct Portable([f32; 16]);

impl Portable {
    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        let mut out = self.0;
        for (a, b) in out.iter_mut().zip(other.0) {
            *a = f(*a, b);
        }
        Self(out)
    }
}

impl Lane for Portable {
    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self([value; 16])
    }

    #[inline(always)]
    fn load(from: &[f32; 16]) -> Self {
        Self(*from)
    }

    #[inline(always)]
    fn store(self, to: &mut [f32; 16]) {
        *to = self.0;
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.zip(other, |a, b| a * b)
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.zip(other, |a, b| a / b)
    }

    // The comparisons are written out because `f32::max` treats NaN in a way that costs instructions.
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        self.zip(other, |a, b| if a > b { a } else { b })
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        self.zip(other, |a, b| if a < b { a } else { b })
    }

    // Not `f32::mul_add`: without the instruction that is a call of the C library for every number.
    #[inline(always)]
    fn mul_add(self, factor: Self, addend: Self) -> Self {
        self.mul(factor).add(addend)
    }

    #[inline(always)]
    fn shift_into_exponent(self) -> Self {
        Self(self.0.map(|x| f32::from_bits(x.to_bits() << 23)))
    }
}

impl Product for Portable {
    type Lane = Self;
    type Word = f32;
    type Weights = Self;
    type Attention = Self;
    const STEP: usize = 1;
    const LANES: usize = 1;
    // What fits into 16 registers of four numbers, and into 32.
    const ROWS: usize = if cfg!(target_arch = "aarch64") { 4 } else { 2 };

    #[inline(always)]
    fn encode<'a>(source: &'a [f32], _: &'a mut [u32]) -> &'a [f32] {
        source
    }

    #[inline(always)]
    fn weights(from: &[f32; 16]) -> Self {
        Self::load(from)
    }

    #[inline(always)]
    fn multiply(sum: Self, activation: f32, weights: Self) -> Self {
        weights.mul_add(Self::splat(activation), sum)
    }
}

pub(super) fn run(task: Task<'_>) {
    task.run::<Portable>();
}
